"""What a demo leaves: letters and digest as files to open, and tables on stdout."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from mailbot import outgoing
from mailbot.ledger import lists, outbox
from mailbot.ledger.connection import Ledger
from mailbot.ops.house import House
from mailbot.session import Session

WIDTH: Final = 150
"""Columns where stdout is no terminal."""
Say = Callable[[str], str]
SHORT: Final = 34
"""Characters of a subject in the tables."""


def write_letters(db: Ledger, taken: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Write each letter as it came over the wire (.eml) and its page (.html), numbered in the order of sending."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {item.letter.message_id: item.letter.kind.value for item in outbox.in_state(db)}
    for place, (recipient, raw) in enumerate(taken, 1):
        message = message_from_bytes(raw, policy=policy.default)
        name = f"{place:02d}-{kinds.get(str(message['Message-ID']), 'unknown')}-{recipient}"
        (folder / f"{name}.eml").write_bytes(raw)
        (folder / f"{name}.html").write_text(_page(message), encoding="utf-8")


def _page(message: EmailMessage) -> str:
    body = message.get_body(("html", "plain"))
    return "" if body is None else str(body.get_content())


def write_digest(session: Session, day: date, folder: Path) -> None:
    """Write a day's digest: page, text and workbook."""
    outgoing.write_preview(session, outgoing.make_digest(session, day), folder)


def show_results(house: House, folder: Path, say: Say) -> None:
    """Mails, entries and letters as tables, then the paths to look at.

    Args:
        house: the demo's.
        folder: where everything is.
        say: gives a word its translation.
    """
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False)
    with house.ledger() as db:
        letters = list(outbox.in_state(db))
        answers = {item.mail_id: item.letter.kind.value for item in letters if item.mail_id is not None}
        mails = list(db.query("SELECT * FROM mails ORDER BY id"))
        listed = list(lists.listed(db))
    words = house.writer.wording.labels()
    of_mails, of_entries = ("id", "sender", "subject", "triage", "reply"), ("number", "title", "status", "reasons")
    console.print(_table("Mails", of_mails, (_mail(row, answers, say) for row in mails), say))
    console.print(_table("Entries", of_entries, (_entry(row, words, say) for row in listed), say))
    told = (
        (item.letter.envelope.recipient, say(item.letter.kind.value), _short(item.letter.subject)) for item in letters
    )
    console.print(_table("Letters", ("recipient", "kind", "subject"), told, say))
    for name, path in _paths(house, folder).items():
        console.print(f"{say(name)}: {path}", soft_wrap=True)


def _mail(row: dict[str, Any], answers: dict[int, str], say: Say) -> tuple[str, ...]:
    triage = say(row["triage"]) if row["triage"] else f"{say(row['state'])} ({row['copy_of']})"
    return (str(row["id"]), row["sender"], _short(row["subject"]), triage, say(answers.get(row["id"], "-")))


def _entry(row: dict[str, Any], words: dict[str, str], say: Say) -> tuple[str, ...]:
    reasons = "、".join(words.get(code, code) for code in row["reasons"])
    return (str(row["number"]), row["title"] or "-", say(row["status"]), reasons)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], say: Say) -> Table:
    table = Table(title=say(title), title_justify="left", header_style="bold")
    for name in head:
        table.add_column(say(name), overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _paths(house: House, folder: Path) -> dict[str, str]:
    return {
        "ledger": str(house.settings.ledger_file),
        "digest": str(folder / "digest" / "digest.html"),
        "letters": str(folder / "replies"),
        "more commands": f"mailbot --config {folder / 'config.toml'} entries",
    }
