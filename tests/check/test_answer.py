"""Which letter follows from what became of a mail's works."""

from dataclasses import replace

import pytest

from mailbot.check.answer import answer_submission
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import WAIVED, Code, Finding
from mailbot.model.letter import LetterKind
from tests.make.decisions import IN_TIME

WHOLE = Entry("N-1", "a@example.com", 1, IN_TIME, EntryStatus.ACCEPTED)
REFUSED = replace(WHOLE, number="N-2", status=EntryStatus.REJECTED, findings=(Finding(Code.VIDEO_TOO_SHORT),))
LATE = replace(REFUSED, number="N-3", findings=(Finding(Code.MAIL_LATE),))
EXCUSED = replace(WHOLE, number="N-4", findings=(Finding(Code.MAIL_LATE, {WAIVED: True}),))
MENDED = replace(REFUSED, number="N-5", findings=(Finding(Code.ENTRY_MENDED),))
LACKING = replace(WHOLE, number="N-6", status=EntryStatus.INCOMPLETE, findings=(Finding(Code.ROW_VIDEO_MISSING),))
LINKED = replace(LACKING, number="N-7", findings=(Finding(Code.ROW_VIDEO_BY_LINK),))
GONE = replace(WHOLE, number="N-8", status=EntryStatus.REPLACED)


@pytest.mark.parametrize(
    ("changed", "unchanged", "late", "passed_over", "kind"),
    [
        ((WHOLE,), (), False, False, LetterKind.ACCEPTED),
        ((REFUSED,), (), False, False, LetterKind.REJECTED),
        ((LACKING,), (), False, False, LetterKind.INCOMPLETE),
        ((LINKED,), (), False, False, LetterKind.REVIEW),
        ((MENDED,), (), False, False, LetterKind.REVIEW),
        ((MENDED, LINKED), (WHOLE,), False, False, LetterKind.REVIEW),
        ((WHOLE, REFUSED), (), False, False, LetterKind.PARTIAL),
        ((GONE, WHOLE), (), False, False, LetterKind.ACCEPTED),
        ((), (), False, False, LetterKind.INCOMPLETE),
        ((), (WHOLE,), False, False, LetterKind.STATE),
        ((), (WHOLE,), True, False, LetterKind.STATE),
        ((), (WHOLE,), True, True, LetterKind.LATE),
        ((), (WHOLE,), False, True, LetterKind.STATE),
        ((), (), True, False, LetterKind.LATE),
        ((LATE,), (WHOLE,), True, False, LetterKind.LATE),
        ((LATE,), (), False, False, LetterKind.REJECTED),
        ((LATE, REFUSED), (), True, False, LetterKind.REJECTED),
        ((REFUSED,), (), True, True, LetterKind.REJECTED),
        ((EXCUSED,), (), True, False, LetterKind.ACCEPTED),
    ],
)  # fmt: skip
def test_the_letter_follows_what_became_of_the_works(
    changed: tuple[Entry, ...], unchanged: tuple[Entry, ...], kind: LetterKind, *, late: bool, passed_over: bool
) -> None:
    passed = [entry.number for entry in unchanged if passed_over]
    assert answer_submission(changed, unchanged, (), (), late=late, passed_over=passed).kind is kind


def test_a_letter_speaks_of_each_work_once_and_of_what_others_still_lack() -> None:
    found = (Finding(Code.PART_UNSAFE),)
    known = (WHOLE, REFUSED, LACKING, LINKED, replace(LACKING, number="N-9"), GONE)
    answer = answer_submission((GONE, WHOLE, LACKING), (REFUSED, WHOLE), found, known, late=False)
    assert answer.entries == (WHOLE, LACKING, REFUSED)
    assert (answer.unchanged, answer.findings) == (frozenset({"N-2"}), found)
    assert [entry.number for entry in answer.waiting] == ["N-9"]
