"""What stands already, against later mails."""

from dataclasses import replace

import pytest

from mailbot.check.precedence import after_a_person
from mailbot.check.redecide import decide_again
from mailbot.check.same_work import told_elsewhere
from mailbot.model.decision import EventKind
from mailbot.model.entry import Entry, EntryStatus, Field, History, Likeness, WorkElsewhere
from mailbot.model.finding import Code, Finding
from mailbot.model.mail import Link
from mailbot.model.rules import LatePolicy
from mailbot.model.works import FormFile, VideoFile
from tests.check.test_decide import PAN, SHORT, kind
from tests.make.decisions import LATE, UNIT, Room, film, form, row, rules, sha


def codes(entry: Entry) -> set[str]:
    return {finding.code.value for finding in entry.findings}


def only(room: Room) -> Entry:
    (entry,) = room.entries.values()
    return entry


def test_an_accepted_work_keeps_its_film_where_the_new_one_would_be_refused() -> None:
    room = Room()
    room.take(form(row()), film(content="good"))
    decision = room.take(film(content="short", facts=SHORT))
    assert (room.states(), only(room).video) == ({"1": "accepted"}, film(content="good"))
    assert [finding.code.value for finding in decision.findings] == ["video-not-taken", "video-too-short"]
    refused, why = decision.findings
    assert refused.details == {"number": "GYQG-2024-0001", "filename": "智造未来.mp4"}
    assert why.details["filename"] == "智造未来.mp4"
    assert kind(room) == "state"


def test_a_better_film_is_taken() -> None:
    room = Room()
    room.take(form(row()), film(content="good"))
    room.take(film(content="better"))
    assert only(room).video == film(content="better")


def decided(status: EntryStatus) -> Room:
    room = Room()
    room.take(form(row()), film(content="first"))
    (number,) = room.entries
    room.entries[number] = replace(room.entries[number], status=status, set_by_person=frozenset({Field.STATUS}))
    return room


@pytest.mark.parametrize("status", [EntryStatus.REJECTED, EntryStatus.ACCEPTED])
def test_another_film_of_what_a_person_decided_is_looked_at_again(status: EntryStatus) -> None:
    room = decided(status)
    room.take(film(content="mended"))
    assert (only(room).status, only(room).video) == (status, film(content="mended"))
    assert Code.ENTRY_MENDED.value in codes(only(room))
    assert kind(room) == "review"


def test_a_corrected_phone_is_no_reason_to_look_at_an_accepted_work_again() -> None:
    room = decided(EntryStatus.ACCEPTED)
    room.take(form(row(phone="13800000009")))
    assert Code.ENTRY_MENDED.value not in codes(only(room))


def test_the_same_sent_again_is_no_reason_either() -> None:
    room = decided(EntryStatus.REJECTED)
    room.take(form(row()), film(content="first"))
    assert Code.ENTRY_MENDED.value not in codes(only(room))


def test_a_late_work_that_is_accepted_says_so() -> None:
    room = Room(rules(late=LatePolicy.ACCEPT))
    room.take(form(row()), film(), at=LATE)
    assert (only(room).status, kind(room)) == (EntryStatus.ACCEPTED, "accepted")
    (finding,) = [finding for finding in only(room).findings if finding.code is Code.MAIL_LATE]
    assert finding.details["waived"] is True
    assert decide_again(only(room), room.rules, ()).status is EntryStatus.ACCEPTED


def test_a_late_work_under_review_is_not_told_that_it_cannot_be_taken() -> None:
    room = Room(rules(late=LatePolicy.REVIEW))
    room.take(form(row()), film(), at=LATE)
    assert (only(room).status, kind(room)) == (EntryStatus.REVIEW, "review")


def test_a_late_mail_names_the_entry_that_it_was_for() -> None:
    room = Room()
    room.take(form(row()))
    answer = room.take(film(), at=LATE).answer
    assert answer is not None
    assert (answer.kind.value, [entry.number for entry in answer.entries]) == ("late", ["GYQG-2024-0001"])


