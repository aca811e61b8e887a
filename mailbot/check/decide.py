"""What we think of a mail. `decide` is pure and total: the same input gives the same decision, and none raises."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from mailbot.check.answer import answer_submission
from mailbot.check.intent import meant, needs_a_reader
from mailbot.check.judge import judge, resembling
from mailbot.check.late import with_lateness
from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.merge import Merged, merge
from mailbot.check.rules import is_answered, is_late, late_finding, seasons_year
from mailbot.check.standing import after_a_person, keep_better
from mailbot.check.trust import is_suspect
from mailbot.check.twice import told_elsewhere
from mailbot.check.withdrawal import without
from mailbot.model.decision import Answer, Arrival, Concern, Decision, Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, History, Twin
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage, Verdict
from mailbot.model.rules import Campaign, Clock, LatePolicy, Rules
from mailbot.model.works import Works

UNHEARD: Final = frozenset({Triage.AUTO_REPLY, Triage.BOUNCE, Triage.LIST, Triage.OWN})
"""Mail that no entry follows from."""
FORM_TROUBLE: Final = frozenset({Code.FORM_UNREADABLE, Code.FORM_ENCRYPTED, Code.FORM_EMPTY, Code.FORM_SCANNED})


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
        decision = Decision(arrival, works, verdict, findings=_mail_findings(arrival, works))
    elif verdict.triage is Triage.WITHDRAWAL:
        decision = _withdraw(arrival, works, verdict, history, rules)
    elif verdict.triage is Triage.INQUIRY:
        decision = _inquiry(arrival, works, verdict, history)
    else:
        decision = _submission(arrival, works, verdict, history, rules)
    return _undated(_silenced(decision, rules.campaign))


def clock_time(arrival: Arrival, campaign: Campaign) -> datetime:
    """When a mail counts as having come, by the campaign's clock and in its zone; never by the sender's own Date."""
    sent = arrival.mail.sent_at if campaign.clock is Clock.SENT else None
    return (sent or arrival.received_at).astimezone(campaign.zone)


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


def _mail_findings(arrival: Arrival, works: Works) -> tuple[Finding, ...]:
    told = any(file.form is not None and file.form.rows for file in works.forms)
    of_forms = [
        finding
        for file in works.forms
        for finding in file.findings
        if file.form is None or (not file.form.rows and not told)  # a blank form beside a filled one is no fault
    ]
    return (*arrival.mail.findings, *works.findings, *of_forms)


def _unverified(arrival: Arrival, works: Works, verdict: Verdict) -> Decision:
    """Nothing follows from a mail that acts on earlier entries and may not be from their sender; a person looks."""
    code = Code.MAIL_SENDER_UNVERIFIED
    found = (*_mail_findings(arrival, works), Finding(code))
    silence = "the sender failed the server's checks"
    return Decision(arrival, works, verdict, findings=found, silence=silence, attention=code.value)


def _own(arrival: Arrival, history: History) -> tuple[Entry, ...]:
    """The entries that the mail's own address sent, not those of its thread."""
    return tuple(entry for entry in history.entries if entry.sender == arrival.mail.sender.addr.lower())


