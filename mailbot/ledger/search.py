"""Full text over what people look for: works, units, contacts, senders, subjects, bodies (SQLite FTS5, trigrams).

Chinese has no blanks between words, so pieces of three characters are indexed; shorter words are looked for in the
text itself. Triggers keep entries and the heads of mails; a mail's body is given when the mail is decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.ledger.connection import Ledger

BODY_CHARACTERS: Final = 20_000
"""Of a mail's body; what stands behind is a quote, a disclaimer or no letter at all."""
INDEXED: Final = 3
"""Characters of the shortest word that the index knows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry or a mail that holds every word.

    Attributes:
        kind: `entry` or `mail`.
        key: the entry's number, or the mail's id.
        about: the title, or the subject.
        who: the unit, or the sender's address.
        since: when it came, as the ledger writes it.
        state: of the entry or of the mail.
    """

    kind: str
    key: str
    about: str
    who: str
    since: str
    state: str


def keep_body(db: Ledger, mail_id: int, body: str) -> None:
    """Let a mail be found by its words; call inside a transaction."""
    db.execute("UPDATE _search SET body = ? WHERE rowid = ?", [body[:BODY_CHARACTERS], 2 * mail_id + 1])


def find(db: Ledger, text: str, most: int) -> Iterator[Hit]:
    """Entries first, then mails, newest first, that hold every word of a text.

    Args:
        db: the ledger.
        text: words with blanks between them, of any language.
        most: hits that are given at the most.
    """
    words = text.split()
    if not words:
        return
    long = [f'"{word.replace(chr(34), chr(34) * 2)}"' for word in words if len(word) >= INDEXED]
    short = [f"%{_escaped(word)}%" for word in words if len(word) < INDEXED]
    conditions = ["_search MATCH ?"] * bool(long) + ["(head || ' ' || body) LIKE ? ESCAPE '\\'"] * len(short)
    values = [*([" ".join(long)] if long else []), *short]
    rows = db.query(
        f"""WITH found AS (SELECT rowid FROM _search WHERE {" AND ".join(conditions)})
        SELECT 'entry' AS kind, number AS key, title AS about, unit AS who, received_at AS since, status AS state, id
        FROM entries WHERE id * 2 IN (SELECT rowid FROM found)
        UNION ALL
        SELECT 'mail', CAST(id AS TEXT), subject, sender, received_at, state, id
        FROM mails WHERE id * 2 + 1 IN (SELECT rowid FROM found)
        ORDER BY kind, id DESC LIMIT ?""",
        [*values, most],
    )
    for row in rows:
        del row["id"]
        yield Hit(**row)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
