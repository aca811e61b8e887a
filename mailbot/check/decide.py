"""What we think of a mail. `decide` is pure and total: the same input gives the same decision, and none raises."""

from dataclasses import replace
from typing import Final

from mailbot.check.correct import correct
from mailbot.check.extended import longest
from mailbot.check.intent import confirms, needs_a_reader, restores, speaks_of_taking_back
from mailbot.check.rules import is_answered
from mailbot.check.submission import submission
from mailbot.check.told import attention, mail_findings
from mailbot.check.trust import fails_any, is_suspect
from mailbot.check.withdraw import restore, withdraw
from mailbot.model.decision import Answer, Arrival, Concern, Decision
from mailbot.model.entry import OPEN, EntryStatus, Exchange, History
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage, Verdict
from mailbot.model.rules import Campaign, Rules
from mailbot.model.works import Works
from mailbot.text.hosts import known_hosts
from mailbot.text.links import find_links

NOT_YET: Final = "received before campaign.answer_from"
MOST_ANSWERS: Final = 2
"""Answers in a row, within a thread or to the same words, to mails that bring nothing new."""
UNHEARD: Final = frozenset({Triage.AUTO_REPLY, Triage.BOUNCE, Triage.LIST, Triage.OWN})
"""Mail that no entry follows from."""
SPEAKING: Final = frozenset({Triage.INQUIRY, Triage.SUBMISSION})
"""Mail whose own words may correct entries, where it brings no new works but a link."""


def decide(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    """Everything that follows from one mail.

    Args:
        arrival: the mail as it came in.
        works: what it brought.
        verdict: what it is to us, and whether it may be answered.
        history: what the ledger knows of its sender and of its videos.
        rules: of the campaign.
    """
    said, works = works, _without_told(works, history)
    if works.empty and not said.empty and verdict.triage is Triage.SUBMISSION:
        verdict = replace(verdict, triage=Triage.INQUIRY)
    if verdict.triage in UNHEARD:
        decision = Decision(arrival, works, verdict, findings=mail_findings(arrival, works))
    elif verdict.triage is Triage.WITHDRAWAL or _confirms(arrival, verdict, history):
        decision = withdraw(arrival, works, verdict, history, rules)
    elif verdict.triage is Triage.INQUIRY:
        restored = restore(arrival, verdict, history, rules) if restores(arrival.mail) else None
        decision = restored or _inquiry(arrival, works, verdict, history)
    else:
        decision = _heard(submission(arrival, works, verdict, history, rules), history)
    brings_more = decision.entries and (works.videos or not works.links)
    if verdict.triage in SPEAKING and not brings_more and not any(file.form for file in works.forms):
        decision = correct(arrival, said, verdict, history, rules) or decision
    return _undated(_silenced(_discreet(_granted(decision, history, rules.campaign), history), rules.campaign))


def _heard(decision: Decision, history: History) -> Decision:
    """A submission with a word to the organizers where it says that works are taken back which it does not bring."""
    sender, answer = decision.arrival.sender, decision.answer
    brought = {entry.number for entry in (*decision.entries, *(answer.entries if answer else ()))}
    others = any(one.sender == sender and one.status in OPEN and one.number not in brought for one in history.entries)
    if decision.attention or not others or not speaks_of_taking_back(decision.arrival.mail):
        return decision
    return replace(decision, attention=Concern.INQUIRY)


def _without_told(works: Works, history: History) -> Works:
    """A mail's works without the links that stand in the letters of ours which it answers, and quotes."""
    told = {link.url for letter in history.letters for link in find_links(letter, known_hosts(), html=False)}
    return replace(works, links=tuple(link for link in works.links if link.url not in told))


def _granted(decision: Decision, history: History, campaign: Campaign) -> Decision:
    """A letter names the deadline that counts for its works."""
    answer = decision.answer
    if answer is None:
        return decision
    until = longest(answer.entries, campaign, history.extensions, decision.arrival.sender)
    return replace(decision, answer=replace(answer, until=until))


def _confirms(arrival: Arrival, verdict: Verdict, history: History) -> bool:
    """Whether a mail that submits nothing answers our question whether something shall be taken back."""
    return verdict.triage is Triage.INQUIRY and bool(history.exchange.asked) and confirms(arrival.mail)


def _discreet(decision: Decision, history: History) -> Decision:
    """To an address that was never answered, for a mail that fails the server's checks, no title or subject goes."""
    if decision.answer is None or history.exchange.heard or not fails_any(decision.arrival.mail.authentication):
        return decision
    return replace(decision, answer=replace(decision.answer, discreet=True))


def _silenced(decision: Decision, campaign: Campaign) -> Decision:
    """The decision without its answer where there must be none, and why."""
    if decision.answer is None:
        return replace(decision, silence=decision.silence or decision.verdict.reason)
    if not decision.verdict.answer:
        return replace(decision, answer=None, silence=decision.verdict.reason)
    if not is_answered(decision.arrival.received_at, campaign):
        return replace(decision, answer=None, silence=NOT_YET)
    return decision


def listed(decision: Decision) -> Decision:
    """The decision with a word to the organizers where works came, or were taken back, and no letter may go back."""
    brings = decision.verdict.triage in {Triage.SUBMISSION, Triage.WITHDRAWAL}
    if not brings or decision.answer is not None or decision.attention or decision.silence == NOT_YET:
        return decision
    return replace(decision, attention=Concern.UNANSWERED)


def _is_loop(exchange: Exchange) -> bool:
    """Whether an answer would only go on with an exchange that brings nothing new, or with a machine."""
    return exchange.at_once or max(exchange.in_thread, exchange.echoes) >= MOST_ANSWERS


def _undated(decision: Decision) -> Decision:
    """The decision with a word to the organizers where works came at a moment that the mailbox did not tell."""
    if decision.arrival.dated or decision.attention or not decision.entries:
        return decision
    return replace(decision, attention=Concern.UNDATED)


def _unverified(arrival: Arrival, works: Works, verdict: Verdict) -> Decision:
    """Nothing follows from a mail that acts on earlier entries and may not be from their sender; a person looks."""
    code = Code.MAIL_SENDER_UNVERIFIED
    found = (*mail_findings(arrival, works), Finding(code))
    silence = "the sender failed the server's checks"
    return Decision(arrival, works, verdict, findings=found, silence=silence, attention=code.value)


def _inquiry(arrival: Arrival, works: Works, verdict: Verdict, history: History) -> Decision:
    own = (entry for entry in history.entries if entry.sender == arrival.sender)
    shown = tuple(entry for entry in own if entry.status is not EntryStatus.REPLACED)
    if shown and is_suspect(arrival.mail.authentication):
        return _unverified(arrival, works, verdict)
    findings = mail_findings(arrival, works)
    if _is_loop(history.exchange):
        silence = "answered often enough: the thread, or the same words, bring nothing new"
        return Decision(arrival, works, verdict, findings=findings, silence=silence, attention=Concern.LOOP)
    kind = LetterKind.STATE if shown else LetterKind.NOTHING
    answer = Answer(kind, shown, frozenset(entry.number for entry in shown), findings)
    concern = attention(findings) or (
        Concern.INQUIRY if needs_a_reader(arrival.mail, state_is_told=bool(shown)) else ""
    )
    return Decision(arrival, works, verdict, findings=findings, answer=answer, attention=concern)