@pytest.mark.parametrize(
    ("title", "unit", "status"),
    [
        ("《智造未来》", "云岭重工", EntryStatus.REVIEW), ("智造未来", "江海造船厂", EntryStatus.ACCEPTED),
        ("绿水青山", "云岭重工有限公司", EntryStatus.ACCEPTED),
    ],
)  # fmt: skip
def test_one_units_work_by_two_routes_is_questioned(title: str, unit: str, status: EntryStatus) -> None:
    class Routes(Room):
        def history(self, sender: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            other = WorkElsewhere("GYQG-2024-0900", "bureau@gov.example.org", "智造未来", "云岭重工有限公司")
            return replace(super().history(sender), elsewhere=(other,))

    room = Routes()
    room.take(form(row(title), unit=unit), film(f"{title}.mp4"))
    assert only(room).status is status


TOLD = Entry("N-1", "a@example.com", 1, LATE, title="智造未来", unit="云岭重工", has_row=True)


@pytest.mark.parametrize("said", [{"title": ""}, {"unit": ""}, {"has_row": False}])
def test_without_a_row_a_title_and_a_unit_nothing_is_told_twice(said: dict[str, object]) -> None:
    entry = replace(TOLD, **said)  # type: ignore[arg-type]
    other = WorkElsewhere("N-2", "b@example.com", entry.title, entry.unit)
    assert told_elsewhere(entry, [other]) == entry


def test_a_work_told_elsewhere_says_so_once_beside_its_other_notes() -> None:
    scanned, told = Finding(Code.FORM_SCANNED), replace(TOLD, notes=(Finding(Code.FORM_SCANNED),))
    other = WorkElsewhere("N-2", "b@example.com", "《智造未来》", "云岭重工有限公司")
    twice = told_elsewhere(told_elsewhere(told, [other]), [replace(other, sender=TOLD.sender), other])
    assert twice.notes == (scanned, Finding(Code.ENTRY_TWICE, {"number": "N-2", "same_sender": False}))


def test_a_work_that_a_person_must_look_at_again_says_so_once_beside_its_other_notes() -> None:
    earlier = replace(TOLD, status=EntryStatus.REJECTED, set_by_person=frozenset({Field.STATUS}))
    scanned, stale = Finding(Code.FORM_SCANNED), Finding(Code.ENTRY_MENDED, {"was": "accepted"})
    mended = after_a_person(replace(earlier, phone="1", notes=(scanned, stale)), earlier)
    assert mended.notes == (scanned, Finding(Code.ENTRY_MENDED, {"was": "rejected"}))


class Thread(Room):
    """Every mail answers a letter about all works."""

    def history(self, sender: str) -> History:
        known = super().history(sender)
        return replace(known, thread=tuple(entry.number for entry in known.entries))


def test_a_nameless_film_in_answer_about_one_work_is_its_new_one() -> None:
    room = Thread()
    room.take(form(row()), film(content="first"))
    room.take(film("成片.mp4", "second"))
    assert (room.states(), only(room).video) == ({"1": "accepted"}, film("成片.mp4", "second"))
    room = Thread()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    room.take(film("成片.mp4"))
    assert room.states() == {"1": "accepted", "2": "accepted", "3": "review"}
    doubt = Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": "GYQG-2024-0001、GYQG-2024-0002"})
    assert room.entries["GYQG-2024-0003"].notes == (doubt,)


def test_of_two_nameless_films_in_answer_about_one_work_neither_is_its_new_one() -> None:
    room = Thread()
    room.take(form(row()), film(content="first"))
    room.take(film("成片.mp4"), film("VID_1.mp4"), film("千里之行.mp4"))
    assert room.states() == {"1": "accepted", "2": "review", "3": "review", "4": "incomplete"}
    assert room.entries["GYQG-2024-0001"].video == film(content="first")


def test_a_nameless_film_beside_the_new_one_of_the_answered_work_is_another() -> None:
    room = Thread()
    room.take(form(row()), film(content="first"))
    room.take(form(row(phone="13800000009")), film(content="second"), film("成片.mp4"))
    assert room.states() == {"1": "accepted", "2": "incomplete"}
    assert room.entries["GYQG-2024-0001"].video == film(content="second")


def test_a_new_link_beside_a_film_is_for_a_person_to_fetch() -> None:
    room = Thread()
    room.take(form(row()), film())
    decision = room.take(replace(PAN, expires="2024-07-01"))
    details = {"url": PAN.url, "expires": "2024-07-01", "number": "GYQG-2024-0001"}
    assert decision.findings == (Finding(Code.ROW_VIDEO_BY_LINK, details),)
    assert (decision.attention, room.states()) == ("row-video-by-link", {"1": "accepted"})
    (entry,) = decision.entries
    assert room.take(form(row(phone="13800000009"))).findings == ()
    assert entry.video == film()


class Beside(Room):
    """The ledger knows of other entries."""

    elsewhere: tuple[WorkElsewhere, ...] = ()
    alike: tuple[Likeness, ...] = ()

    def history(self, sender: str) -> History:
        films = {sha("first"): self.alike, sha("second"): self.alike}
        return replace(super().history(sender), elsewhere=self.elsewhere, likenesses=films)


def test_a_film_is_compared_when_it_comes_and_what_was_found_stays_until_another_comes() -> None:
    room = Beside()
    room.alike = (Likeness("N-9", "b@example.com", 0.8),)
    found = Finding(Code.VIDEO_SIMILAR, {"number": "N-9", "score": 0.8, "same_sender": False})
    room.take(form(row()), film(content="first"))
    assert only(room).notes == (found,)
    room.alike = ()
    room.take(form(row(phone="13800000009")))
    assert only(room).notes == (found,)
    room.take(film(content="second"))
    assert only(room).notes == ()
    room.alike = (Likeness("N-9", "b@example.com", 0.8),)
    room.take(form(row(phone="13800000008")))
    assert only(room).notes == ()


@pytest.mark.parametrize(("first", "twice"), [(form(row()), False), (film(), True)])
def test_a_work_is_sought_elsewhere_when_its_row_first_comes(first: FormFile | VideoFile, *, twice: bool) -> None:
    room = Beside()
    room.take(first)
    room.elsewhere = (WorkElsewhere("N-9", "b@example.com", "智造未来", UNIT),)
    room.take(form(row(phone="13800000009")))
    assert (Code.ENTRY_TWICE.value in codes(only(room))) is twice


def test_who_signed_counts_with_the_mail_that_fills_the_row() -> None:
    room = Room()
    signed = "您好：\n作品见附件。\n\n{}\n2024年6月1日"
    room.take(form(row()), body=signed.format("云岭市工业和信息化局"))
    assert only(room).signed.endswith("云岭市工业和信息化局\n2024年6月1日")
    before = only(room)
    room.take(film(), body=signed.format("江海市工业和信息化局"))
    assert only(room).signed == before.signed
    room.take(form(row(phone="13800000009")), body=signed.format("江海市工业和信息化局"))
    assert only(room).signed != before.signed


def test_a_link_in_answer_about_one_work_stands_beside_its_film_and_one_of_two_does_not() -> None:
    for links, given in (("a", "a"), ("ab", "")):
        room = Thread()
        room.take(form(row()), film())
        room.take(*(Link(f"https://p.example/{name}", "") for name in links))
        entry = room.entries["GYQG-2024-0001"]
        assert (entry.video, entry.link.url[-1] if entry.link else "") == (film(), given)
        assert len(room.entries) == len(links) - len(given) + 1


def test_a_film_whose_mail_names_an_entry_by_number_is_that_entrys() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")))
    room.take(film("成片.mp4"), PAN, subject="GYQG-2024-0002 补充视频")
    assert room.states() == {"1": "incomplete", "2": "accepted"}
    assert [entry.link for entry in room.entries.values()] == [None, None]


@pytest.mark.parametrize(
    ("subject", "films"),
    [
        ("GYQG-2024-0002 补充视频", ["成片.mp4", "VID_1.mp4"]),
        ("GYQG-2024-0001、GYQG-2024-0002 补充视频", ["成片.mp4"]),
        ("补充视频", ["成片.mp4"]),
    ],
)
def test_a_number_gives_one_film_to_one_entry_alone(subject: str, films: list[str]) -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")))
    room.take(*map(film, films), subject=subject)
    assert [entry.video for entry in room.entries.values() if entry.has_row] == [None, None]


def test_films_none_of_whose_names_fits_are_unclear_and_not_missing() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("老厂房的故事.mp4"), film("匠人匠心.mp4"))
    assert room.states() == {"1": "review", "2": "review"}
    assert all("row-match-uncertain" in codes(entry) for entry in room.entries.values())


