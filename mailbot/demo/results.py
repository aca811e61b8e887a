"""What a demo leaves: letters and digest as files to open, and tables on stdout."""

import sys
from collections.abc import Iterable, Sequence
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


def show_results(house: House, folder: Path) -> None:
    """Mails, entries and letters as tables, then the paths to look at."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False)
    with house.ledger() as db:
        letters = list(outbox.in_state(db))
        answers = {item.mail_id: item.letter.kind.value for item in letters if item.mail_id is not None}
        mails = list(db.query("SELECT * FROM mails ORDER BY id"))
        listed = list(lists.listed(db))
    words = house.writer.wording.labels()
    console.print(_table("Mails", ("id", "from", "subject", "triage", "reply"), (_mail(row, answers) for row in mails)))
    console.print(_table("Entries", ("number", "title", "status", "reasons"), (_entry(row, words) for row in listed)))
    told = ((item.letter.envelope.recipient, item.letter.kind.value, _short(item.letter.subject)) for item in letters)
    console.print(_table("Letters", ("to", "kind", "subject"), told))
    for name, path in _paths(house, folder).items():
        console.print(f"{name:<9} {path}", soft_wrap=True)


def _mail(row: dict[str, Any], answers: dict[int, str]) -> tuple[str, ...]:
    triage = row["triage"] or f"{row['state']} of {row['copy_of']}"
    return (str(row["id"]), row["sender"], _short(row["subject"]), triage, answers.get(row["id"], "-"))


def _entry(row: dict[str, Any], words: dict[str, str]) -> tuple[str, ...]:
    reasons = "、".join(words.get(code, code) for code in row["reasons"])
    return (str(row["number"]), row["title"] or "-", row["status"], reasons)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _paths(house: House, folder: Path) -> dict[str, str]:
    return {
        "ledger": str(house.settings.ledger_file),
        "digest": str(folder / "digest" / "digest.html"),
        "replies": str(folder / "replies"),
        "more": f"mailbot --config {folder / 'config.toml'} entries   (or: entry NUMBER, outbox, export DIR)",
    }
