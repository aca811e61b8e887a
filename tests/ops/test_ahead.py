"""A window of mails is read before their turn; one at which mailbot died is read alone."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.ledger import mails
from mailbot.ledger.connection import Ledger
from mailbot.model.errors import TemporaryError
from mailbot.model.mail import MailRef, RawMail
from mailbot.ops.ahead import PER_WORKER, Ahead
from mailbot.ops.house import open_house
from mailbot.session import Session
from mailbot.settings.loading import load
from tests.journeys.material import IN_TIME
from tests.make.configs import ON_FOLDERS
from tests.make.decisions import CHINA, sha

WINDOW = PER_WORKER * 2


@pytest.fixture(name="session")
def _session(tmp_path: Path) -> Iterator[Session]:
    """A ledger of seven mails, whose bytes the spool has lost: reading each of them ends at once."""
    (tmp_path / "config.toml").write_text(f"{ON_FOLDERS}[work]\nworkers = 2\n", encoding="utf-8")
    with open_house(load(tmp_path / "config.toml", {})[0]) as house, house.ledger() as db:
        for number in range(7):
            at = IN_TIME + timedelta(minutes=number)
            mails.enter(db, MailRef("box", "INBOX", 1, number + 1, at), RawMail(sha(str(number)), 100), CHINA, at)
        yield house.session(db)


def filled(ahead: Ahead, read: threading.Event, db: Ledger) -> list[int]:
    ahead.fill(mails.pending(db))
    begun = []
    while ahead.in_hand:
        turn = ahead.next()
        if turn is None:
            assert read.wait(60)
            read.clear()
            continue
        begun.append(turn[0].id)
        with pytest.raises(TemporaryError):
            turn[1]()
    return begun


def tries(db: Ledger) -> list[int]:
    return [mail.attempts for mail in mails.pending(db)]


def test_only_a_window_of_mails_is_in_hand_and_counted_as_tried(session: Session) -> None:
    read = threading.Event()
    with Ahead(session, read.set) as ahead:
        assert filled(ahead, read, session.ledger) == [1, 2, 3, 4]
    assert tries(session.ledger) == [1] * WINDOW + [0] * (7 - WINDOW)


def test_what_was_begun_and_not_processed_is_left_as_it_was(session: Session) -> None:
    with Ahead(session, threading.Event().set) as ahead:
        ahead.fill(mails.pending(session.ledger))
        assert ahead.in_hand == WINDOW
    assert tries(session.ledger) == [0] * 7


def test_a_mail_at_which_mailbot_died_is_read_alone(session: Session) -> None:
    db = session.ledger
    mails.begin(db, mails.pending(db)[2])
    read = threading.Event()
    with Ahead(session, read.set) as ahead:
        assert filled(ahead, read, db) == [1, 2]
        done = {1, 2}
        ahead.fill(mail for mail in mails.pending(db) if mail.id not in done)
        assert ahead.in_hand == 1
