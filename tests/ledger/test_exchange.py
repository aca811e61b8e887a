"""What the ledger tells of a thread, of a sender's last questions, and of withdrawals."""

from mailbot.ledger.exchange import exchange
from mailbot.model.decision import Answer
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage
from tests.make.decisions import MAKER, film, form, row
from tests.make.ledger import Books, letter

A = "GYQG-2024-0001"


def asked(books: Books, key: str, *answers: str) -> None:
    """A question that is answered by a letter of this key."""
    decision = books.decided(body="您好", thread=answers)
    mail = decision.arrival.mail
    arrival = type(decision.arrival)(
        decision.arrival.mail_id,
        decision.arrival.received_at,
        type(mail)(mail.message_id, mail.sender, mail.subject, in_reply_to=answers[0] if answers else ""),
    )
    books.keep(type(decision)(arrival, decision.works, decision.verdict), letter(key))


def test_answers_in_a_row_are_counted_back_through_the_thread(ledger: Books) -> None:
    asked(ledger, "one")
    asked(ledger, "two", "<one@example.org>")
    assert exchange(ledger.db, MAKER, 9, ("<two@example.org>",)).in_thread == 2
    assert exchange(ledger.db, MAKER, 9, ("<one@example.org>",)).in_thread == 1
    assert exchange(ledger.db, MAKER, 9, ("<other@example.org>",)).in_thread == 0
    assert [mail_id for mail_id, _ in exchange(ledger.db, MAKER, 9, ()).inquiries] == [2, 1]


def test_a_submission_between_begins_the_count_anew(ledger: Books) -> None:
    ledger.keep(ledger.decided(form(row())), letter("one", numbers=(A,)))
    assert exchange(ledger.db, MAKER, 9, ("<one@example.org>",)).in_thread == 0


def test_where_an_entry_stood_before_its_sender_took_it_back_is_known(ledger: Books) -> None:
    ledger.take(form(row()), film())
    ledger.take(subject=f"撤回 {A}", triage=Triage.WITHDRAWAL)
    assert exchange(ledger.db, MAKER, 9, ()).withdrawn_from == {A: EntryStatus.ACCEPTED}


def test_what_a_letter_asks_to_confirm_is_known_by_its_message_id(ledger: Books) -> None:
    ledger.take(form(row()), film())
    decision = ledger.decided(subject=f"撤回 {A}", triage=Triage.WITHDRAWAL)
    found = (Finding(Code.WITHDRAWAL_UNCONFIRMED),)
    answer = Answer(LetterKind.STATE, (ledger.entry(),), findings=found)
    asking = type(decision)(decision.arrival, decision.works, decision.verdict, findings=found, answer=answer)
    ledger.keep(asking, letter("ask", kind=LetterKind.STATE, numbers=(A,)))
    assert exchange(ledger.db, MAKER, 9, ("<ask@example.org>",)).asked == {A}
    assert exchange(ledger.db, MAKER, 9, ("<k@example.org>",)).asked == frozenset()
