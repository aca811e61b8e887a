"""A colleague who answers our letter from another address goes on with its entries, and sees no others."""

import pytest

from mailbot.ledger import entries
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage
from mailbot.model.works import Works
from tests.make.decisions import MAKER, film, form, row
from tests.make.ledger import Books, letter

COLLEAGUE = "colleague@example.com"
OURS = "<k@example.org>"


@pytest.fixture(name="begun")
def _begun(ledger: Books) -> Books:
    ledger.keep(ledger.decided(form(row())), letter(kind=LetterKind.INCOMPLETE, numbers=("GYQG-2024-0001",)))
    ledger.take(form(row("绿水青山")))
    return ledger


def test_an_answer_in_the_thread_completes_the_entry(begun: Books) -> None:
    begun.keep(begun.decided(film(), sender=COLLEAGUE, thread=("<0@x>", OURS)))
    assert (begun.entry().status, begun.entry().sender) == (EntryStatus.ACCEPTED, MAKER)


def test_a_mail_outside_the_thread_begins_its_own(begun: Books) -> None:
    begun.keep(begun.decided(film(), sender=COLLEAGUE, thread=("<other@x>",)))
    assert begun.entry().status is EntryStatus.INCOMPLETE
    assert begun.entry("GYQG-2024-0003").sender == COLLEAGUE


def test_the_thread_brings_only_the_entries_that_the_letter_told_of(begun: Books) -> None:
    known = entries.history(begun.db, COLLEAGUE, Works(), (OURS, OURS))
    assert [entry.number for entry in known.entries] == ["GYQG-2024-0001"]
    own = entries.history(begun.db, MAKER, Works(), (OURS,))
    assert [entry.number for entry in own.entries] == ["GYQG-2024-0001", "GYQG-2024-0002"]


def test_a_colleague_neither_withdraws_nor_asks_for_anothers_entries(begun: Books) -> None:
    begun.keep(begun.decided(sender=COLLEAGUE, thread=(OURS,), triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0001"))
    asked = begun.keep(begun.decided(sender=COLLEAGUE, thread=(OURS,), body="收到了吗"))
    assert begun.entry().status is EntryStatus.INCOMPLETE
    assert asked.answer is not None
    assert asked.answer.entries == ()
