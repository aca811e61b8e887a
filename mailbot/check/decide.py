"""What we think of a mail. `decide` is pure and total: the same input gives the same decision, and none raises."""

from dataclasses import replace
from typing import Final

from mailbot.check.correct import correct
from mailbot.check.intent import needs_a_reader
from mailbot.check.rules import is_answered
from mailbot.check.submission import submission
from mailbot.check.told import attention, mail_findings
from mailbot.check.trust import is_suspect
from mailbot.check.withdraw import withdraw
from mailbot.model.decision import Answer, Arrival, Concern, Decision
from mailbot.model.entry import EntryStatus, History
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage, Verdict
from mailbot.model.rules import Campaign, Rules
from mailbot.model.works import Works

UNHEARD: Final = frozenset({Triage.AUTO_REPLY, Triage.BOUNCE, Triage.LIST, Triage.OWN})
"""Mail that no entry follows from."""
SPEAKING: Final = frozenset({Triage.INQUIRY, Triage.SUBMISSION})
"""Mail whose own words may correct entries, where it brings no new works."""


def decide(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    """Everything that follows from one mail.

    Args:
        arrival: the mail as it came in.
        works: what it brought.
        verdict: what it is to us, and whether it may be answered.
        history: what the ledger knows of its sender and of its videos.
        rules: of the campaign.
    """
    if verdict.triage in UNHEARD:
        decision = Decision(arrival, works, verdict, findings=mail_findings(arrival, works))
    elif verdict.triage is Triage.WITHDRAWAL:
        suspect = is_suspect(arrival.mail.authentication)
        decision = (
            _unverified(arrival, works, verdict) if suspect else withdraw(arrival, works, verdict, history, rules)
        )
    elif verdict.triage is Triage.INQUIRY:
        decision = _inquiry(arrival, works, verdict, history)
    else:
        decision = submission(arrival, works, verdict, history, rules)
    if verdict.triage in SPEAKING and not decision.entries and not any(file.form for file in works.forms):
        decision = correct(arrival, works, verdict, history, rules) or decision
    return _undated(_silenced(decision, rules.campaign))


def _silenced(decision: Decision, campaign: Campaign) -> Decision:
    """The decision without its answer where there must be none, and why."""
    if decision.answer is None:
        return replace(decision, silence=decision.silence or decision.verdict.reason)
    if not decision.verdict.answer:
        return replace(decision, answer=None, silence=decision.verdict.reason)
    if not is_answered(decision.arrival.received_at, campaign):
        return replace(decision, answer=None, silence="received before campaign.answer_from")
    return decision


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
    kind = LetterKind.STATE if shown else LetterKind.NOTHING
    answer = Answer(kind, shown, frozenset(entry.number for entry in shown), findings)
    concern = attention(findings) or (
        Concern.INQUIRY if needs_a_reader(arrival.mail, state_is_told=bool(shown)) else ""
    )
    return Decision(arrival, works, verdict, findings=findings, answer=answer, attention=concern)
