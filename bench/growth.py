"""An ordinary mail and its letter in a ledger of 1,000 and of 100,000 entries: `python -m bench.growth`.

Processor time of one decision, its transaction and its letter's claim and end; reading files is not in it.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from mailbot.ledger.connection import Ledger
from tests.ledger.test_growth import an_ordinary_mail
from tests.make.ledger import books

SIZES: Final = (1_000, 100_000)
MAILS: Final = 25
FILL: Final = """
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < {size})
    INSERT INTO mails (id, sha256, size, state, mailbox, folder, received_at, received_day, spooled_at, sender)
    SELECT 100000 + i, 'h' || i, 1, 'done', 'box', 'INBOX', '2024-05-01T00:00:00+08:00', '2024-05-01',
        '2024-05-01T00:00:00+00:00', 's' || i || '@example.com' FROM count;
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < {size})
    INSERT INTO entries (number, seq, status, status_since, sender, mail_id, received_at, received_day, title,
        title_key, unit, unit_key, recommender, contact, phone, has_row)
    SELECT 'X-' || i, 1000000 + i, 'accepted', '2024-05-01T00:00:00+00:00', 's' || i || '@example.com', 100000 + i,
        '2024-05-01T00:00:00+08:00', '2024-05-01', '题' || i, '题' || i, '厂', '厂', '', '', '', 1 FROM count;
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < {size})
    INSERT INTO replies (letter_key, message_id, mail_id, kind, recipient, subject, in_reply_to, thread, text, html,
        numbers, state, due_at, created_at, claimed_at, sent_at)
    SELECT 'q' || i, '<q' || i || '>', 100000 + i, 'accepted', 's' || i || '@example.com', '', '', '[]', '', '',
        '["X-' || i || '"]', 'sent', '2024-05-01T00:00:00+00:00', '2024-05-01T00:00:00+00:00',
        '2024-05-01T00:00:00+00:00', '2024-05-01T00:00:00+00:00' FROM count;
"""


def fill(ledger: Ledger, size: int) -> None:
    """So many mails, entries and letters of other people."""
    ledger.conn.executescript(f"BEGIN; {FILL.format(size=size)} COMMIT;")


def milliseconds(size: int) -> float:
    """The median of a few mails."""
    with tempfile.TemporaryDirectory() as folder, books(Path(folder) / "ledger.sqlite") as ledger:
        fill(ledger.db, size)
        spent = []
        for count in range(MAILS):
            begun = time.process_time()
            an_ordinary_mail(ledger, 2_000_000 + count)
            spent.append(time.process_time() - begun)
        return statistics.median(spent) * 1000


def main() -> None:
    small, large = (milliseconds(size) for size in SIZES)
    print(f"{SIZES[0]} entries: {small:.1f} ms; {SIZES[1]} entries: {large:.1f} ms; {large / small:.2f} x")


if __name__ == "__main__":
    main()
