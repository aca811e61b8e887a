"""A later mail must not cost a good work its place, nor slip past a person who has decided."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailbot.check.changes import EntryChange
from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.finding import Code, Details, Finding, Severity


def keep_better(changes: Sequence[EntryChange]) -> tuple[tuple[EntryChange, ...], tuple[Finding, ...]]:
    """An accepted work keeps its film where the new one would be refused.

    Args:
        changes: judged.

    Returns:
        The changes, those undone that would cost a film, and why, of the mail as a whole.
    """
    kept = tuple(
        replace(change, after=change.before) if change.before and _is_worse(change.after, change.before) else change
        for change in changes
    )
    refused = (change.after for change, after in zip(changes, kept, strict=True) if change is not after)
    return kept, tuple(finding for entry in refused for finding in _why(entry))


def _is_worse(after: Entry, earlier: Entry) -> bool:
    if earlier.status is not EntryStatus.ACCEPTED or earlier.video is None:
        return False
    return after.status is EntryStatus.REJECTED and after.video != earlier.video


def _why(entry: Entry) -> Iterator[Finding]:
    name = entry.video.part.filename if entry.video else ""
    yield Finding(Code.VIDEO_NOT_TAKEN, {"number": entry.number, "filename": name})
    for finding in entry.findings:
        if finding.severity is Severity.ERROR:
            details: Details = {"filename": name, **finding.details}
            yield Finding(finding.code, details)


def after_a_person(entry: Entry, earlier: Entry | None) -> Entry:
    """A work that a person decided, with another film, or refused and now told otherwise, with a note that says so.

    The person's decision stands until the person looks again. An acceptance needs no second look when only the row
    changes.
    """
    if earlier is None or Field.STATUS not in earlier.set_by_person or entry == earlier:
        return entry
    mended = entry.video != earlier.video or earlier.status is EntryStatus.REJECTED
    if not mended:
        return entry
    note = Finding(Code.ENTRY_MENDED, {"was": earlier.status.value})
    return replace(entry, notes=(*(known for known in entry.notes if known.code is not note.code), note))
