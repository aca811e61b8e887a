"""What was written to and fro: confirmations, restored entries, loops, and whom no letter may name anything to."""

from dataclasses import replace
from datetime import date

import pytest

from mailbot.check.decide import listed
from mailbot.model.decision import Concern, Decision, EventKind
from mailbot.model.entry import EntryStatus, Exchange, History
from mailbot.model.extension import Extension, Scope
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Authentication, Triage
from mailbot.model.works import Works
from tests.make.decisions import LATE, MAKER, Room, brought, film, form, row, rules

A = "GYQG-2024-0001"
FAILED = Authentication("mx.example.org", spf="fail", dkim="pass")


class Known(Room):
    """A room whose ledger tells what was written before."""

    exchange: Exchange = Exchange()
    thread: tuple[str, ...] = ()

    def history(self, sender: str) -> History:
        return replace(super().history(sender), exchange=self.exchange, thread=self.thread)


def begun(**before: object) -> Known:
    room = Known()
    room.take(form(row()), film())
    room.exchange = Exchange(**before)  # type: ignore[arg-type]
    return room


def taken_back(room: Known) -> Known:
    room.take(subject=f"撤回 {A}", triage=Triage.WITHDRAWAL)
    room.exchange = Exchange(withdrawn_from={A: EntryStatus.ACCEPTED})
    return room


def codes(decision: Decision) -> list[str]:
    return [finding.code.value for finding in decision.findings]


def test_a_withdrawal_that_fails_one_check_waits_for_an_answer() -> None:
    room = begun()
    decision = room.take(subject=f"撤回 {A}", triage=Triage.WITHDRAWAL, checked=FAILED)
    assert (room.states(), codes(decision)) == ({"1": "accepted"}, ["withdrawal-unconfirmed"])
    room.exchange = Exchange(asked=frozenset({A}))
    room.take(subject="回复：撤回申请待确认", body="确认撤回。", checked=FAILED)
    assert room.states() == {"1": "withdrawn"}


@pytest.mark.parametrize("body", ["不是我申请的，请勿撤回。", "请问这是什么？", "不同意", "收到"])
def test_an_answer_that_does_not_say_yes_takes_nothing_back(body: str) -> None:
    room = begun(asked=frozenset({A}))
    room.take(subject="回复：撤回申请待确认", body=body)
    assert room.states() == {"1": "accepted"}


def test_a_confirmation_of_nothing_asked_takes_nothing_back() -> None:
    room = begun()
    room.take(subject="回复", body="确认撤回。", checked=FAILED)
    assert room.states() == {"1": "accepted"}


def test_a_submission_that_says_yes_confirms_no_withdrawal() -> None:
    room = begun(asked=frozenset({A}))
    decision = room.take(form(row("绿水青山")), film("绿水青山.mp4"), body="内容属实，同意参评。")
    assert (room.states(), decision.findings) == ({"1": "accepted", "2": "accepted"}, ())


def test_what_was_taken_back_comes_back_as_it_was() -> None:
    room = taken_back(begun())
    assert room.states() == {"1": "withdrawn"}
    room.thread = (A,)
    decision = room.take(subject="回复：作品撤回确认", body="恢复")
    assert room.states() == {"1": "accepted"}
    [event] = decision.events
    assert (event.kind, event.number, event.before, event.after) == (
        EventKind.RESTORED, A, EntryStatus.WITHDRAWN, EntryStatus.ACCEPTED,
    )  # fmt: skip
    assert decision.answer is not None
    assert (decision.answer.kind, decision.answer.entries) == (LetterKind.STATE, decision.entries)
    assert decision.works == Works()


def test_what_its_sender_did_not_take_back_or_has_back_already_is_not_brought_back() -> None:
    room = Known()
    room.take(form(row("智造未来"), row("绿水青山"), row("千里之行")))
    one, two, three = room.entries
    for number in (one, three):
        room.entries[number] = replace(room.entries[number], status=EntryStatus.WITHDRAWN)
    room.exchange = Exchange(withdrawn_from={one: EntryStatus.INCOMPLETE, two: EntryStatus.INCOMPLETE})
    room.thread = (one, two, three)
    decision = room.take(subject="回复：作品撤回确认", body="恢复")
    assert [entry.number for entry in decision.entries] == [one]
    assert room.states() == {"1": "incomplete", "2": "incomplete", "3": "withdrawn"}


def test_what_was_taken_back_comes_back_within_its_senders_longer_time() -> None:
    room = taken_back(begun())
    room.extensions = (Extension(Scope.ADDRESS, MAKER, LATE.replace(day=2)),)
    room.take(subject=f"恢复 {A}", at=LATE)
    assert room.states() == {"1": "accepted"}


def test_what_comes_back_is_seen_beside_who_sent_the_same_film_meanwhile() -> None:
    room = taken_back(begun())
    room.take(form(row("绿动云岭")), film("绿动云岭.mp4", "智造未来.mp4"), sender="other@example.com")
    room.thread = (A,)
    room.take(subject="回复：作品撤回确认", body="恢复")
    assert room.states() == {"1": "review", "2": "accepted"}
    assert Code.VIDEO_DUPLICATE in {finding.code for finding in room.entries[A].findings}


