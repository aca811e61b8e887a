"""What must be true of every ledger and no constraint of SQLite's says: looked at by `doctor --deep`."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from mailbot.ledger.connection import Ledger
from mailbot.ledger.journal import position
from mailbot.model.letter import LetterState
from mailbot.model.mail import MailState

BROKEN: Final = {
    "sent letters without the moment at which they left": f"replies WHERE state = '{LetterState.SENT}' "
    "AND sent_at IS NULL",
    "letters without a recipient, of mails that were not purged": f"""replies r JOIN mails m ON m.id = r.mail_id
        WHERE r.recipient = '' AND m.purged_at IS NULL AND r.state = '{LetterState.DUE}'""",
    "letters about entries that nobody has": "reply_entries WHERE number NOT IN (SELECT number FROM entries)",
    "events of entries that nobody has": "events WHERE number <> '' AND number NOT IN (SELECT number FROM entries)",
    "finished mails without the moment at which they were": f"""mails WHERE done_at IS NULL
        AND state IN ('{MailState.DONE}', '{MailState.FAILED}', '{MailState.COPY}')""",
    "copies of a mail that is not known": f"mails WHERE state = '{MailState.COPY}' AND copy_of IS NULL",
    "entries whose film is not kept": """entries WHERE video_sha256 IS NOT NULL
        AND video_sha256 NOT IN (SELECT sha256 FROM files)""",
    "films without a file": "videos WHERE sha256 NOT IN (SELECT sha256 FROM files)",
    "parts without a file": "parts WHERE sha256 NOT IN (SELECT sha256 FROM files)",
    "entries that the full text does not have": """entries WHERE id * 2 NOT IN (SELECT rowid FROM _search)""",
    "mails that the full text does not have": """mails WHERE id * 2 + 1 NOT IN (SELECT rowid FROM _search)""",
}
"""What is told, and the rows of which there must be none."""


def broken(db: Ledger) -> Iterator[str]:
    """Every invariant that does not hold, with how many rows break it."""
    for what, where in BROKEN.items():
        count = int(db.execute(f"SELECT count(*) FROM {where}").fetchone()[0])
        if count:
            yield f"{count} {what}"
    try:
        db.execute("INSERT INTO _search(_search) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        yield f"the full text is damaged ({error})"
    finally:
        db.rollback()
    last, here = db.journal.last(), position(db.conn)
    if last != here:
        yield f"the journal ends with transaction {last}, the ledger with {here}"