def test_one_file_under_two_titles_is_a_duplicate_and_not_missing() -> None:
    room = Room()
    twice = film("智造未来.mp4", "one"), film("绿水青山.mp4", "one")
    room.take(form(row("智造未来"), row("绿水青山")), *twice)
    assert room.states() == {"1": "accepted", "2": "review"}
    (told,) = room.entries["GYQG-2024-0002"].findings
    assert told == Finding(Code.VIDEO_DUPLICATE, {"number": "GYQG-2024-0001", "same_sender": True})


def test_a_blank_form_beside_a_filled_one_is_no_fault() -> None:
    room = Room()
    empty = replace(form(name="空表.docx"), findings=(Finding(Code.FORM_EMPTY),))
    locked = replace(form(name="锁.docx"), form=None, findings=(Finding(Code.FORM_ENCRYPTED),))
    assert room.take(form(row()), empty, locked, film()).findings == locked.findings
    assert room.take(empty).findings == empty.findings


@pytest.mark.parametrize(("unit", "entries"), [("云岭重工集团有限公司", 1), ("云岭重工一厂", 2)])
def test_a_unit_that_hardly_differs_is_the_same_one_mended(unit: str, entries: int) -> None:
    room = Room()
    room.take(form(row(), unit="云岭重工有限公司"), film())
    room.take(form(row(), unit=unit))
    assert len(room.entries) == entries


