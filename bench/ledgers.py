"""A ledger with so many mails, entries and letters of other people."""

from typing import Final

from mailbot.ledger.connection import Ledger

LETTER_BYTES: Final = 6_000
"""Of a letter's HTML."""
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
