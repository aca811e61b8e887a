"""Copies of the ledger: what is none is found out, and takes no ledger's place."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailbot.ledger.backup import backup, faults_of, put_back, rebuild
from mailbot.ledger.connection import journal_of
from mailbot.model.errors import Refused, TemporaryError
from tests.make.decisions import film, form, row
from tests.make.ledger import Books

NUMBERS = "SELECT number, title FROM entries ORDER BY seq"


def test_a_database_without_mails_is_no_ledger_and_takes_no_ledgers_place(ledger: Books, tmp_path: Path) -> None:
    ledger.take(form(row()), film())
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE works (title)")
    assert faults_of(other) == ("it is no ledger",)
    path = ledger.folder / "ledger.sqlite"
    with pytest.raises(Refused, match="it is no ledger"):
        put_back(other, path, journal_of(path))
    assert len(ledger.rows(NUMBERS)) == 1
    assert list(ledger.folder.glob("*before-restore*")) == []


def test_a_copy_that_is_not_sound_is_not_kept(ledger: Books, tmp_path: Path) -> None:
    ledger.db.execute("PRAGMA foreign_keys = OFF")
    for table in ("entry_mails", "mails"):
        ledger.db.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
    target = tmp_path / "backup" / "ledger-2024-06-01.sqlite"
    with pytest.raises(TemporaryError, match="the copy is not sound"):
        backup(ledger.db, target)
    assert not target.exists()


def test_without_a_journal_nothing_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no journal is here"):
        rebuild(journal_of(tmp_path / "ledger.sqlite"), tmp_path / "anew.sqlite")
    assert not (tmp_path / "anew.sqlite").exists()
