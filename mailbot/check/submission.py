"""What a submission does: its changes go through stages, each of which takes all of them and gives all of them back.

merged → lateness → doubts and likenesses → judged → better films kept → told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.check.answer import answer_submission
from mailbot.check.changes import EntryChange
from mailbot.check.extended import campaign_of, campaign_of_sender
from mailbot.check.judge import judge, with_likenesses
from mailbot.check.lateness import with_lateness
from mailbot.check.merge import Merged, merge
from mailbot.check.precedence import after_a_person, keep_better
from mailbot.check.recommend import is_for_others, signature
from mailbot.check.rules import clock_time, is_late, late_finding, seasons_year
from mailbot.check.same_work import told_elsewhere
from mailbot.check.told import attention, mail_findings
from mailbot.check.trust import is_suspect
from mailbot.model.decision import Arrival, Decision, Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, History, SameFile
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.mail import Verdict
from mailbot.model.rules import Campaign, LatePolicy, Rules
from mailbot.model.works import Works

FORM_TROUBLE = frozenset({Code.FORM_UNREADABLE, Code.FORM_ENCRYPTED, Code.FORM_EMPTY, Code.FORM_SCANNED})


def submission(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    """What follows from a mail that brings works.

    Args:
        arrival: the mail as it came in.
        works: what it brought.
        verdict: what it is to us.
        history: of its sender and of its videos.
        rules: of the campaign.
    """
    campaign = rules.campaign
    at = clock_time(arrival, campaign)
    merged = merge(arrival, works, history, campaign.number, seasons_year(campaign), at)
    late = _is_late(merged, arrival.sender, at, history, campaign)
    refused = late and campaign.late is LatePolicy.REJECT
    changes = with_lateness(merged.changes, at, campaign, history.extensions) if late else _with_repeated(merged)
    changes = _with_sender(changes, arrival, works)
    changes = tuple(_with_notes(change, arrival, history) for change in changes)
    changes = _with_likenesses_within(changes, history)
    changes = _judged(changes, history, rules)
    changes, not_taken = keep_better(changes)

    made = tuple(change for change in changes if change.made)
    changed = tuple(change.after for change in made)
    unchanged = _unchanged(merged, changes, history)
    to_fetch = tuple(finding for change in made for finding in _better_link(change))
    findings = (
        *mail_findings(arrival, works),
        *_form_missing(arrival, works, merged, history),
        *_held_already(works, unchanged),
        *([late_finding(at, campaign)] if refused else []),
        *not_taken,
        *to_fetch,
    )
    shut_out = {change.number for change in merged.changes} - {change.number for change in changes}
    answer = answer_submission(
        changed,
        unchanged,
        findings,
        [entry for entry in history.entries if entry.sender == arrival.sender],
        late=refused,
        passed_over=shut_out - {entry.number for entry in merged.resent},
    )
    events = (*_events(made), *(Event(EventKind.RESENT, entry.number) for entry in unchanged))
    concern = attention(findings) or (Code.ROW_VIDEO_BY_LINK.value if to_fetch else "")
    return Decision(arrival, works, verdict, changed, findings, events, answer, attention=concern)


# --- stages ---


def _is_late(merged: Merged, sender: str, at: datetime, history: History, campaign: Campaign) -> bool:
    """Whether a mail comes too late for any of its works, by the deadline that counts for each."""
    own = [campaign_of(change.after, campaign, history.extensions) for change in merged.changes]
    return any(is_late(at, one) for one in own or [campaign_of_sender(sender, campaign, history.extensions)])


def _with_repeated(merged: Merged) -> tuple[EntryChange, ...]:
    """The changes, and entries that were only told or sent again: today's rules may see them otherwise."""
    touched = {change.number for change in merged.changes}
    repeated = {entry.number: entry for entry in (*merged.told, *merged.resent) if entry.number not in touched}
    return (*merged.changes, *(EntryChange(entry, entry) for entry in repeated.values()))


def _with_sender(changes: Iterable[EntryChange], arrival: Arrival, works: Works) -> tuple[EntryChange, ...]:
    """The changes, with what the mail says of who sent it beside the rows that it fills."""
    signed, for_others = signature(arrival.mail), is_for_others(arrival.mail, works)
    told = any(file.form is not None and file.form.rows for file in works.forms)
    return tuple(
        replace(
            change,
            after=replace(
                change.after,
                signed=signed or change.after.signed,
                for_others=for_others or change.after.for_others,
            ),
        )
        if change.made and (told or change.before is None)
        else change
        for change in changes
    )