def _withdraw(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    if is_suspect(arrival.mail.authentication):
        return _unverified(arrival, works, verdict)
    own = _own(arrival, history)
    earlier = [entry for entry in own if entry.mail_id != arrival.mail_id]
    movable = [entry for entry in earlier if may_move(entry.status, EntryStatus.WITHDRAWN, Cause.SUBMITTER)]
    named = meant(arrival.mail, movable)
    unclear = (Finding(Code.WITHDRAWAL_UNCLEAR),) if named.unclear or not named.taken else ()
    events = tuple(
        Event(EventKind.WITHDRAWN, entry.number, before=entry.status, after=EntryStatus.WITHDRAWN)
        for entry in named.taken
    )
    entries = tuple(replace(entry, status=EntryStatus.WITHDRAWN) for entry in named.taken)
    rest = without(works, named.taken)
    if rest.videos or any(file.form is not None for file in rest.forms):
        sent = _submission(arrival, rest, verdict, _after(history, entries), rules)
        return _withdrawn_and_sent(sent, entries, events, works, unclear)
    if not entries:
        answer = Answer(LetterKind.STATE, own, frozenset(entry.number for entry in own), unclear)
        return Decision(arrival, works, verdict, findings=unclear, answer=answer, attention=_attention(unclear))
    answer = Answer(LetterKind.WITHDRAWN, entries, findings=unclear)
    return Decision(arrival, works, verdict, entries, unclear, events, answer, attention=_attention(unclear))


def _after(history: History, withdrawn: Sequence[Entry]) -> History:
    """What is known once these are taken back."""
    gone = {entry.number: entry for entry in withdrawn}
    entries = tuple(gone.get(entry.number, entry) for entry in history.entries)
    twins = {film: tuple(twin for twin in held if twin.number not in gone) for film, held in history.twins.items()}
    return replace(history, entries=entries, twins=twins)


def _withdrawn_and_sent(
    sent: Decision,
    withdrawn: tuple[Entry, ...],
    events: tuple[Event, ...],
    works: Works,
    unclear: tuple[Finding, ...],
) -> Decision:
    """A mail that takes entries back and brings others: one decision, one letter about both."""
    answer = sent.answer
    if answer is not None:
        both = LetterKind.PARTIAL if answer.entries else LetterKind.WITHDRAWN
        answer = replace(
            answer,
            kind=both if withdrawn else answer.kind,
            entries=(*withdrawn, *answer.entries),
            findings=(*unclear, *answer.findings),
        )
    return replace(
        sent,
        works=works,
        entries=(*withdrawn, *sent.entries),
        findings=(*unclear, *sent.findings),
        events=(*events, *sent.events),
        answer=answer,
        attention=_attention(unclear) or sent.attention,
    )


def _inquiry(arrival: Arrival, works: Works, verdict: Verdict, history: History) -> Decision:
    shown = tuple(entry for entry in _own(arrival, history) if entry.status is not EntryStatus.REPLACED)
    if shown and is_suspect(arrival.mail.authentication):
        return _unverified(arrival, works, verdict)
    findings = _mail_findings(arrival, works)
    kind = LetterKind.STATE if shown else LetterKind.NOTHING
    answer = Answer(kind, shown, frozenset(entry.number for entry in shown), findings)
    attention = _attention(findings) or (
        Concern.INQUIRY if needs_a_reader(arrival.mail, state_is_told=bool(shown)) else ""
    )
    return Decision(arrival, works, verdict, findings=findings, answer=answer, attention=attention)


def _submission(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    campaign = rules.campaign
    at = clock_time(arrival, campaign)
    late = is_late(at, campaign)
    merged = merge(arrival, works, history, campaign.number, seasons_year(campaign), at)
    before = {entry.number: entry for entry in history.entries}
    touched = with_lateness(merged.entries, before, at, campaign) if late else _with_repeated(merged)
    touched = tuple(_noted(entry, before.get(entry.number), arrival, history) for entry in touched)
    standing = keep_better(_judged(touched, history, rules), before)
    changed = tuple(entry for entry in standing.entries if entry != before.get(entry.number))
    numbers = {entry.number for entry in changed}
    passed_over = {entry.number for entry in merged.entries} - {entry.number for entry in touched}
    unchanged = _unchanged(merged, history, numbers, standing.kept | passed_over)
    to_fetch = [
        Finding(Code.ROW_VIDEO_BY_LINK, {"url": entry.link.url, "expires": entry.link.expires, "number": entry.number})
        for entry in changed
        if entry.link
        and entry.video
        and (earlier := before.get(entry.number))
        and earlier.video == entry.video
        and earlier.link != entry.link
    ]
    refused = late and campaign.late is LatePolicy.REJECT
    findings = (
        *_submission_findings(arrival, works, merged, unchanged, late=refused, campaign=campaign),
        *standing.findings,
        *to_fetch,
    )
    return Decision(
        arrival,
        works,
        verdict,
        changed,
        findings,
        (*_events(merged, before, {entry.number: entry for entry in changed}), *_resent(unchanged)),
        answer_submission(
            changed,
            unchanged,
            findings,
            _own(arrival, history),
            late=refused,
            passed_over=passed_over - {entry.number for entry in merged.resent},
        ),
        attention=_attention(findings) or (Code.ROW_VIDEO_BY_LINK.value if to_fetch else ""),
    )


def _noted(entry: Entry, earlier: Entry | None, arrival: Arrival, history: History) -> Entry:
    """A touched entry with what its new film looks like and why a person must look at it."""
    noted = _with_likeness(entry, earlier, history)
    if is_suspect(arrival.mail.authentication):
        noted = _with_doubt(noted, earlier)
    if earlier is None or not earlier.has_row:
        noted = told_elsewhere(noted, history.elsewhere)
    return after_a_person(noted, earlier)


def _with_doubt(entry: Entry, earlier: Entry | None) -> Entry:
    """An earlier entry that a mail of doubtful origin changes, for a person to look at."""
    if earlier is None or entry == earlier:
        return entry
    doubt = Finding(Code.MAIL_SENDER_UNVERIFIED)
    return replace(entry, notes=(*(note for note in entry.notes if note != doubt), doubt))


def _with_likeness(entry: Entry, earlier: Entry | None, history: History) -> Entry:
    """An entry with a new film, and which others that film looks like."""
    if entry.video is None or (earlier is not None and earlier.video == entry.video):
        return entry
    return resembling(entry, history.alike.get(entry.video.part.sha256, ()))


def _with_repeated(merged: Merged) -> tuple[Entry, ...]:
    """Touched entries, and those that were only told or sent again: today's rules may see them otherwise."""
    touched = {entry.number for entry in merged.entries}
    repeated = {entry.number: entry for entry in (*merged.told, *merged.resent) if entry.number not in touched}
    return (*merged.entries, *repeated.values())


def _judged(entries: Sequence[Entry], history: History, rules: Rules) -> tuple[Entry, ...]:
    mine: dict[str, list[Twin]] = {}
    for entry in entries:
        if entry.video is not None and entry.status is not EntryStatus.REPLACED:
            mine.setdefault(entry.video.part.sha256, []).append(Twin(entry.number, entry.sender))
    given_way = {entry.number for entry in entries if entry.status is EntryStatus.REPLACED}

    def twins(entry: Entry) -> list[Twin]:
        if entry.video is None:
            return []
        content = entry.video.part.sha256
        known = [twin for twin in history.twins.get(content, ()) if twin.number not in given_way]
        return [*known, *(twin for twin in mine[content] if twin not in known)]

    return tuple(
        entry if entry.status is EntryStatus.REPLACED else judge(entry, rules, twins(entry)) for entry in entries
    )


def _unchanged(
    merged: Merged, history: History, changed: set[str], kept: frozenset[str] = frozenset()
) -> tuple[Entry, ...]:
    """Entries that the mail told or sent again, or brought a worse film for, without changing them."""
    named_again = ({entry.number for entry in (*merged.resent, *merged.told)} | kept) - changed
    return tuple(entry for entry in history.entries if entry.number in named_again)


def _submission_findings(
    arrival: Arrival, works: Works, merged: Merged, unchanged: Sequence[Entry], *, late: bool, campaign: Campaign
) -> tuple[Finding, ...]:
    found = list(_mail_findings(arrival, works))
    told = any(file.form is not None and file.form.rows for file in works.forms)
    known = told or any(entry.has_row for entry in merged.known)
    if merged.nameless and not known and not FORM_TROUBLE & {finding.code for finding in found}:
        found.append(Finding(Code.FORM_MISSING))
    held = {entry.video.part.sha256: entry for entry in unchanged if entry.video}
    for video in works.videos:
        if video.part.sha256 in held:
            number = held[video.part.sha256].number
            details: Details = {"number": number, "same_sender": True, "filename": video.part.filename}
            found.append(Finding(Code.VIDEO_DUPLICATE, details))
    if late:
        found.append(late_finding(clock_time(arrival, campaign), campaign))
    return tuple(found)


def _events(merged: Merged, before: Mapping[str, Entry], after: Mapping[str, Entry]) -> tuple[Event, ...]:
    """What happened to the entries that did change, with where they stood and stand."""
    told = {event.number for event in merged.events}
    seen_otherwise = tuple(Event(EventKind.DECIDED, number) for number in after if number not in told)
    return tuple(
        replace(
            event,
            before=before[event.number].status if event.number in before else None,
            after=after[event.number].status,
        )
        for event in (*merged.events, *seen_otherwise)
        if event.number in after
    )


def _resent(unchanged: Sequence[Entry]) -> tuple[Event, ...]:
    return tuple(Event(EventKind.RESENT, entry.number) for entry in unchanged)


def _attention(findings: Sequence[Finding]) -> str:
    """Why a person must look at the mail itself: a scan that nobody could read, a mail that nobody could take apart."""
    for finding in findings:
        if finding.code in {Code.FORM_SCANNED, Code.MAIL_UNREADABLE, Code.PART_UNSAFE, Code.WITHDRAWAL_UNCLEAR}:
            return finding.code.value
    return ""
