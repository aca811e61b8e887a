"""A ledger that is lost comes back from its journal, and mails that only the spool has come back from there."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.ledger import mails, outbox
from mailbot.ledger.connection import open_ledger, writing
from mailbot.model.errors import Refused
from mailbot.model.letter import LetterState
from mailbot.ops.restore import rebuild, restore
from mailbot.settings.keys import Settings
from mailbot.spool import Spool
from tests.ledger.test_journal import everything, fill
from tests.make.decisions import IN_TIME
from tests.make.ledger import THEMES, books, letter


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> Settings:
    return replace(Settings(), data_dir=tmp_path / "var")


def spool(settings: Settings, text: bytes) -> str:
    """A mail in the spool that no ledger knows."""
    folder = Spool(settings.spool_dir)
    sha256 = f"{len(text):064x}"
    folder.path(sha256).parent.mkdir(parents=True)
    folder.path(sha256).write_bytes(text)
    return sha256


def test_a_ledger_made_again_equals_the_original_and_can_be_put_in_place(settings: Settings, tmp_path: Path) -> None:
    with books(settings.ledger_file) as desk:
        fill(desk)
    before = everything(settings.ledger_file)
    found = rebuild(settings, tmp_path / "new")
    assert (found.mails, found.transactions > 5) == (0, True)
    assert everything(tmp_path / "new" / "ledger.sqlite") == before
    settings.ledger_file.unlink()
    restore(settings, tmp_path / "new" / "ledger.sqlite")
    assert everything(settings.ledger_file) == before


def test_a_mail_that_only_the_spool_has_is_entered_again_and_its_letter_waits(settings: Settings) -> None:
    with books(settings.ledger_file):
        pass
    sha256 = spool(settings, b"Subject: x")
    copy = settings.ledger_file.rename(settings.data_dir / "copy.sqlite")
    assert restore(settings, copy).mails == 1
    assert restore(settings, copy).mails == 0, "the journal has it now"
    with open_ledger(settings.ledger_file, THEMES) as db:
        (mail,) = mails.pending(db)
        assert (mail.sha256, mail.dated) == (sha256, False)
        with writing(db):
            outbox.owe(db, letter("answer"), mail.id, IN_TIME)
        assert [item.state for item in outbox.in_state(db)] == [LetterState.HELD]


def test_without_a_journal_the_spool_alone_makes_a_ledger(settings: Settings, tmp_path: Path) -> None:
    spool(settings, b"Subject: x")
    assert rebuild(settings, tmp_path / "new").mails == 1


def test_what_cannot_be_put_back_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        restore(settings, tmp_path / "nowhere")
    with pytest.raises(Refused, match="not empty"):
        rebuild(settings, Path(__file__).parent)