def _with_notes(change: EntryChange, arrival: Arrival, history: History) -> EntryChange:
    """A change with what its new film looks like and why a person must look at it."""
    before, after = change.before, change.after
    if after.video is not None and (before is None or before.video != after.video):
        after = with_likenesses(after, history.likenesses.get(after.video.part.sha256, ()))
    if is_suspect(arrival.mail.authentication) and before is not None and after != before:
        after = _noted(after, Finding(Code.MAIL_SENDER_UNVERIFIED))
    if before is None or not before.has_row:
        after = told_elsewhere(after, history.elsewhere)
    return replace(change, after=after_a_person(after, before))


def _with_likenesses_within(changes: Sequence[EntryChange], history: History) -> tuple[EntryChange, ...]:
    """The mail's own films compared with one another: the later of two that look alike is a person's."""
    holders = {change.after.video.part.sha256: change.after for change in reversed(changes) if change.after.video}
    earlier: set[str] = set()
    noted = []
    for change in changes:
        entry, content = change.after, change.after.video.part.sha256 if change.after.video else ""
        others = [(holders[film], score) for film, score in history.within.get(content, ()) if film in earlier]
        for other, score in others:
            same = other.sender == entry.sender
            details: Details = {"number": other.number, "score": score, "same_sender": same}
            if other.number != entry.number:
                entry = _noted(entry, Finding(Code.VIDEO_SIMILAR, details))
        noted.append(replace(change, after=entry))
        earlier.add(content)
    return tuple(noted)


def _noted(entry: Entry, note: Finding) -> Entry:
    return replace(entry, notes=(*(known for known in entry.notes if known != note), note))


def _judged(changes: Sequence[EntryChange], history: History, rules: Rules) -> tuple[EntryChange, ...]:
    """Findings and status of each entry, seen beside the ledger's and the mail's own that hold the same file."""
    mine: dict[str, list[SameFile]] = {}
    gone = set()
    for entry in (change.after for change in changes):
        if entry.status is EntryStatus.REPLACED:
            gone.add(entry.number)
        elif entry.video is not None:
            mine.setdefault(entry.video.part.sha256, []).append(SameFile(entry.number, entry.sender))

    def same_files(entry: Entry) -> list[SameFile]:
        if entry.video is None:
            return []
        known = [same for same in history.holders(entry) if same.number not in gone]
        return [*known, *(same for same in mine[entry.video.part.sha256] if same not in known)]

    return tuple(
        change if change.number in gone else replace(change, after=judge(change.after, rules, same_files(change.after)))
        for change in changes
    )


# --- what is told ---


def _unchanged(merged: Merged, changes: Sequence[EntryChange], history: History) -> tuple[Entry, ...]:
    """Entries that the mail told or sent again, or brought a worse or a late film for, without changing them."""
    made = {change.number for change in changes if change.made}
    spoken_of = {entry.number for entry in (*merged.resent, *merged.told)}
    spoken_of |= {change.number for change in merged.changes}
    return tuple(entry for entry in history.entries if entry.number in spoken_of - made)


def _better_link(change: EntryChange) -> Iterable[Finding]:
    """A new link beside the film in hand: a person fetches it; the film stays until then."""
    before, after = change.before, change.after
    if before is None or after.link is None or after.video is None:
        return
    if before.video == after.video and before.link != after.link:
        details: Details = {"url": after.link.url, "expires": after.link.expires, "number": after.number}
        yield Finding(Code.ROW_VIDEO_BY_LINK, details)


def _form_missing(arrival: Arrival, works: Works, merged: Merged, history: History) -> Iterable[Finding]:
    told = any(file.form is not None and file.form.rows for file in works.forms)
    known = told or any(entry.has_row for entry in history.entries)
    trouble = FORM_TROUBLE & {finding.code for finding in mail_findings(arrival, works)}
    if merged.nameless and not known and not trouble:
        yield Finding(Code.FORM_MISSING)


def _held_already(works: Works, unchanged: Sequence[Entry]) -> Iterable[Finding]:
    """Films that came again for entries that hold them and stay as they are."""
    held: Mapping[str, Entry] = {entry.video.part.sha256: entry for entry in unchanged if entry.video}
    for video in works.videos:
        entry = held.get(video.part.sha256)
        if entry is not None:
            details: Details = {"number": entry.number, "same_sender": True, "filename": video.part.filename}
            yield Finding(Code.VIDEO_DUPLICATE, details)


def _events(made: Sequence[EntryChange]) -> tuple[Event, ...]:
    """What happened to the entries that did change, with where they stood and stand."""
    return tuple(
        replace(event, before=change.before.status if change.before else None, after=change.after.status)
        for change in made
        for event in (change.events or (Event(EventKind.DECIDED, change.number),))
    )
