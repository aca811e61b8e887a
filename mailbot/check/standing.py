"""What stands already: a later mail must not cost a good work its place, nor slip past a person who has decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.finding import Code, Details, Finding, Severity


@dataclass(frozen=True, slots=True)
class Standing:
    """Judged entries, and what was left as it stood.

    Attributes:
        entries: as they shall stand.
        kept: numbers of the accepted ones whose new film was not taken.
        findings: why it was not, of the mail as a whole.
    """

    entries: tuple[Entry, ...]
    kept: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def keep_better(judged: Sequence[Entry], before: Mapping[str, Entry]) -> Standing:
    """An accepted work keeps its film where the new one would be refused."""
    kept = [entry for entry in judged if _is_worse(entry, before.get(entry.number))]
    numbers = frozenset(entry.number for entry in kept)
    entries = tuple(before[entry.number] if entry.number in numbers else entry for entry in judged)
    return Standing(entries, numbers, tuple(finding for entry in kept for finding in _why(entry)))


def _is_worse(after: Entry, earlier: Entry | None) -> bool:
    if earlier is None or earlier.status is not EntryStatus.ACCEPTED or earlier.video is None:
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
