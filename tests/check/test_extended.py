"""Longer times and waived findings: what counts for whom, and that decisions made later respect them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mailbot.check.extended import campaign_of, campaign_of_sender, longest
from mailbot.check.redecide import decide_again
from mailbot.check.rules import deadline
from mailbot.model.decision import Decision
from mailbot.model.entry import Entry, EntryStatus, waived
from mailbot.model.extension import Extension, Scope
from mailbot.model.finding import Code, Finding, Severity
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage
from mailbot.model.rules import Campaign, LatePolicy
from tests.make.decisions import CHINA, GOOD, IN_TIME, LATE, MAKER, UNIT, Room, brought, film, form, row, rules

UNTIL = datetime(2024, 8, 6, tzinfo=CHINA)
CAMPAIGN = Campaign()
MINE = Entry("GYQG-2024-0001", MAKER, 1, IN_TIME, unit="某某装备制造有限公司")
SHORT = replace(GOOD, duration=10.0)


def given(scope: Scope, target: str, until: datetime = UNTIL) -> Extension:
    return Extension(scope, target, until)


@pytest.mark.parametrize(
    ("extension", "counts"),
    [
        (given(Scope.ADDRESS, MAKER), True),
        (given(Scope.ADDRESS, "other@example.com"), False),
        (given(Scope.UNIT, "某某装备制造"), True),
        (given(Scope.UNIT, "某某装备"), False),
        (given(Scope.UNIT, ""), False),
        (given(Scope.ENTRY, "GYQG-2024-0001"), True),
        (given(Scope.ENTRY, "GYQG-2024-0002"), False),
        (given(Scope.ADDRESS, MAKER, datetime(2024, 7, 1, tzinfo=CHINA)), False),
    ],
)
def test_a_longer_time_counts_for_whom_it_was_given_and_is_never_shorter(extension: Extension, counts: bool) -> None:  # noqa: FBT001
    expected = UNTIL if counts else deadline(CAMPAIGN)
    assert deadline(campaign_of(MINE, CAMPAIGN, [extension])) == expected
    assert longest([MINE], CAMPAIGN, [extension], "") == (UNTIL if counts else None)


def test_the_longest_of_several_counts_and_grace_is_not_added_to_it() -> None:
    graceful = replace(CAMPAIGN, grace_minutes=30)
    later = UNTIL + timedelta(days=2)
    several = [given(Scope.ADDRESS, MAKER), given(Scope.ENTRY, "GYQG-2024-0001", later)]
    assert deadline(campaign_of(MINE, graceful, several)) == later
    assert deadline(campaign_of_sender(MAKER, graceful, several)) == UNTIL
    assert longest([], graceful, several, MAKER) == UNTIL


def test_a_longer_time_that_ends_with_the_campaigns_changes_nothing() -> None:
    assert campaign_of(MINE, CAMPAIGN, [given(Scope.ENTRY, MINE.number, deadline(CAMPAIGN))]) == CAMPAIGN


def late_mail(*extensions: Extension, at: datetime = LATE, policy: LatePolicy = LatePolicy.REJECT) -> Decision:
    room = Room(rules(late=policy), extensions=extensions)
    return room.take(form(row()), film(), at=at)


@pytest.mark.parametrize(
    "extension", [given(Scope.ADDRESS, MAKER), given(Scope.UNIT, "某某装备制造")], ids=["address", "unit"]
)
def test_a_mail_in_the_longer_time_is_in_time(extension: Extension) -> None:
    decision = late_mail(extension)
    (entry,) = decision.entries
    assert (entry.status, decision.findings) == (EntryStatus.ACCEPTED, ())
    assert decision.answer is not None
    assert (decision.answer.kind, decision.answer.until) == (LetterKind.ACCEPTED, UNTIL)


@pytest.mark.parametrize("policy", LatePolicy)
def test_a_mail_behind_the_longer_time_is_late_as_ever(policy: LatePolicy) -> None:
    extension = given(Scope.ADDRESS, MAKER)
    late = late_mail(extension, at=UNTIL + timedelta(seconds=1), policy=policy)
    plain = late_mail(at=UNTIL + timedelta(seconds=1), policy=policy)
    assert [entry.status for entry in late.entries] == [entry.status for entry in plain.entries]
    assert any(finding.code is Code.MAIL_LATE for entry in late.entries for finding in entry.findings)


def test_a_mail_that_nobody_could_read_is_in_time_in_its_senders_longer_time() -> None:
    unread = Finding(Code.MAIL_UNREADABLE)
    room = Room(extensions=(given(Scope.ADDRESS, MAKER),))
    decision = room.take(unread, triage=Triage.SUBMISSION, at=LATE)
    assert (decision.findings, decision.works) == ((unread,), brought(unread))


def test_of_two_units_in_one_late_mail_only_the_one_with_more_time_is_in() -> None:
    room = Room(rules(), extensions=(given(Scope.UNIT, "某某装备制造"),))
    decision = room.take(
        form(row(), unit=UNIT), form(row("绿动厂房"), unit="另一家公司", name="另表.docx"),
        film(), film("绿动厂房.mp4"), at=LATE,
    )  # fmt: skip
    assert {entry.title: entry.status for entry in decision.entries} == {
        "智造未来": EntryStatus.ACCEPTED,
        "绿动厂房": EntryStatus.REJECTED,
    }
    assert decision.answer is not None
    assert decision.answer.kind is LetterKind.PARTIAL


def test_an_entry_with_more_time_is_completed_in_it() -> None:
    room = Room(rules())
    room.take(form(row()))
    first = next(iter(room.entries.values()))
    room.extensions = (given(Scope.ENTRY, first.number),)
    decision = room.take(film(), at=LATE)
    assert [entry.status for entry in decision.entries] == [EntryStatus.ACCEPTED]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        (Code.VIDEO_TOO_SHORT, SHORT),
        (Code.VIDEO_LOW_RESOLUTION, replace(GOOD, width=1280, height=720)),
        (Code.VIDEO_WRONG_ASPECT, replace(GOOD, width=1920, height=1440)),
        (Code.VIDEO_NOT_MP4, replace(GOOD, container="mov")),
    ],
)
def test_a_waived_finding_is_kept_and_counts_no_more_whatever_comes_later(code: Code, facts: object) -> None:
    room = Room(rules())
    room.take(form(row()), film(facts=facts))  # type: ignore[arg-type]
    (number,) = room.entries
    entry = room.entries[number]
    assert entry.status is EntryStatus.REJECTED
    room.entries[number] = replace(entry, set_by_person=frozenset({waived(code)}))
    again = room.take(form(row(contact="李四")), film(facts=facts))  # type: ignore[arg-type]
    (after,) = again.entries
    assert after.status is EntryStatus.ACCEPTED
    (kept,) = [finding for finding in after.findings if finding.code is code]
    assert (kept.severity, kept.details["waived"]) == (Severity.WARNING, "person")


def test_who_has_more_time_and_sent_nothing_yet_is_told_so() -> None:
    answer = Room(extensions=(given(Scope.ADDRESS, MAKER),)).take(body="请问何时截止？").answer
    assert answer is not None
    assert (answer.kind, answer.until) == (LetterKind.NOTHING, UNTIL)


def test_an_entry_decided_again_has_the_longer_time_that_was_given() -> None:
    (entry,) = late_mail().entries
    assert decide_again(entry, rules(), ()).status is EntryStatus.REJECTED
    assert decide_again(entry, rules(), (), [given(Scope.ENTRY, entry.number)]).status is EntryStatus.ACCEPTED


def test_one_waived_finding_does_not_waive_another() -> None:
    room = Room(rules())
    room.take(form(row()), film(facts=replace(SHORT, width=1280, height=720)))
    (number,) = room.entries
    room.entries[number] = replace(room.entries[number], set_by_person=frozenset({waived(Code.VIDEO_TOO_SHORT)}))
    (after,) = room.take(form(row(contact="李四"))).entries
    assert after.status is EntryStatus.REJECTED
