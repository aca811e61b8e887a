"""What mails of one sender come to: each test is a short list of mails and where they lead."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mailbot.check.decide import decide
from mailbot.check.rules import clock_time
from mailbot.model.decision import Concern, EventKind
from mailbot.model.entry import EntryStatus, Field, parted_from
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Link, Triage, Verdict
from mailbot.model.rules import Campaign, Clock, LatePolicy, Rules
from mailbot.model.works import FormFile, VideoFile
from tests.make.decisions import CHINA, GOOD, IN_TIME, LATE, MAKER, Room, arrival, brought, film, form, row, rules, sha

SHORT = replace(GOOD, duration=10.0)
PAN = Link("https://pan.example.com/s/1abc", "baidu", "a1b2")


def kind(room: Room) -> str:
    answer = room.decisions[-1].answer
    return answer.kind.value if answer else ""


def happened(room: Room) -> list[str]:
    return [event.kind.value for event in room.decisions[-1].events]


def test_a_form_and_its_video_are_accepted() -> None:
    room = Room()
    decision = room.take(form(row()), film())
    assert (kind(room), room.states(), happened(room)) == ("accepted", {"1": "accepted"}, ["created"])
    (entry,), (event,) = decision.entries, decision.events
    assert (entry.number, entry.sender, entry.title, entry.has_row) == ("GYQG-2024-0001", MAKER, "智造未来", True)
    assert (entry.mail_id, entry.received_at, event.details) == (1, IN_TIME, {})


def test_form_first_then_the_video() -> None:
    room = Room()
    room.take(form(row()))
    assert (kind(room), room.states()) == ("incomplete", {"1": "incomplete"})
    room.take(film())
    assert (kind(room), room.states(), happened(room)) == ("accepted", {"1": "accepted"}, ["completed"])


def test_video_first_then_the_form() -> None:
    room = Room()
    first = room.take(film(), PAN)
    assert (kind(room), room.states()) == ("incomplete", {"1": "incomplete"})
    (event,) = first.events
    assert (event.kind, event.number, event.before, event.after, event.details) == (
        EventKind.CREATED, "GYQG-2024-0001", None, EntryStatus.INCOMPLETE, {"filename": "智造未来.mp4"},
    )  # fmt: skip
    assert Code.FORM_MISSING in {finding.code for finding in first.findings}
    room.take(form(row()))
    assert (kind(room), room.states()) == ("accepted", {"1": "accepted"})


def test_a_video_a_mail() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山"), row("千里之行")))
    for name in ("千里之行", "智造未来", "绿水青山"):
        room.take(film(f"{name}.mp4"))
    assert room.states() == {"1": "accepted", "2": "accepted", "3": "accepted"}
    assert [entry.video.part.filename for entry in room.entries.values() if entry.video] == [
        "智造未来.mp4",
        "绿水青山.mp4",
        "千里之行.mp4",
    ]


def test_videos_first_and_the_form_last() -> None:
    room = Room()
    room.take(film("绿水青山.mp4"))
    room.take(film("智造未来.mp4"))
    room.take(form(row("智造未来"), row("绿水青山")))
    assert {entry.title: entry.video.part.filename for entry in room.entries.values() if entry.video} == {
        "绿水青山": "绿水青山.mp4",
        "智造未来": "智造未来.mp4",
    }
    assert room.states() == {"1": "accepted", "2": "accepted"}


def test_a_corrected_row_goes_on_under_its_number() -> None:
    room = Room()
    room.take(form(row(themes=(), phone="")), film())
    assert room.states() == {"1": "incomplete"}
    decision = room.take(form(row(phone="13800000002")))
    assert (room.states(), happened(room)) == ({"1": "accepted"}, ["corrected"])
    assert decision.entries[0].phone == "13800000002"


def test_a_blank_in_a_later_row_takes_nothing_away() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(form(row(contact="")))
    assert next(iter(room.entries.values())).contact == "王一鸣"


def test_a_mended_video_makes_a_rejected_work_accepted() -> None:
    room = Room()
    room.take(form(row()), film("智造未来.mp4", "short", facts=SHORT))
    assert (kind(room), room.states()) == ("rejected", {"1": "rejected"})
    room.take(film("智造未来（修改版）.mp4", "long"))
    assert (kind(room), room.states(), happened(room)) == ("accepted", {"1": "accepted"}, ["video-replaced"])


def test_a_mended_video_goes_to_its_title_even_where_another_row_waits() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4", "short", facts=SHORT))
    room.take(film("智造未来（修改版）.mp4", "long"))
    assert room.states() == {"1": "accepted", "2": "incomplete"}


def test_a_film_of_another_name_does_not_take_a_rejected_works_place() -> None:
    room = Room()
    room.take(form(row("智造未来")), film("智造未来.mp4", "short", facts=SHORT))
    assert room.take(film("千里之行.mp4")).findings == ()
    assert room.states() == {"1": "rejected", "2": "incomplete"}


def test_a_camera_name_mends_the_one_rejected_work() -> None:
    room = Room()
    room.take(form(row("智造未来")), film("智造未来.mp4", "short", facts=SHORT))
    room.take(film("成片 final.mp4", "long"))
    assert room.states() == {"1": "accepted"}


def test_a_better_video_of_the_same_name_replaces_an_accepted_one() -> None:
    room = Room()
    room.take(form(row()), film("智造未来.mp4", "one"))
    room.take(film("智造未来.mp4", "two"))
    assert (room.states(), happened(room)) == ({"1": "accepted"}, ["video-replaced"])


def test_a_camera_name_does_not_replace_an_accepted_video() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(film("VID_0001.mp4"))
    assert room.states() == {"1": "accepted", "2": "incomplete"}


def test_the_same_mail_again_changes_nothing_and_is_answered_with_the_state() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(form(row()), film())
    assert (decision.entries, kind(room), happened(room)) == ((), "state", ["resent"])
    assert decision.answer is not None
    assert decision.answer.unchanged == {"GYQG-2024-0001"}


def test_the_form_again_without_its_film_leaves_the_question_whose_it_is() -> None:
    room, rows = Room(), form(row("智造未来"), row("绿水青山"))
    room.take(rows, film("VID_1.mp4"))
    asked = room.states()
    room.take(rows)
    assert room.states() == asked == {"1": "review", "2": "review"}
    room.take(rows, film("VID_1.mp4"))
    for entry in room.entries.values():
        (doubt,) = (note for note in entry.notes if note.code is Code.ROW_MATCH_UNCERTAIN)
        assert "VID_1.mp4" in str(doubt.details)


def test_the_same_video_alone_again_is_told_by_its_number() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(film())
    assert (decision.entries, kind(room)) == ((), "state")
    details: Details = {"number": "GYQG-2024-0001", "same_sender": True, "filename": "智造未来.mp4"}
    assert decision.findings == (Finding(Code.VIDEO_DUPLICATE, details),)


def test_the_same_film_of_another_sender_is_looked_at() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(
        form(row("别的名字"), unit="另一家公司"), film("别的名字.mp4", "智造未来.mp4"), sender="other@example.org"
    )
    assert (kind(room), room.states()) == ("review", {"1": "accepted", "2": "review"})


def test_the_same_film_under_two_titles_is_looked_at() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(form(row("换个题目")), film("换个题目.mp4", "智造未来.mp4"))
    assert room.states() == {"1": "accepted", "2": "review"}
    assert ("2", None, EntryStatus.REVIEW) in [
        (event.number[-1], event.before, event.after) for event in decision.events
    ]


def test_two_rows_and_one_camera_name_are_not_guessed() -> None:
    room = Room()
    decision = room.take(form(row("智造未来"), row("绿水青山")), film("VID_0001.mp4"))
    assert (kind(room), room.states()) == ("review", {"1": "review", "2": "review"})
    assert all(entry.video is None for entry in decision.entries)
    assert decision.entries[0].findings[-1].details["files"] == film("VID_0001.mp4").part.sha256


def test_a_doubt_ends_where_the_right_video_comes() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("VID_0001.mp4"))
    room.take(film("智造未来.mp4"), film("绿水青山.mp4"))
    assert room.states() == {"1": "accepted", "2": "accepted"}


def test_a_row_too_many_and_a_video_too_many_are_told_each() -> None:
    room = Room()
    films = film("智造未来.mp4"), film("海阔天空任我行.mp4")
    assert room.take(form(row("智造未来"), row("绿水青山")), *films).findings == ()
    assert room.states() == {"1": "accepted", "2": "incomplete", "3": "incomplete"}
    assert [entry.findings[-1].code for entry in list(room.entries.values())[1:]] == [
        Code.ROW_VIDEO_MISSING,
        Code.VIDEO_ROW_MISSING,
    ]
    assert kind(room) == "partial"


def test_works_of_one_mail_fare_each_by_itself() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4", facts=SHORT))
    assert (kind(room), room.states()) == ("partial", {"1": "accepted", "2": "rejected"})


def test_a_bureau_forwards_works_of_many_units() -> None:
    room = Room()
    room.take(
        form(row("宣传片"), unit="甲公司", name="甲.docx"),
        form(row("宣传片"), unit="乙公司", name="乙.docx"),
        film("甲公司-宣传片.mp4"),
        film("乙公司-宣传片.mp4"),
    )
    got = {entry.unit: entry.video.part.filename for entry in room.entries.values() if entry.video}
    assert got == {"甲公司": "甲公司-宣传片.mp4", "乙公司": "乙公司-宣传片.mp4"}


def test_works_of_two_units_with_one_title_stay_two() -> None:
    room = Room()
    room.take(form(row("匠心"), unit="甲公司"), film("匠心.mp4", "one"))
    room.take(form(row("匠心"), unit="乙公司"), film("匠心.mp4", "two"))
    assert room.states() == {"1": "accepted", "2": "accepted"}
    assert [entry.unit for entry in room.entries.values()] == ["甲公司", "乙公司"]


def test_a_scan_beside_the_typed_form_is_no_second_submission() -> None:
    room = Room()
    room.take(form(row()), form(row("智造末来"), scanned=True, name="盖章扫描件.pdf"), film())
    assert room.states() == {"1": "accepted"}


def test_a_scan_alone_is_confirmed_by_a_person() -> None:
    room = Room()
    room.take(form(row(), scanned=True), film())
    assert (kind(room), room.states()) == ("review", {"1": "review"})


def test_a_film_of_any_name_goes_to_the_one_row_that_waits() -> None:
    room = Room()
    room.take(form(row()))
    room.take(film("千里之行.mp4"))
    assert room.states() == {"1": "accepted"}


def test_a_nameless_film_goes_to_the_row_that_names_no_link() -> None:
    room = Room()
    room.take(form(row("智造未来", link=PAN.url), row("绿水青山")), PAN, film("成片.mp4"))
    assert [(entry.link, entry.video) for entry in room.entries.values()] == [(PAN, None), (None, film("成片.mp4"))]


@pytest.mark.parametrize("thing", [film("赤水化工-匠心.mp4"), replace(PAN, near="赤水化工《匠心》")])
def test_of_two_rows_of_one_title_that_wait_the_one_of_the_unit_that_a_name_tells_is_completed(
    thing: VideoFile | Link,
) -> None:
    room = Room()
    units = "云岭重工有限公司", "赤水化工有限公司"
    room.take(*(form(row("匠心"), unit=unit, name=f"{unit}.docx") for unit in units))
    (entry,) = room.take(thing).entries
    assert entry.unit == units[1]


def test_a_link_beside_rows_that_have_theirs_begins_no_work() -> None:
    room = Room()
    room.take(form(row(link=PAN.url)), PAN, Link("https://pan.example.com/s/2", "baidu"))
    assert [entry.link for entry in room.entries.values()] == [PAN]


def test_a_film_that_fits_no_row_is_not_lost_beside_a_link_that_rows_waited_for() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")))
    room.take(form(row("千里之行")), film("千里之行.mp4"), film("老厂房的故事.mp4"), PAN)
    assert [(entry.link, entry.video) for entry in room.entries.values()] == [
        (PAN, None),
        (PAN, None),
        (None, film("千里之行.mp4")),
        (None, film("老厂房的故事.mp4")),
    ]


def test_a_row_with_a_link_waits_for_its_video() -> None:
    room = Room()
    decision = room.take(form(row(link=PAN.url)), PAN)
    assert (kind(room), room.states(), len(decision.entries)) == ("review", {"1": "incomplete"}, 1)
    assert decision.entries[0].link == PAN


def test_a_row_with_a_film_and_a_link_owes_nothing() -> None:
    room = Room()
    decision = room.take(form(row(link=PAN.url)), film(), PAN)
    (entry,) = decision.entries
    assert (entry.video, entry.link, decision.findings, room.states()) == (film(), PAN, (), {"1": "accepted"})


def test_a_link_in_the_body_belongs_to_the_one_row() -> None:
    room = Room()
    decision = room.take(form(row()), PAN)
    assert [entry.link for entry in decision.entries] == [PAN]


def test_one_folder_link_serves_every_row_without_a_film() -> None:
    room = Room()
    decision = room.take(form(row("智造未来"), row("绿水青山")), PAN)
    assert [entry.link for entry in decision.entries] == [PAN, PAN]


def test_a_folder_link_sent_first_loses_no_row_of_the_form_that_follows() -> None:
    room = Room()
    room.take(PAN)
    room.take(form(row("智造未来"), row("绿水青山"), row("千里之行")))
    assert happened(room) == ["completed", "created", "created"]
    alive = [entry for entry in room.entries.values() if entry.status is not EntryStatus.REPLACED]
    assert sorted(entry.title for entry in alive) == ["千里之行", "智造未来", "绿水青山"]
    assert [entry.link for entry in alive] == [PAN] * 3


def test_the_form_again_without_the_body_keeps_the_links_code() -> None:
    room = Room()
    room.take(form(row(link=PAN.url)), PAN)
    decision = room.take(form(row(link=PAN.url)))
    assert (decision.entries, kind(room)) == ((), "state")


def test_a_form_that_cannot_be_read_is_told_as_that() -> None:
    room = Room()
    broken = replace(form(), form=None, findings=(Finding(Code.FORM_ENCRYPTED, {"filename": "附件2.docx"}),))
    decision = room.take(broken, film())
    assert [finding.code for finding in decision.findings] == [Code.FORM_ENCRYPTED]


def test_an_empty_form_and_nothing_else_is_incomplete() -> None:
    room = Room()
    empty = replace(form(), form=Form(), findings=(Finding(Code.FORM_EMPTY),))
    decision = room.take(empty)
    assert (kind(room), decision.entries) == ("incomplete", ())


def test_an_entirely_blank_row_does_not_raise() -> None:
    room = Room()
    room.take(form(FormRow()), film())
    assert room.states() == {"1": "incomplete"}


# Withdrawals and questions


def test_a_number_in_the_senders_own_words_withdraws() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    room.take(triage=Triage.WITHDRAWAL, subject="撤回 ＧＹＱＧ-2024-0002")
    assert (kind(room), room.states()) == ("withdrawn", {"1": "accepted", "2": "withdrawn"})


@pytest.mark.parametrize(
    "mark",
    [
        "------------------ 原始邮件 ------------------",
        "> ",
        "发件人：征选活动组委会",
        "From: submissions@163.com",
        "在 2024-06-01 12:00:00，征选活动组委会写道：",
        "On Sat, Jun 1, 2024 wrote:",
    ],
)
def test_a_number_in_the_quoted_letter_withdraws_nothing(mark: str) -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    body = f"请撤回 GYQG-2024-0001\n\n{mark}\nGYQG-2024-0002 已受理"
    room.take(triage=Triage.WITHDRAWAL, subject="回复：报送", body=body)
    assert room.states() == {"1": "withdrawn", "2": "accepted"}


@pytest.mark.parametrize("kept", ["GYQG-2024-0002 不撤回", "请保留 GYQG-2024-0002", "GYQG-2024-0002 继续参选"])
def test_a_number_that_is_said_to_stay_stays(kept: str) -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    room.take(triage=Triage.WITHDRAWAL, subject="撤回作品", body=f"请撤回 GYQG-2024-0001，{kept}。")
    assert room.states() == {"1": "withdrawn", "2": "accepted"}


def test_a_withdrawal_without_a_number_is_a_persons() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(triage=Triage.WITHDRAWAL, subject="我要撤稿")
    assert (room.states(), kind(room), decision.attention) == ({"1": "accepted"}, "state", "withdrawal-unclear")


def test_nobody_withdraws_anothers_work() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0001", sender="other@example.org")
    assert room.states() == {"1": "accepted"}


@pytest.mark.parametrize("subject", ["撤回 GYQG-2024-00011", "撤回 1GYQG-2024-000", "撤回 GYQG-2024"])
def test_a_longer_or_shorter_number_is_another_one(subject: str) -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(triage=Triage.WITHDRAWAL, subject=subject)
    assert room.states() == {"1": "accepted"}


def test_a_plain_number_is_not_found_inside_another() -> None:
    room = Room(rules(number="{seq}"))
    room.take(form(row()), film())
    room.take(triage=Triage.WITHDRAWAL, subject="撤回 21")
    assert [entry.status for entry in room.entries.values()] == [EntryStatus.ACCEPTED]


def test_a_withdrawn_work_sent_again_is_a_new_one() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0001")
    room.take(form(row()), film())
    assert room.states() == {"1": "withdrawn", "2": "accepted"}


def test_a_question_is_answered_with_the_state_of_ones_own_entries() -> None:
    room = Room()
    room.take(form(row()), film())
    decision = room.take(sender="other@example.org", body="我的作品收到了吗")
    assert (kind(room), decision.answer.entries if decision.answer else None) == ("nothing", ())
    (number,) = room.entries
    room.entries["gone"] = replace(room.entries[number], number="gone", status=EntryStatus.REPLACED)
    decision = room.take(body="我的作品收到了吗")
    assert (kind(room), decision.entries, decision.attention) == ("state", (), "")
    assert decision.answer is not None
    assert decision.answer.entries == (room.entries[number],)
    assert decision.answer.unchanged == {number}


# Lateness


def test_a_late_work_is_rejected_and_told_why() -> None:
    room = Room()
    decision = room.take(form(row()), film(), at=LATE)
    assert (kind(room), room.states()) == ("late", {"1": "rejected"})
    assert [finding.code for finding in decision.findings] == [Code.MAIL_LATE]
    assert room.take(Finding(Code.MAIL_UNREADABLE), at=LATE).findings[-1] == decision.findings[0]
    assert kind(room) == "late"


@pytest.mark.parametrize(("policy", "status"), [(LatePolicy.REVIEW, "review"), (LatePolicy.ACCEPT, "accepted")])
def test_a_late_work_follows_the_policy(policy: LatePolicy, status: str) -> None:
    room = Room(rules(late=policy))
    decision = room.take(form(row()), film(), at=LATE)
    assert (room.states(), decision.findings) == ({"1": status}, ())


def test_within_the_grace_nothing_is_late() -> None:
    room = Room(rules(grace_minutes=10))
    room.take(form(row()), film(), at=LATE + timedelta(minutes=9))
    assert room.states() == {"1": "accepted"}


@pytest.mark.parametrize(("days", "status"), [(0, "incomplete"), (3, "accepted")])
def test_an_entry_begun_in_time_may_be_completed_while_that_lasts(days: int, status: str) -> None:
    room = Room(rules(completion_days=days))
    room.take(form(row()))
    room.take(film(), at=LATE + timedelta(days=2))
    assert room.states()["1"] == status


def test_only_what_lacks_something_is_completed_after_the_deadline() -> None:
    room = Room(rules(completion_days=3))
    room.take(form(row()), film(content="first"))
    room.take(film(content="second"), at=LATE)
    assert [entry.video for entry in room.entries.values()] == [film(content="first")]


def test_a_late_work_changed_again_is_late_by_the_last_mail() -> None:
    room = Room()
    for hours in (0, 5):
        room.take(form(row(phone=f"1380000000{hours}"), scanned=True), film(), at=LATE + timedelta(hours=hours))
    (entry,) = room.entries.values()
    assert [note.code for note in entry.notes] == [Code.FORM_SCANNED, Code.MAIL_LATE]
    assert entry.notes[1].details["received"] == "2024-08-01T05:00:00+08:00"


def test_completion_ends_too() -> None:
    room = Room(rules(completion_days=3))
    room.take(form(row()))
    room.take(film(), at=LATE + timedelta(days=3))
    assert room.states()["1"] == "incomplete"


def test_a_late_correction_does_not_touch_an_accepted_work() -> None:
    room = Room()
    room.take(form(row()), film())
    room.take(form(row(phone="13800000009")), film("智造未来.mp4", "better"), at=LATE)
    assert room.states() == {"1": "accepted"}
    assert next(iter(room.entries.values())).phone == "13800000001"


def test_a_late_correction_reaches_a_work_that_was_late_itself_and_no_other() -> None:
    for begun, phone in ((LATE, "13800000009"), (None, "13800000001")):
        room = Room()
        room.take(form(row(), scanned=True), film(), at=begun)
        room.take(form(row(phone="13800000009"), scanned=True), at=LATE + timedelta(hours=1))
        (entry,) = room.entries.values()
        assert entry.phone == phone


@pytest.mark.parametrize("changed", [False, True])
def test_after_the_deadline_an_accepted_work_is_never_told_as_refused(changed: bool) -> None:  # noqa: FBT001
    room = Room()
    room.take(form(row()), film())
    room.take(form(row(phone="13800000009" if changed else "13800000001")), film(), at=LATE)
    assert (kind(room), room.states()) == ("state", {"1": "accepted"})


def test_the_sent_clock_counts_where_it_is_asked_for() -> None:
    mail = arrival(brought(film()), at=LATE)
    sent = datetime(2024, 7, 31, 15, 59, tzinfo=UTC)
    mail = replace(mail, mail=replace(mail.mail, sent_at=sent))
    assert clock_time(mail, Campaign()) == LATE
    counted = clock_time(mail, Campaign(clock=Clock.SENT))
    assert counted == sent
    assert counted.date() == date(2024, 7, 31), "told in the campaign's zone"
    assert counted.utcoffset() == timedelta(hours=8)


# Silence


@pytest.mark.parametrize("triage", [Triage.AUTO_REPLY, Triage.BOUNCE, Triage.LIST, Triage.OWN])
def test_automatic_mail_is_never_answered_and_begins_nothing(triage: Triage) -> None:
    room = Room()
    unsafe = Finding(Code.PART_UNSAFE)
    decision = room.take(form(row()), film(), unsafe, triage=triage, answer=False)
    assert (decision.answer, decision.entries, decision.silence) == (None, (), "as the test says")
    assert decision.findings == (unsafe,)


def test_mail_before_answer_from_is_entered_and_not_answered() -> None:
    room = Room(rules(answer_from=date(2024, 6, 2)))
    decision = room.take(form(row()), film(), at=datetime(2024, 6, 1, 23, 59, tzinfo=CHINA))
    assert (decision.answer, room.states()) == (None, {"1": "accepted"})
    assert "answer_from" in decision.silence
    assert room.take(form(row("绿水青山")), at=datetime(2024, 6, 2, tzinfo=CHINA)).answer is not None


def test_a_submission_that_may_not_be_answered_is_entered_all_the_same() -> None:
    room = Room()
    decision = room.take(form(row()), film(), answer=False)
    assert (decision.answer, room.states()) == (None, {"1": "accepted"})
    assert decision.silence == "as the test says"


# A person's hand


def test_what_a_person_set_no_later_mail_overwrites() -> None:
    room = Room()
    (entry,) = room.take(form(row()), film()).entries
    room.entries[entry.number] = replace(entry, phone="13800000077", set_by_person=frozenset({Field.PHONE}))
    room.take(form(row(phone="13800000002", contact="李四")))
    now = room.entries[entry.number]
    assert (now.phone, now.contact) == ("13800000077", "李四")


def test_a_video_that_a_person_set_stays() -> None:
    room = Room()
    (entry,) = room.take(form(row()), film()).entries
    room.entries[entry.number] = replace(entry, set_by_person=frozenset({Field.VIDEO}))
    room.take(form(row()), film("智造未来.mp4", "another"))
    assert room.entries[entry.number].video == film()


def test_a_film_that_a_person_parted_from_a_work_is_not_given_to_it_again() -> None:
    room = Room()
    (entry,) = room.take(form(row()), film()).entries
    room.entries[entry.number] = replace(entry, video=None)
    parted = replace(entry, number="N-2", has_row=False, set_by_person=frozenset({parted_from(entry.number)}))
    room.entries[parted.number] = parted
    room.take(form(row(phone="13800000009")))
    assert [entry.video for entry in room.entries.values()] == [None, film()]


def test_a_rejection_by_a_person_outlives_a_better_film() -> None:
    room = Room()
    (entry,) = room.take(form(row()), film()).entries
    room.entries[entry.number] = replace(entry, status=EntryStatus.REJECTED, set_by_person=frozenset({Field.STATUS}))
    room.take(film("智造未来.mp4", "better"))
    assert room.states() == {"1": "rejected"}


# What happened


def test_events_say_where_an_entry_stood_and_stands() -> None:
    room = Room()
    room.take(form(row()))
    decision = room.take(film())
    assert [(event.kind, event.before, event.after, event.details) for event in decision.events] == [
        (EventKind.COMPLETED, EntryStatus.INCOMPLETE, EntryStatus.ACCEPTED, {"video_was": ""})
    ]
    (event,) = room.take(form(row(phone="13800000009"))).events
    assert (event.kind, event.details) == (EventKind.CORRECTED, {"phone_was": "13800000001"})


def test_events_say_what_every_changed_field_held() -> None:
    room, old = Room(), replace(PAN, url="https://pan.example.com/s/0")
    room.take(form(row("智造未来", link=old.url)), old)
    sheet = form(row("焊花飞舞", themes=("绿色低碳", "高端升级"), contact="李二", phone="13800000009", link=PAN.url))
    said = replace(sheet.form or Form(), unit="云岭重工有限公司", recommender="李老师")
    room.entries["GYQG-2024-0001"] = replace(room.entries["GYQG-2024-0001"], unit="", themes=("数智赋能", "绿色低碳"))
    (event,) = room.take(replace(sheet, form=said), PAN, subject="更正作品名称").events
    assert event.details == {
        "title_was": "智造未来",
        "themes_was": "数智赋能、绿色低碳",
        "unit_was": "",
        "recommender_was": "张老师 010-00000000",
        "contact_was": "王一鸣",
        "phone_was": "13800000001",
        "link_was": old.url,
    }
    (event,) = room.take(film("焊花飞舞.mp4", "first")).events
    assert (event.kind, event.details) == (EventKind.COMPLETED, {"video_was": ""})
    (event,) = room.take(film("焊花飞舞.mp4", "second")).events
    assert (event.kind, event.details) == (EventKind.VIDEO_REPLACED, {"video_was": sha("first")})


@pytest.mark.parametrize("things", [(form(row()),), (film(),)])
def test_what_is_sent_again_is_decided_by_todays_rules(things: tuple[FormFile | VideoFile, ...]) -> None:
    room = Room()
    room.take(form(row()), film(facts=SHORT))
    room.rules = replace(room.rules, video=replace(room.rules.video, min_seconds=5))
    decision = room.take(*things)
    (event,) = decision.events
    assert (event.kind, event.number) == (EventKind.DECIDED, "GYQG-2024-0001")
    assert (event.before, event.after) == (EntryStatus.REJECTED, EntryStatus.ACCEPTED)


@pytest.mark.parametrize("code", [Code.MAIL_UNREADABLE, Code.PART_UNSAFE])
def test_a_mail_that_nobody_could_take_apart_is_shown_to_a_person(code: Code) -> None:
    room = Room()
    decision = room.take(Finding(code))
    assert decision.attention == code.value
    assert decision.answer is not None
    assert decision.answer.kind is LetterKind.INCOMPLETE


def test_an_address_in_other_letters_case_is_the_same_sender() -> None:
    room = Room()
    decision = room.take(form(row()), film(), sender="Maker@Example.com")
    assert decision.entries[0].sender == MAKER


def test_an_answer_names_the_other_works_that_still_lack_something() -> None:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山"), row("千里之行", link=PAN.url)), PAN)
    answer = room.take(film("绿水青山.mp4")).answer
    assert answer is not None
    assert ([entry.title for entry in answer.entries], [entry.title for entry in answer.waiting]) == (
        ["绿水青山"],
        ["智造未来"],
    )


def test_a_film_behind_a_link_that_no_row_tells_of_is_another_work() -> None:
    room = Room()
    room.take(PAN)
    room.take(film("成片.mp4"))
    assert [(entry.link, entry.video) for entry in room.entries.values()] == [(PAN, None), (None, film("成片.mp4"))]


def test_a_link_in_a_second_mail_goes_to_the_row_that_waits() -> None:
    room = Room()
    room.take(form(row()))
    decision = room.take(PAN)
    assert (room.states(), room.entries["GYQG-2024-0001"].link) == ({"1": "incomplete"}, PAN)
    assert decision.findings == ()
    assert kind(room) == "review"
    assert [(event.kind, event.details) for event in decision.events] == [(EventKind.COMPLETED, {"link_was": ""})]


def test_links_named_in_the_body_go_each_to_its_row() -> None:
    room = Room()
    one = replace(PAN, url="https://pan.example.com/s/1", near="《绿水青山》")
    two = replace(PAN, url="https://pan.example.com/s/2", near="智造未来")
    room.take(form(row("智造未来"), row("绿水青山")), one, two)
    links = {entry.title: entry.link.url[-1] for entry in room.entries.values() if entry.link}
    assert links == {"智造未来": "2", "绿水青山": "1"}


def test_links_that_nobody_can_tell_apart_are_a_doubt_and_no_entries() -> None:
    room = Room()
    links = [replace(PAN, url=f"https://pan.example.com/s/{name}") for name in "ab"]
    room.take(form(row("智造未来"), row("绿水青山")), *links)
    assert room.states() == {"1": "review", "2": "review"}
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")))
    room.take(*links)
    assert (room.states(), happened(room)) == ({"1": "review", "2": "review"}, ["corrected", "corrected"])


def test_a_link_that_is_quoted_again_is_no_new_work() -> None:
    room = Room()
    room.take(form(row()), PAN)
    room.take(PAN)
    assert room.states() == {"1": "incomplete"}
    assert kind(room) == "state"


def test_works_of_a_moment_that_the_mailbox_did_not_tell_are_for_a_person_to_check() -> None:
    works, verdict = brought(form(row()), film()), Verdict(Triage.SUBMISSION, answer=True, reason="")
    told = decide(arrival(works), works, verdict, Room().history(MAKER), Rules())
    assert told.attention == ""
    untold = decide(replace(arrival(works), dated=False), works, verdict, Room().history(MAKER), Rules())
    assert (untold.attention, untold.entries) == (Concern.UNDATED, told.entries)
    unsafe = replace(works, findings=(Finding(Code.PART_UNSAFE),))
    assert decide(replace(arrival(unsafe), dated=False), unsafe, verdict, Room().history(MAKER), Rules()).attention == (
        "part-unsafe"
    )


def test_a_question_at_such_a_moment_is_answered_with_what_is_wrong_with_its_mail() -> None:
    asked, unreadable = arrival(brought(), body="收到，谢谢"), Finding(Code.MAIL_UNREADABLE)
    verdict = Verdict(Triage.INQUIRY, answer=True, reason="")
    came = replace(asked, dated=False)
    assert decide(came, brought(), verdict, Room().history(MAKER), Rules()).attention == ""
    came = replace(asked, mail=replace(asked.mail, findings=(unreadable,)))
    decision = decide(came, brought(), verdict, Room().history(MAKER), Rules())
    assert (decision.attention, decision.findings) == ("mail-unreadable", (unreadable,))
    assert decision.answer is not None
    assert decision.answer.findings == (unreadable,)
