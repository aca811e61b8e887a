"""One entry's facts into findings and status."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.check.judge import judge, with_likenesses
from mailbot.check.redecide import decide_again
from mailbot.check.rules import late_finding
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.entry import OPEN, Entry, EntryStatus, Field, Likeness, SameFile, waived
from mailbot.model.finding import Code, Finding
from mailbot.model.mail import Link
from mailbot.model.rules import Campaign, LatePolicy, Rules
from tests.make.decisions import GOOD, IN_TIME, LATE, Room, film, form, row, rules

WHOLE = Entry("N-1", "a@example.com", 1, IN_TIME, title="题", themes=("绿色低碳",), unit="某某", contact="王",
              phone="13800000001", has_row=True, video=film())  # fmt: skip


def of_file(code: Code) -> Entry:
    return replace(WHOLE, video=film("a.mp4", "", Finding(code)))


def noted(code: Code) -> Entry:
    return replace(WHOLE, notes=(Finding(code),))


SHORT = replace(GOOD, duration=10.0)

CASES = {
    "a whole work": (WHOLE, "accepted", ()),
    "no unit": (replace(WHOLE, unit=""), "accepted", ("form-unit-missing",)),
    "an odd phone": (replace(WHOLE, phone="12"), "accepted", ("row-phone-invalid",)),
    "no title": (replace(WHOLE, title=""), "incomplete", ("row-title-missing",)),
    "no theme": (replace(WHOLE, themes=()), "incomplete", ("row-theme-missing",)),
    "no contact": (replace(WHOLE, contact=""), "incomplete", ("row-contact-missing",)),
    "no phone": (replace(WHOLE, phone=""), "incomplete", ("row-phone-missing",)),
    "no video": (replace(WHOLE, video=None), "incomplete", ("row-video-missing",)),
    "a link": (replace(WHOLE, video=None, link=Link("https://p.example/1", "x")), "incomplete", ("row-video-by-link",)),
    "no row": (replace(WHOLE, has_row=False), "incomplete", ("video-row-missing",)),
    "only a link": (replace(WHOLE, has_row=False, video=None), "incomplete", ("video-row-missing",)),
    "too short": (replace(WHOLE, video=film(facts=SHORT)), "rejected", ("video-too-short",)),
    "too short, no row": (
        replace(WHOLE, video=film(facts=SHORT), has_row=False), "rejected", ("video-too-short", "video-row-missing"),
    ),
    "too short, no theme": (
        replace(WHOLE, video=film(facts=SHORT), themes=()), "rejected", ("row-theme-missing", "video-too-short"),
    ),
    "not readable": (
        replace(WHOLE, video=film("a.mp4", "", Finding(Code.VIDEO_UNREADABLE), facts=None)),
        "rejected", ("video-unreadable",),
    ),
    "cut": (of_file(Code.VIDEO_TRUNCATED), "rejected", ("video-truncated",)),
    "no picture": (of_file(Code.VIDEO_NO_PICTURE), "rejected", ("video-no-picture",)),
    "black": (of_file(Code.VIDEO_BLANK), "review", ("video-blank",)),
    "sound behind the last picture": (of_file(Code.VIDEO_SOUND_LONGER), "accepted", ("video-sound-longer",)),
    "similar": (noted(Code.VIDEO_SIMILAR), "review", ("video-similar",)),
    "scanned": (noted(Code.FORM_SCANNED), "review", ("form-scanned",)),
    "doubtful": (noted(Code.FORM_UNCERTAIN), "review", ("form-uncertain",)),
    "scanned, no video": (
        replace(noted(Code.FORM_SCANNED), video=None), "incomplete", ("form-scanned", "row-video-missing"),
    ),
    "match unclear": (replace(noted(Code.ROW_MATCH_UNCERTAIN), video=None), "review", ("row-match-uncertain",)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_finding_has_its_status(case: str) -> None:
    entry, status, codes = CASES[case]
    judged = judge(entry, Rules())
    assert (judged.status, tuple(finding.code for finding in judged.findings)) == (status, codes)


LINKED = Link("https://p.example/1", "baidu", expires="2024-07-01")


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ({"video": None}, {"title": "题"}),
        (
            {"video": None, "link": LINKED},
            {"url": "https://p.example/1", "expires": "2024-07-01", "provider": "baidu"},
        ),
        ({"has_row": False}, {"filename": "智造未来.mp4"}),
        ({"has_row": False, "video": None}, {"filename": ""}),
        ({"phone": "12"}, {"phone": "12"}),
        (
            {"video": film(facts=SHORT), "set_by_person": frozenset({waived(Code.VIDEO_TOO_SHORT)})},
            {"duration": 10.0, "min_seconds": 60.0, "max_seconds": 480.0, "waived": "person"},
        ),
    ],
)
def test_a_finding_tells_what_it_is_about(said: dict[str, object], details: dict[str, object]) -> None:
    (finding,) = judge(replace(WHOLE, **said), Rules()).findings  # type: ignore[arg-type]
    assert finding.details == details


@pytest.mark.parametrize(
    ("policy", "status"),
    [(LatePolicy.REJECT, "rejected"), (LatePolicy.REVIEW, "review"), (LatePolicy.ACCEPT, "review")],
)
def test_lateness_counts_by_policy(policy: LatePolicy, status: str) -> None:
    late = replace(WHOLE, notes=(late_finding(LATE, Campaign()),))
    assert judge(late, rules(late=policy)).status == status


@pytest.mark.parametrize(
    ("said", "status"),
    [({"video": film(facts=SHORT)}, "rejected"), ({"video": None}, "incomplete"), ({"themes": ()}, "incomplete")],
)
def test_a_late_work_has_other_faults_too(said: dict[str, object], status: str) -> None:
    late = replace(WHOLE, notes=(late_finding(LATE, Campaign()),), **said)  # type: ignore[arg-type]
    assert judge(late, rules(late=LatePolicy.REVIEW)).status == status
    assert judge(late, Rules()).status is EntryStatus.REJECTED


def test_who_comes_later_with_a_film_is_the_duplicate_and_who_was_first_is_not() -> None:
    first, second = SameFile("N-2", "a@example.com"), SameFile("N-3", "b@example.org")
    same_files = (first, second, SameFile("N-1", "a@example.com"), SameFile("N-4", "b@example.org"))
    judged = judge(WHOLE, Rules(), same_files)
    assert [finding.details for finding in judged.findings] == [
        {"number": "N-2", "same_sender": True},
        {"number": "N-3", "same_sender": False},
    ]
    assert judged.status is EntryStatus.REVIEW


@pytest.mark.parametrize("status", EntryStatus)
def test_a_persons_decision_sticks_whatever_the_facts_say(status: EntryStatus) -> None:
    entry = replace(WHOLE, video=film(facts=SHORT), status=status, set_by_person=frozenset({Field.STATUS}))
    judged = judge(entry, Rules())
    assert judged.status is status
    assert [finding.code for finding in judged.findings] == [Code.VIDEO_TOO_SHORT]


@pytest.mark.parametrize("status", [EntryStatus.WITHDRAWN, EntryStatus.REPLACED])
def test_facts_do_not_wake_what_is_gone(status: EntryStatus) -> None:
    assert judge(replace(WHOLE, status=status), Rules()).status is status


NOTES = st.lists(st.sampled_from(Code).map(Finding), max_size=3).map(tuple)


@given(NOTES, NOTES, st.sampled_from(EntryStatus), st.booleans(), st.booleans())
def test_judging_twice_is_judging_once(
    notes: tuple[Finding, ...],
    faults: tuple[Finding, ...],
    status: EntryStatus,
    has_row: bool,  # noqa: FBT001
    has_video: bool,  # noqa: FBT001
) -> None:
    video = film("a.mp4", "", *faults) if has_video else None
    entry = replace(WHOLE, notes=notes, video=video, status=status, has_row=has_row)
    once = judge(entry, Rules())
    assert judge(once, Rules()) == once
    assert once.status in OPEN or once.status is status


def test_a_later_deadline_takes_lateness_away() -> None:
    entry = judge(replace(WHOLE, received_at=LATE, notes=(late_finding(LATE, Campaign()),)), Rules())
    assert entry.status is EntryStatus.REJECTED
    longer = rules(grace_minutes=60)
    assert decide_again(entry, longer, ()).status is EntryStatus.ACCEPTED
    assert decide_again(decide_again(entry, longer, ()), Rules(), ()).status is EntryStatus.REJECTED


def test_an_entry_decided_again_is_seen_beside_who_had_its_film_first_and_is_late_by_moments_told() -> None:
    entry = replace(WHOLE, notes=(Finding(Code.MAIL_LATE),))
    assert decide_again(entry, Rules(), ()).status is EntryStatus.ACCEPTED, "late, and nobody knows when"
    assert decide_again(entry, Rules(), [SameFile("N-0", "b@example.org")]).status is EntryStatus.REVIEW


def test_an_entry_that_a_late_mail_changed_stays_a_persons() -> None:
    room = Room(rules(late=LatePolicy.REVIEW))
    room.take(form(row()), film())
    (entry,) = room.take(form(row(phone="13800000009")), at=LATE).entries
    assert entry.status is EntryStatus.REVIEW
    assert decide_again(entry, room.rules, ()) == entry
    assert decide_again(entry, rules(late=LatePolicy.REVIEW, grace_minutes=60), ()).status is EntryStatus.ACCEPTED
    assert decide_again(entry, rules(late=LatePolicy.ACCEPT), ()).status is EntryStatus.ACCEPTED


@pytest.mark.parametrize(("school", "status"), [("云岭一中", EntryStatus.ACCEPTED), ("", EntryStatus.INCOMPLETE)])
def test_an_entry_without_a_required_field_of_the_campaign_s_own_is_incomplete(
    school: str, status: EntryStatus
) -> None:
    title = FormField("title", "作品名称", FieldKind.TITLE, required=True)
    form = CampaignForm((title, FormField("school", "学校", required=True)))
    assert judge(replace(WHOLE, extra={"school": school}), Rules(form=form)).status is status


def test_likenesses_are_noted_anew_and_none_with_the_entry_itself() -> None:
    stale = replace(WHOLE, notes=(Finding(Code.VIDEO_SIMILAR, {"number": "N-9"}), Finding(Code.ENTRY_MENDED)))
    others = [Likeness(one, sender, score=0.9) for one, sender in (("N-1", "a@example.com"), ("N-2", "b@example.com"))]
    noted = with_likenesses(stale, [*others, Likeness("N-3", "a@example.com", score=0.5)])
    assert noted.notes == (
        Finding(Code.ENTRY_MENDED),
        Finding(Code.VIDEO_SIMILAR, {"number": "N-2", "score": 0.9, "same_sender": False}),
        Finding(Code.VIDEO_SIMILAR, {"number": "N-3", "score": 0.5, "same_sender": True}),
    )
