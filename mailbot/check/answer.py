"""Which letter a mail deserves, from what became of its works."""

from collections.abc import Sequence
from typing import Final

from mailbot.model.decision import Answer
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind

ONE_FATE: Final = {
    EntryStatus.ACCEPTED: LetterKind.ACCEPTED,
    EntryStatus.REJECTED: LetterKind.REJECTED,
    EntryStatus.INCOMPLETE: LetterKind.INCOMPLETE,
    EntryStatus.REVIEW: LetterKind.REVIEW,
    EntryStatus.WITHDRAWN: LetterKind.WITHDRAWN,
}


def answer_submission(
    changed: Sequence[Entry], unchanged: Sequence[Entry], findings: Sequence[Finding], *, late: bool
) -> Answer:
    """The letter for a submission.

    Args:
        changed: entries that it began or changed, judged.
        unchanged: entries that it named or sent again and that stay as they were.
        findings: of the mail as a whole.
        late: it came after the deadline and lateness counts against it.
    """
    shown = [entry for entry in changed if entry.status is not EntryStatus.REPLACED]
    known = {entry.number for entry in shown}
    repeated = [entry for entry in unchanged if entry.number not in known]
    return Answer(
        _kind(shown, repeated, late=late),
        (*shown, *repeated),
        frozenset(entry.number for entry in repeated),
        tuple(findings),
    )


def _kind(changed: Sequence[Entry], unchanged: Sequence[Entry], *, late: bool) -> LetterKind:
    fates = {entry.status for entry in changed}
    if not fates and unchanged:
        return LetterKind.STATE
    if late and all(_is_late(entry) for entry in changed):
        return LetterKind.LATE
    if not fates:
        return LetterKind.INCOMPLETE
    return ONE_FATE[fates.pop()] if len(fates) == 1 else LetterKind.PARTIAL


def _is_late(entry: Entry) -> bool:
    return any(finding.code is Code.MAIL_LATE for finding in entry.findings)
