"""What a sound ledger never breaks, and each way to break it is told."""

from pathlib import Path

import pytest

from mailbot.ledger.invariants import BROKEN, broken
from mailbot.ledger.mails import mark_copy
from tests.ledger.test_journal import fill
from tests.make.ledger import books

HARM = {
    "sent letters without": "UPDATE replies SET sent_at = NULL WHERE state = 'sent'",
    "letters without a recipient": "UPDATE replies SET recipient = '', state = 'due', mail_id = 1",
    "letters about entries": "INSERT INTO reply_entries SELECT 'GYQG-1999-0001', id FROM replies LIMIT 1",
    "events of entries": "UPDATE events SET number = 'GYQG-1999-0001' WHERE id = 1",
    "finished mails": "UPDATE mails SET done_at = NULL WHERE id = 1",
    "copies of a mail": "UPDATE mails SET state = 'copy' WHERE id = 1",
    "entries whose film": "DELETE FROM files WHERE sha256 IN (SELECT video_sha256 FROM entries)",
    "films without": "DELETE FROM files WHERE sha256 IN (SELECT sha256 FROM videos)",
    "parts without": "DELETE FROM files",
    "entries that the full text": "DELETE FROM _search WHERE rowid = 2",
    "mails that the full text": "DELETE FROM _search WHERE rowid = 3",
    "the journal ends": "UPDATE marks SET value = '3' WHERE name = 'journal'",
    "the full text is damaged": "UPDATE _search_content SET c0 = 'other words' WHERE id = 2",
}


def test_a_sound_ledger_breaks_none(tmp_path: Path) -> None:
    with books(tmp_path / "ledger.sqlite") as desk:
        fill(desk)
        mark_copy(desk.db, desk.enter(), 1, desk.decided().arrival.mail, desk.now)
        assert list(broken(desk.db)) == []


@pytest.mark.parametrize("told", HARM)
def test_each_way_to_break_it_is_told(tmp_path: Path, told: str) -> None:
    with books(tmp_path / "ledger.sqlite") as desk:
        fill(desk)
        desk.db.execute("PRAGMA foreign_keys = OFF")
        desk.db.execute(HARM[told])
        desk.db.conn.commit()
        assert [line for line in broken(desk.db) if told in line] != []


def test_every_invariant_is_tried() -> None:
    assert {what for what in BROKEN if not any(told in what for told in HARM)} == set()