@pytest.mark.parametrize(
    ("body", "attention"),
    [
        ("请恢复，谢谢！\n\n王一鸣\n手机：13800000001", ""),
        ("此前的撤回申请作废，请恢复", ""),
        (f"请恢复 {A}，并把联系人改为赵六", Concern.INQUIRY),
        ("请恢复。另有一部作品想撤回", Concern.INQUIRY),
    ],
)
def test_what_is_asked_beside_bringing_back_is_a_persons(body: str, attention: str) -> None:
    room = taken_back(begun())
    room.thread = (A,)
    decision = room.take(subject="回复：作品撤回确认", body=body)
    assert (room.states(), decision.attention) == ({"1": "accepted"}, attention)


@pytest.mark.parametrize(
    "body",
    [
        "请问撤回后还能恢复吗？", "不要恢复", "如需恢复我们再联系", "请恢复作品。可以吗？", "不需要恢复，谢谢",
        "无法恢复也没关系", "网站恢复正常后再提交",
    ],
)  # fmt: skip
def test_a_question_about_it_brings_nothing_back(body: str) -> None:
    room = taken_back(begun())
    room.thread = (A,)
    room.take(subject="回复：作品撤回确认", body=body)
    assert room.states() == {"1": "withdrawn"}


def test_nothing_comes_back_behind_the_deadline_or_from_a_doubtful_sender() -> None:
    room = taken_back(begun())
    room.take(subject=f"恢复 {A}", at=LATE)
    room.take(subject=f"恢复 {A}", checked=FAILED)
    assert room.states() == {"1": "withdrawn"}
    room.take(subject=f"恢复 {A}")
    assert room.states() == {"1": "accepted"}


@pytest.mark.parametrize("before", [{"in_thread": 2}, {"echoes": 2}, {"echoes": 1, "at_once": True}])
def test_what_brings_nothing_new_is_answered_no_more_and_listed(before: dict[str, object]) -> None:
    unsafe = Finding(Code.PART_UNSAFE)
    decision = begun(**before).take(unsafe, triage=Triage.INQUIRY, subject="Re: 作品受理通知", body="您好")
    assert (decision.answer, decision.attention) == (None, "answers-itself")
    assert decision.silence == "answered often enough: the thread, or the same words, bring nothing new"
    assert (decision.works, decision.verdict.triage, decision.findings) == (brought(unsafe), Triage.INQUIRY, (unsafe,))


def test_an_automatic_mail_says_what_is_wrong_with_it_and_changes_nothing() -> None:
    unsafe = Finding(Code.PART_UNSAFE)
    decision = begun().take(unsafe, triage=Triage.AUTO_REPLY)
    assert (decision.works, decision.findings, decision.entries) == (brought(unsafe), (unsafe,), ())


def test_a_second_answer_in_a_thread_is_still_given() -> None:
    assert begun(in_thread=1, echoes=1).take(subject="Re: 作品受理通知", body="您好").answer is not None


@pytest.mark.parametrize(
    ("answer", "found", "answer_from", "attention"),
    [
        (True, (), None, ""),
        (False, (), None, "unanswered"),
        (False, (Finding(Code.PART_UNSAFE),), None, "part-unsafe"),
        (True, (), LATE.date(), ""),
    ],
)
def test_a_submission_that_gets_no_letter_is_listed_unless_a_person_looks_or_it_came_before_answers_began(
    answer: bool,  # noqa: FBT001 - a case of the table
    found: tuple[Finding, ...],
    answer_from: date | None,
    attention: str,
) -> None:
    room = Room(rules(answer_from=answer_from))
    assert listed(room.take(form(row()), film(), *found, answer=answer)).attention == attention


def test_to_a_stranger_whose_mail_fails_the_checks_nothing_is_named() -> None:
    room = Known()
    decision = room.take(form(row()), film(), checked=FAILED)
    assert decision.answer is not None
    assert decision.answer.discreet
    room.exchange = Exchange(heard=True)
    decision = room.take(form(row("绿水青山")), film("绿水青山.mp4"), checked=FAILED)
    assert decision.answer is not None
    assert not decision.answer.discreet


def test_two_films_of_one_mail_that_look_alike_are_compared_before_the_answer() -> None:
    class Alike(Room):
        def history(self, sender: str) -> History:
            one, other = film("智造未来.mp4").part.sha256, film("绿水青山.mp4").part.sha256
            return replace(super().history(sender), within={one: ((other, 0.9),), other: ((one, 0.9),)})

    room = Alike()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    assert room.states() == {"1": "accepted", "2": "review"}
    details: Details = {"number": A, "score": 0.9, "same_sender": True}
    assert [entry.notes for entry in room.entries.values()] == [(), (Finding(Code.VIDEO_SIMILAR, details),)]


def test_mails_without_an_address_are_each_a_person_of_their_own() -> None:
    room = Room()
    room.take(form(row()), sender="")
    room.take(film(), sender="")
    assert room.states() == {"1": "incomplete", "2": "incomplete"}
    assert len({entry.sender for entry in room.entries.values()}) == 2
