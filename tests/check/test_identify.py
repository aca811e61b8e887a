"""Rows that tell an earlier entry under another title, and rows that begin a work."""

from dataclasses import replace

import pytest

from mailbot.check.identify import _same_unit
from mailbot.model.entry import EntryStatus, Field, History
from mailbot.model.finding import Code, Finding
from tests.check.test_decide import SHORT
from tests.make.decisions import Room, film, form, row


def titles(room: Room) -> dict[str, str]:
    return {number[-4:].lstrip("0"): entry.title for number, entry in room.entries.items()}


@pytest.mark.parametrize(
    ("before", "after"),
    [("智造未莱", "智造未来"), ("智能制造新未来", "智能制造新未来——云岭重工纪实"), ("绿色工厂的一天", "绿色工厂一天")],
)
def test_a_title_that_hardly_differs_is_the_same_work_mended(before: str, after: str) -> None:
    room = Room()
    room.take(form(row(before)), film(f"{before}.mp4"))
    room.take(form(row(after)))
    assert (titles(room), room.states()) == ({"1": after}, {"1": "accepted"})
    assert room.decisions[-1].events[0].details["title_was"] == before


def test_sent_again_whole_under_a_mended_title_it_is_one_work() -> None:
    room = Room()
    room.take(form(row("智造未莱")), film("片子.mp4"))
    room.take(form(row("智造未来")), film("片子.mp4"))
    assert (titles(room), room.states()) == ({"1": "智造未来"}, {"1": "accepted"})


@pytest.mark.parametrize(
    ("before", "after"),
    [("大国重器（上）", "大国重器（下）"), ("工业记忆第一集", "工业记忆第二集"), ("车间故事1", "车间故事2"),
     ("智造A", "智造B"), ("绿动厂房", "焊花飞舞"), ("绿动厂房", "绿水青山")],
)  # fmt: skip
def test_another_work_is_another_entry(before: str, after: str) -> None:
    room = Room()
    room.take(form(row(before)), film(f"{before}.mp4"))
    room.take(form(row(after)))
    assert titles(room) == {"1": before, "2": after}


def test_a_new_film_under_nearly_the_same_title_is_a_new_work() -> None:
    room = Room()
    room.take(form(row("绿色工厂的一天")), film("绿色工厂的一天.mp4"))
    room.take(form(row("绿色工厂的一夜")), film("绿色工厂的一夜.mp4"))
    assert titles(room) == {"1": "绿色工厂的一天", "2": "绿色工厂的一夜"}


def test_a_rejected_work_mended_in_film_and_title_goes_on_under_its_number() -> None:
    room = Room()
    room.take(form(row("智造未莱")), film("a.mp4", facts=SHORT))
    room.take(form(row("智造未来")), film("b.mp4"))
    assert (titles(room), room.states()) == ({"1": "智造未来"}, {"1": "accepted"})


@pytest.mark.parametrize("said", ["更正：作品名称", "表格填写有误，以此为准", "作品名称改为《焊花飞舞》"])
def test_a_sender_who_says_so_may_give_a_work_a_new_name(said: str) -> None:
    room = Room()
    room.take(form(row("绿动厂房")), film("绿动厂房.mp4"))
    room.take(form(row("焊花飞舞")), subject=said)
    assert titles(room) == {"1": "焊花飞舞"}


def test_of_two_works_that_may_be_meant_none_is_renamed() -> None:
    room = Room()
    room.take(form(row("绿动厂房"), row("千里之行")), film("绿动厂房.mp4"), film("千里之行.mp4"))
    room.take(form(row("焊花飞舞")), subject="更正")
    assert titles(room) == {"1": "绿动厂房", "2": "千里之行", "3": "焊花飞舞"}


def test_a_form_with_one_of_its_titles_mended_touches_that_work_alone() -> None:
    room = Room()
    room.take(form(row("绿动厂房"), row("千里之形")), film("绿动厂房.mp4"), film("千里之形.mp4"))
    room.take(form(row("绿动厂房"), row("千里之行")))
    assert titles(room) == {"1": "绿动厂房", "2": "千里之行"}


def test_a_title_that_was_missing_comes_later() -> None:
    room = Room()
    room.take(form(row("")), film("成片.mp4"))
    assert room.states() == {"1": "incomplete"}
    room.take(form(row("智造未来")))
    assert (titles(room), room.states()) == ({"1": "智造未来"}, {"1": "accepted"})


