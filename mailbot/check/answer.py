"""Which letter a mail deserves, from what became of its works."""

from collections.abc import Collection, Sequence
from typing import Final

from mailbot.model.decision import Answer
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Finding, Severity
from mailbot.model.letter import LetterKind

ONE_FATE: Final = {
    EntryStatus.ACCEPTED: LetterKind.ACCEPTED,
    EntryStatus.REJECTED: LetterKind.REJECTED,
    EntryStatus.INCOMPLETE: LetterKind.INCOMPLETE,
    EntryStatus.REVIEW: LetterKind.REVIEW,
    EntryStatus.WITHDRAWN: LetterKind.WITHDRAWN,
}


def answer_submission(
    changed: Sequence[Entry],
    unchanged: Sequence[Entry],
    findings: Sequence[Finding],
    known: Sequence[Entry],
    *,
    late: bool,
    passed_over: Collection[str] = (),
) -> Answer:
    """The letter for a submission.

    Args:
        changed: entries that it began or changed, judged.
        unchanged: entries that it named or sent again and that stay as they were.
        findings: of the mail as a whole.
        known: every entry of the sender.
        late: it came after the deadline and lateness counts against it.
        passed_over: numbers of those unchanged that it would have changed, had it come in time.
    """
    shown = [entry for entry in changed if entry.status is not EntryStatus.REPLACED]
    numbers = {entry.number for entry in changed}
    repeated = [entry for entry in unchanged if entry.number not in numbers]
    spoken_of = numbers | {entry.number for entry in repeated}
    return Answer(
        _kind(shown, repeated, late=late, passed_over=bool(passed_over)),
        (*shown, *repeated),
        frozenset(entry.number for entry in repeated),
        tuple(findings),
        tuple(entry for entry in known if entry.number not in spoken_of and lacks_something(entry)),
    )


def lacks_something(entry: Entry) -> bool:
    """Whether its submitter has still to send something; a video behind a link is ours to fetch."""
    return entry.status is EntryStatus.INCOMPLETE and not entry.waits_for_its_link


def _kind(changed: Sequence[Entry], unchanged: Sequence[Entry], *, late: bool, passed_over: bool) -> LetterKind:
    fates = {fate(entry) for entry in changed}
    if not fates and unchanged and not (late and passed_over):
        return LetterKind.STATE
    if late and all(_is_late(entry) for entry in changed):
        return LetterKind.LATE
    if not fates:
        return LetterKind.INCOMPLETE
    return ONE_FATE[fates.pop()] if len(fates) == 1 else LetterKind.PARTIAL


def fate(entry: Entry) -> EntryStatus:
    """How the submitter sees it: what waits for us to fetch its video, or to look again, is under examination."""
    mended = any(finding.code is Code.ENTRY_MENDED for finding in entry.findings)
    return EntryStatus.REVIEW if entry.waits_for_its_link or mended else entry.status


def _is_late(entry: Entry) -> bool:
    return any(finding.code is Code.MAIL_LATE and finding.severity is Severity.ERROR for finding in entry.findings)
