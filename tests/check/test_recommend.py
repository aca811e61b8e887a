"""Who made a work and who recommends it: by the form, the address, the signature; else a person decides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.check.recommend import counted_as, is_for_others, recommended, signature
from mailbot.model.entry import Entry, Field, RecommenderDoubt
from mailbot.model.mail import Address, Mail
from mailbot.model.roster import Roster, RosterUnit
from tests.make.decisions import IN_TIME, Room, brought, film, form, row

BUREAU = "云岭市工业和信息化局"
OTHER = "江海市工业和信息化局"
PROVINCE = "某某省工业和信息化厅"
ROSTER = Roster(
    (
        RosterUnit(BUREAU, ("云岭市工信局", "云岭工信"), ("gxj.example.org", "yunling@163.com")),
        RosterUnit(OTHER, ("江海市工信局",), ("jianghai.example.org",)),
        RosterUnit(PROVINCE, (), ("shared.example.org",)),
        RosterUnit("某某省中小企业服务中心", (), ("shared.example.org",)),
        RosterUnit("云岭重工集团有限公司", ("云岭重工",)),
    )
)
MAKER = "甲机械有限公司"


def entry(**said: object) -> Entry:
    given: dict[str, object] = {"number": "1", "sender": "maker@example.com", "mail_id": 1, "received_at": IN_TIME}
    return Entry(**{**given, "unit": MAKER, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ({}, MAKER),
        ({"unit": ""}, ""),
        ({"recommender": "陈晓岚 010-88880000"}, MAKER),
        ({"recommender": f"{BUREAU}科技科 吴敏 0571-00000000"}, BUREAU),
        ({"recommender": f"吴敏，{BUREAU}，0571-00000000"}, BUREAU),
        ({"recommender": "云岭市工信局 吴敏"}, BUREAU),
        ({"recommender": "云岭工信吴敏"}, BUREAU),
        ({"recommender": "江海大学（李书涵 13800000000）"}, "江海大学"),
        ({"recommender": "云岭重工（集团）有限公司/赵敏"}, "云岭重工集团有限公司"),
        ({"recommender": "甲机械 赵敏"}, MAKER),
        ({"recommender": "甲机械（集团）有限公司 赵敏"}, MAKER),
        ({"recommender": "北山博物馆、北山博物馆 孙立"}, "北山博物馆"),
        ({"recommender": f"{MAKER} 张三（{BUREAU}推荐）"}, BUREAU),
        # a short name in the form is completed by the address
        ({"recommender": "市工业和信息化局 吴敏", "sender": "a@gxj.example.org"}, BUREAU),
        ({"recommender": "市工业和信息化局 吴敏"}, "市工业和信息化局"),
        # the form's word counts before the address, the address before the signature
        ({"recommender": OTHER, "sender": "a@gxj.example.org"}, OTHER),
        ({"sender": "a@gxj.example.org", "signed": OTHER}, BUREAU),
        ({"sender": "a@mail.gxj.example.org"}, BUREAU),
        ({"sender": '"a@b"@gxj.example.org'}, BUREAU),
        ({"sender": "yunling@163.com"}, BUREAU),
        ({"sender": "somebody@163.com"}, MAKER),
        ({"sender": "a@notgxj.example.org"}, MAKER),
        ({"sender": "a@shared.example.org", "signed": PROVINCE}, PROVINCE),
        ({"signed": "江海市工信局 李"}, OTHER),
        ({"signed": "山城市经济和信息化委员会"}, "山城市经济和信息化委员会"),
        ({"signed": "云岭重工集团有限公司"}, "云岭重工集团有限公司"),
        ({"signed": "甲机械有限公司 品牌部"}, MAKER),
        ({"signed": "甲机械有限公司", "for_others": True}, MAKER),
        ({"signed": "王一鸣"}, MAKER),
    ],
)
def test_the_recommending_unit_is_told_by_form_address_or_signature(said: dict[str, object], unit: str) -> None:
    found = recommended(entry(**said), ROSTER)
    assert (found.recommending_unit, found.recommender_doubt) == (unit, None)


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ({"recommender": f"{BUREAU}、{OTHER} 联合推荐"}, RecommenderDoubt.FORM),
        ({"sender": "a@shared.example.org"}, RecommenderDoubt.ADDRESS),
        ({"sender": "a@shared.example.org", "signed": OTHER}, RecommenderDoubt.ADDRESS),
        ({"signed": f"{BUREAU}\n{OTHER}"}, RecommenderDoubt.SIGNATURE),
        ({"signed": "乙传媒有限公司"}, RecommenderDoubt.SIGNATURE),
        ({"signed": f"{BUREAU}\n乙传媒有限公司"}, RecommenderDoubt.SIGNATURE),
        ({"for_others": True}, RecommenderDoubt.SEVERAL_MAKERS),
        (
            {"for_others": True, "signed": "王一鸣", "recommender": "王一鸣 13800000000"},
            RecommenderDoubt.SEVERAL_MAKERS,
        ),
    ],
)
def test_where_nobody_can_tell_a_person_decides(said: dict[str, object], doubt: RecommenderDoubt) -> None:
    found = recommended(entry(**said), ROSTER)
    assert (found.recommending_unit, found.recommender_doubt) == ("", doubt)


def test_a_persons_word_stands() -> None:
    person = frozenset({Field.RECOMMENDING_UNIT})
    told = entry(
        recommending_unit=OTHER, recommender=BUREAU, recommender_doubt=RecommenderDoubt.FORM, set_by_person=person
    )
    assert recommended(told, ROSTER) == replace(told, maker=MAKER, recommender_doubt=None)


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("云岭市工信局", BUREAU),
        (" 云岭市 工业和信息化局（盖章） ", BUREAU),
        ("甲机械(集团) 有限公司", "甲机械（集团）有限公司"),
        ("ＡＢＣ Industry Co.", "ABC Industry Co."),
        ("雲嶺市工信局", BUREAU),
        ("", ""),
    ],
)
def test_a_unit_counts_under_one_name_however_it_is_written(written: str, counted: str) -> None:
    assert counted_as(written, ROSTER) == counted


PIECES = [BUREAU, OTHER, "云岭市工信局", MAKER, "乙传媒有限公司", "王一鸣", "13800000000", *"（）、 \n", "市局"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=6).map("".join)


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 1), st.sampled_from(["a@gxj.example.org", "a@shared.example.org", "x", ""]))
def test_the_decision_is_a_function_of_the_entry_and_settles_or_doubts(
    unit: str, recommender: str, signed: str, for_others: int, sender: str
) -> None:
    told = entry(unit=unit, recommender=recommender, signed=signed, for_others=bool(for_others), sender=sender)
    found = recommended(told, ROSTER)
    assert recommended(found, ROSTER) == found
    assert not (found.recommending_unit and found.recommender_doubt)
    assert found.maker == counted_as(found.maker, ROSTER) == counted_as(unit, ROSTER)


def mail(body: str, name: str = "") -> Mail:
    return Mail("<1@example.org>", Address("a@example.org", name), "报送", body_text=body)


@pytest.mark.parametrize(
    ("body", "name", "signed"),
    [
        (f"您好：\n现报送甲机械有限公司作品一件，请查收。\n\n{BUREAU}\n吴敏 0571-00000000\n", "", BUREAU),
        ("您好，附件是乙传媒有限公司的参选作品，请查收。", BUREAU, BUREAU),
        (f"作品见附件。\n--\n{BUREAU}\n2024年6月1日\n\n在 2024-06-01 写道：\n> {OTHER}", "", BUREAU),
        ("工业文化发展中心：\n作品见附件\n王一鸣", "", ""),
    ],
)
def test_a_signature_is_the_closing_lines_and_the_senders_name_above_the_quoted_mail(
    body: str, name: str, signed: str
) -> None:
    found = recommended(entry(signed=signature(mail(body, name))), ROSTER)
    assert found.recommending_unit == (signed or MAKER)


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        (f"{BUREAU}\n吴敏\n0571-00000000", f"名\n{BUREAU}\n吴敏\n0571-"),
        ("一\n二\n\n三\n四\n五\n六\n七", "名\n二\n三\n四\n五\n六\n七"),
        (f"{'长' * 40}\n{'长' * 41}\n单位\t{BUREAU}\n作品见附件，谢谢", f"名\n{'长' * 40}"),
    ],
)
def test_a_signature_is_short_lines_near_the_end_without_numbers(body: str, signed: str) -> None:
    assert signature(mail(body, " 名 ")) == signed


def test_works_of_several_units_are_told_by_their_rows_else_their_forms() -> None:
    plain = Mail("<1@x>", Address("a@example.com"), "报送")
    own, other = form(row("甲"), unit="甲公司"), form(replace(row("乙"), unit="甲公司"), unit="乙公司")
    unread = replace(own, form=None)
    assert not is_for_others(plain, brought(own, other, unread))
    assert is_for_others(plain, brought(own, form(row("乙"), unit="乙公司")))


def test_a_mail_with_works_of_several_units_leaves_their_recommender_to_a_person() -> None:
    room = Room()
    decision = room.take(form(row("甲"), unit="甲公司"), form(row("乙"), unit="乙公司"), film("甲.mp4"), film("乙.mp4"))
    assert [one.recommender_doubt for one in decision.entries] == [RecommenderDoubt.SEVERAL_MAKERS] * 2
    assert [one.status for one in decision.entries] == ["accepted"] * 2
    again = room.take(form(row("甲", phone="13800000009"), unit="甲公司"))
    assert [one.recommender_doubt for one in again.entries] == [RecommenderDoubt.SEVERAL_MAKERS]


@pytest.mark.parametrize(
    ("sender", "forwarded_from", "others"),
    [
        ("a@maker.example.com", None, False),
        ("a@maker.example.com", "B@Maker.example.com", False),
        ("a@maker.example.com", "b@example.com", True),
        ("a@163.com", "b@163.com", True),
        ("a@maker.example.com", "a@b@maker.example.com", False),
    ],
)
def test_a_mail_handed_on_is_anothers_unless_a_colleagues(
    sender: str, forwarded_from: str | None, *, others: bool
) -> None:
    origin = Address(forwarded_from) if forwarded_from else None
    handed_on = Mail("<1@x>", Address(sender), "转发", forwarded_from=origin)
    assert is_for_others(handed_on, brought(form(row()))) is others


def test_another_roster_changes_who_recommends_and_nothing_else() -> None:
    plain = recommended(entry(sender="a@gxj.example.org"), Roster())
    assert plain.recommending_unit == MAKER
    assert recommended(plain, ROSTER) == replace(plain, recommending_unit=BUREAU)