def test_a_row_without_a_title_sent_again_changes_nothing() -> None:
    room = Room()
    room.take(form(row("")), film("成片.mp4"))
    room.take(form(row("")), film("成片.mp4"))
    assert (titles(room), room.states()) == ({"1": ""}, {"1": "incomplete"})


def test_a_title_that_comes_at_last_comes_from_the_same_person() -> None:
    room = Room()
    room.take(form(row("")))
    room.take(form(row("绿动厂房", contact="李四")))
    room.take(form(row("焊花飞舞", contact="", phone="")))
    assert titles(room) == {"1": "", "2": "绿动厂房", "3": "焊花飞舞"}
    room.take(form(row("智造未来", phone="")))
    assert titles(room)["1"] == "智造未来"


@pytest.mark.parametrize("title", ["智造未来2024", "智造未莱"])
def test_the_same_film_under_another_theme_is_a_persons(title: str) -> None:
    room = Room()
    room.take(form(row("智造未来")), film("片子.mp4"))
    room.take(form(row(title, themes=("绿色低碳",))), film("片子.mp4"))
    assert room.states() == {"1": "accepted", "2": "review"}


def test_a_mended_title_under_another_theme_without_a_film_is_the_same_work() -> None:
    room = Room()
    room.take(form(row("智造未莱")), film("片子.mp4"))
    room.take(form(row("智造未来", themes=("绿色低碳",))))
    assert titles(room) == {"1": "智造未来"}


@pytest.mark.parametrize("told", ["云岭之光", "云岭之光啊"])
def test_a_title_that_a_person_mended_is_still_known_by_the_old_one(told: str) -> None:
    room = Room()
    room.take(form(row("云岭之光")), film("云岭之光.mp4"))
    (number,) = room.entries
    edited = replace(room.entries[number], title="光影云岭", set_by_person=frozenset({Field.TITLE}))
    room.entries[number] = edited
    room.take(form(row(told, contact="李二")))
    assert titles(room) == {"1": "光影云岭"}
    assert room.entries[number].contact == "李二"


def test_a_unit_that_a_person_mended_is_no_other_unit() -> None:
    room = Room()
    room.take(form(row("云岭之光"), unit="云岭公司"), film("云岭之光.mp4"))
    (number,) = room.entries
    room.entries[number] = replace(room.entries[number], unit="云岭重工有限公司", set_by_person=frozenset({Field.UNIT}))
    room.take(form(row("云岭之光"), unit="云岭公司"))
    assert titles(room) == {"1": "云岭之光"}


@pytest.mark.parametrize(("letters", "same"), [(3, True), (4, False)])
def test_two_names_of_units_are_ones_where_few_enough_of_their_letters_differ(letters: int, *, same: bool) -> None:
    name = "云岭精密机械制造安装维修运输仓储服务总站"
    assert (len(name), _same_unit(name, "丘" * letters + name[letters:])) == (20, same)


def test_the_same_title_of_another_unit_is_another_work() -> None:
    room = Room()
    room.take(form(row("智造未来"), unit="甲厂"), film("甲.mp4"))
    room.take(form(row("智造未来"), unit="乙厂"), film("乙.mp4"))
    assert titles(room) == {"1": "智造未来", "2": "智造未来"}


@pytest.mark.parametrize(
    ("subject", "thread", "works"), [("报送", (), 2), ("更正单位名称", (), 1), ("报送", ("GYQG-2024-0001",), 1)]
)
def test_another_unit_of_one_title_is_the_same_ones_mended_where_the_mail_says_so_or_answers_about_it(
    subject: str, thread: tuple[str, ...], works: int
) -> None:
    class Answering(Room):
        def history(self, sender: str) -> History:
            return replace(super().history(sender), thread=thread)

    room = Answering()
    room.take(form(row(), unit="甲厂"), film())
    room.take(form(row(), unit="乙船舶"), subject=subject)
    assert len(room.entries) == works