def test_of_two_forms_that_disagree_the_corrected_one_counts_else_a_person() -> None:
    old, new = row(phone="13800000001"), row(phone="13800000009")
    room = Room()
    room.take(form(old, name="推荐汇总表.docx"), form(new, name="推荐汇总表（更正版）.docx"), film())
    assert (only(room).phone, room.states()) == ("13800000009", {"1": "accepted"})
    room = Room()
    room.take(form(old, name="表一.docx"), form(new, name="表二.docx"), film())
    assert room.states() == {"1": "review"}


def test_a_films_own_entry_gives_way_to_the_row_that_it_turns_out_to_belong_to() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿动云岭")))
    room.take(film("钢铁.mp4"))
    assert room.states() == {"1": "incomplete", "2": "incomplete", "3": "incomplete"}
    alone = room.entries["GYQG-2024-0003"]
    decision = room.take(form(row("智造未来")))
    assert room.entries["GYQG-2024-0003"] == replace(alone, status=EntryStatus.REPLACED), "it is judged no more"
    assert room.states() == {"1": "accepted", "2": "incomplete", "3": "replaced"}
    assert room.entries["GYQG-2024-0001"].video == film("钢铁.mp4")
    [gone] = [event for event in decision.events if event.number == "GYQG-2024-0003"]
    assert (gone.kind, gone.details["by"]) == (EventKind.COMPLETED, "GYQG-2024-0001")
