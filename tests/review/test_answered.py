"""Somebody answers from the webmail: mailbot notes it and keeps still."""

from datetime import datetime

from mailbot.ledger.connection import writing
from mailbot.ledger.outbox import owe
from mailbot.model.mail import SentMail, Triage
from mailbot.review import note_answers
from tests.make.decisions import film, form, row
from tests.make.ledger import Books, letter
from tests.make.sessions import session


class Folder:
    """A Sent folder."""

    def __init__(self, *mails: SentMail) -> None:
        self.mails = mails
        self.asked: list[datetime] = []

    def __call__(self, moment: datetime) -> tuple[SentMail, ...]:
        """The mails in it."""
        self.asked.append(moment)
        return self.mails


def asked(ledger: Books) -> int:
    decision = ledger.take(triage=Triage.INQUIRY, subject="咨询", body="请问能否使用航拍素材？", sender="d@example.org")
    return decision.arrival.mail_id


def test_an_inquiry_that_was_answered_from_the_webmail_is_closed_once(ledger: Books) -> None:
    mail_id = asked(ledger)
    sent = Folder(SentMail("<webmail@163.com>", frozenset({f"<{mail_id}@mail.example.com>"})))
    assert note_answers(session(ledger), sent) == 1
    assert ledger.rows("SELECT 1 FROM attention WHERE kind = 'mail'") == []
    asked(ledger)
    assert note_answers(session(ledger), sent) == 0
    assert ledger.rows("SELECT kind, mail_id FROM events WHERE kind = 'answered'") == [("answered", mail_id)]


def test_waiting_letters_of_the_thread_are_held_and_the_entrys_history_tells(ledger: Books) -> None:
    decision = ledger.take(form(row()), film())
    with writing(ledger.db):
        owe(ledger.db, letter("a"), decision.arrival.mail_id, ledger.now)
        owe(ledger.db, letter("b"), None, ledger.now)
    sent = Folder(SentMail("<webmail@163.com>", frozenset({f"<{decision.arrival.mail_id}@mail.example.com>"})))
    note_answers(session(ledger), sent)
    assert ledger.rows("SELECT letter_key, state FROM replies ORDER BY id") == [("a", "held"), ("b", "due")]
    assert ledger.rows("SELECT number FROM events WHERE kind = 'answered'") == [("GYQG-2024-0001",)]


def test_the_folder_is_read_only_where_somebody_waits_and_never_twice_from_the_start(ledger: Books) -> None:
    sent = Folder()
    assert (note_answers(session(ledger), sent), sent.asked) == (0, [])
    asked(ledger)
    for _ in range(2):
        note_answers(session(ledger), sent)
    first, second = sent.asked
    assert first < second


def test_a_mail_to_somebody_else_changes_nothing(ledger: Books) -> None:
    asked(ledger)
    sent = Folder(SentMail("<x@163.com>", frozenset({"<other@example.com>"})), SentMail("", frozenset()))
    assert note_answers(session(ledger), sent) == 0
    assert ledger.rows("SELECT count(*) FROM attention WHERE kind = 'mail'") == [(1,)]
