"""One entry's facts into its findings and its status: a function of the entry, the rules, and who has the same file."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.recommend import recommended
from mailbot.check.rules import judge_row, judge_video
from mailbot.model.entry import Entry, EntryStatus, Field, Likeness, SameFile, waived
from mailbot.model.finding import BY_PERSON, WAIVED, Code, Details, Finding, Severity
from mailbot.model.rules import LatePolicy, Rules

UNCLEAR: Final = frozenset({Code.ROW_MATCH_UNCERTAIN})
"""While it is not clear what the entry is, its faults may be another's."""
LACKING: Final = frozenset(
    {
        Code.ROW_TITLE_MISSING,
        Code.ROW_THEME_MISSING,
        Code.ROW_CONTACT_MISSING,
        Code.ROW_PHONE_MISSING,
        Code.ROW_FIELD_MISSING,
        Code.ROW_VIDEO_MISSING,
        Code.ROW_VIDEO_BY_LINK,
        Code.VIDEO_ROW_MISSING,
    }
)
"""The entry is not whole yet."""
DISPUTED: Final = frozenset({Code.VIDEO_DUPLICATE, Code.VIDEO_SIMILAR})
"""The work may be another entry's: a person must look, even while something is missing."""
DOUBTFUL: Final = frozenset(
    {
        Code.VIDEO_BLANK,
        Code.MAIL_SENDER_UNVERIFIED,
        Code.FORM_SCANNED,
        Code.FORM_UNCERTAIN,
        Code.ENTRY_TWICE,
    }
)
"""A person must look."""


def judge(entry: Entry, rules: Rules, same_files: Sequence[SameFile] = ()) -> Entry:
    """The entry with its units and findings made anew, and its status following from these.

    A person's decision stands, whatever the findings; so does a withdrawal.

    Args:
        entry: its fields, video and notes as they are now.
        rules: of the campaign.
        same_files: entries that hold the same video file, oldest first, itself among them where the ledger has it.
    """
    entry = recommended(entry, rules.roster)
    findings = tuple(_waived(finding, entry) for finding in _findings(entry, rules, same_files))
    status = _status(findings, rules.campaign.late)
    stays = Field.STATUS in entry.set_by_person or not may_move(entry.status, status, Cause.FACTS)
    return replace(entry, findings=findings, status=entry.status if stays else status)


def _waived(finding: Finding, entry: Entry) -> Finding:
    """A finding that a person waived for this entry stays in the ledger, and counts no more."""
    if waived(finding.code) not in entry.set_by_person:
        return finding
    return Finding(finding.code, {**finding.details, WAIVED: BY_PERSON})


def with_likenesses(entry: Entry, others: Sequence[Likeness]) -> Entry:
    """An entry with a note for each other entry whose film looks like its own."""
    notes = [note for note in entry.notes if note.code is not Code.VIDEO_SIMILAR]
    for other in others:
        if other.number != entry.number:
            same = other.sender == entry.sender
            details: Details = {"number": other.number, "score": other.score, "same_sender": same}
            notes.append(Finding(Code.VIDEO_SIMILAR, details))
    return replace(entry, notes=tuple(notes))


def _findings(entry: Entry, rules: Rules, same_files: Sequence[SameFile]) -> tuple[Finding, ...]:
    found = [*entry.notes, *judge_row(entry, rules.form)]
    if entry.video is not None:
        found += entry.video.findings
        if entry.video.facts is not None:
            found += judge_video(entry.video.facts, rules.video)
        found += _duplicates(entry, same_files)
    if not entry.has_row:
        found.append(Finding(Code.VIDEO_ROW_MISSING, {"filename": entry.video.part.filename if entry.video else ""}))
    elif entry.video is None and not any(note.code in UNCLEAR for note in entry.notes):
        found.append(_video_wanted(entry))
    return tuple(found)


def _duplicates(entry: Entry, same_files: Sequence[SameFile]) -> list[Finding]:
    """Entries that had the same file first: who comes later with it is asked, not who was there."""
    earlier = takewhile(lambda same: same.number != entry.number, same_files)
    return [
        Finding(Code.VIDEO_DUPLICATE, {"number": same.number, "same_sender": same.sender == entry.sender})
        for same in earlier
    ]


def _video_wanted(entry: Entry) -> Finding:
    if entry.link is None:
        return Finding(Code.ROW_VIDEO_MISSING, {"title": entry.title})
    return Finding(
        Code.ROW_VIDEO_BY_LINK,
        {"url": entry.link.url, "expires": entry.link.expires, "provider": entry.link.provider},
    )


def _status(findings: Sequence[Finding], late: LatePolicy) -> EntryStatus:
    codes = {finding.code for finding in findings if not finding.details.get(WAIVED)}
    if Code.MAIL_LATE in codes and late is LatePolicy.REJECT:
        return EntryStatus.REJECTED
    if codes & UNCLEAR:
        return EntryStatus.REVIEW
    faults = {finding.code for finding in findings if finding.severity is Severity.ERROR} - LACKING - DISPUTED
    if faults - {Code.MAIL_LATE}:
        return EntryStatus.REJECTED
    if codes & DISPUTED:
        return EntryStatus.REVIEW
    if codes & LACKING:
        return EntryStatus.INCOMPLETE
    if codes & DOUBTFUL or Code.MAIL_LATE in codes:
        return EntryStatus.REVIEW
    return EntryStatus.ACCEPTED