def test_of_several_works_the_one_of_nearly_the_title_is_corrected_and_each_row_corrects_one() -> None:
    room = Room()
    room.take(form(row("绿动厂房"), row("千里之形")), film("绿动厂房.mp4"), film("千里之形.mp4"))
    room.take(form(row("千里之行")), subject="更正")
    assert titles(room) == {"1": "绿动厂房", "2": "千里之行"}
    room.take(form(row("焊花飞舞"), row("钢铁之光")), subject="更正")
    assert titles(room) == {"1": "绿动厂房", "2": "千里之行", "3": "焊花飞舞", "4": "钢铁之光"}


def test_of_two_entries_of_one_title_the_newer_is_told_again() -> None:
    room = Room()
    room.take(form(row(contact="甲"), row(contact="乙")))
    room.take(form(row(contact="丙")))
    assert [entry.contact for entry in room.entries.values()] == ["甲", "丙"]
    room.take(form(row(contact="丁"), row(contact="戊")))
    assert [entry.contact for entry in room.entries.values()] == ["丁", "戊"]
    room.take(form(row(contact="己"), row(contact="庚"), row(contact="辛")))
    assert next(entry.contact for entry in room.entries.values()) == "丁"


def test_of_three_rows_of_one_title_each_tells_its_own_entry_again() -> None:
    room = Room()
    room.take(form(row(contact="甲"), row(contact="乙"), row(contact="丙")))
    room.take(form(row(contact="丁"), row(contact="戊"), row(contact="己")))
    assert [entry.contact for entry in room.entries.values()] == ["丁", "戊", "己"]


def test_what_two_rows_say_of_one_entry_is_put_together_with_what_each_changed() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(form(row(phone="13800000009", contact=""), row(phone="", contact="李四")))
    assert [(entry.phone, entry.contact) for entry in decision.entries] == [("13800000009", "李四")]
    assert [event.details for event in decision.events] == [{"phone_was": "13800000001"}, {"contact_was": "王一鸣"}]


def test_a_row_without_a_title_of_another_person_is_another_work() -> None:
    room = Room()
    room.take(form(row("")))
    room.take(form(row("", contact="李四", phone="13800000009")))
    assert [entry.contact for entry in room.entries.values()] == ["王一鸣", "李四"]


def test_what_was_taken_back_is_not_told_again() -> None:
    room = Room()
    room.take(form(row()), film())
    room.entries["GYQG-2024-0001"] = replace(room.entries["GYQG-2024-0001"], status=EntryStatus.WITHDRAWN)
    room.take(form(row("智造未莱")))
    assert titles(room) == {"1": "智造未来", "2": "智造未莱"}


def test_a_number_says_whose_title_is_corrected() -> None:
    room = Room()
    room.take(form(row("绿动厂房"), row("千里之行")), film("绿动厂房.mp4"), film("千里之行.mp4"))
    room.take(form(row("焊花飞舞")), subject="更正 GYQG-2024-0002")
    assert titles(room) == {"1": "绿动厂房", "2": "焊花飞舞"}


def test_a_scan_that_follows_the_typed_form_changes_nothing() -> None:
    room = Room()
    room.take(form(row()), film())
    before = dict(room.entries)
    room.take(form(row(contact="王一呜"), scanned=True, unit="某某装备制造公可"))
    assert room.entries == before
    room.take(form(row(themes=("绿色低碳",)), scanned=True))
    assert room.states() == {"1": "review"}
    assert room.entries["GYQG-2024-0001"].themes == ("数智赋能",)
    assert Finding(Code.FORM_UNCERTAIN, {"field": "themes"}) in room.entries["GYQG-2024-0001"].notes


def test_a_scan_without_ticks_is_no_doubt_and_a_doubt_stands_once_beside_others() -> None:
    room = Room()
    room.take(form(replace(row(), doubts=("title",))), film())
    before = room.entries["GYQG-2024-0001"].notes
    room.take(form(row(themes=()), scanned=True))
    assert room.entries["GYQG-2024-0001"].notes == before
    for contact in ("王一鸣", "李二"):
        room.take(form(row(themes=("绿色低碳",), contact=contact), scanned=True))
    assert room.entries["GYQG-2024-0001"].notes == (*before, Finding(Code.FORM_UNCERTAIN, {"field": "themes"}))


def test_a_form_that_tells_one_title_several_times_is_the_same_again() -> None:
    room = Room()
    things = film("智造未来.mp4"), form(row(), row(), row(link="https://p.example/1"), unit="")
    room.take(*things)
    before = room.states()
    room.take(*things)
    assert room.states() == before
