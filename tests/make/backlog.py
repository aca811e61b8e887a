"""A backlog of small mails of every kind in a Maildir, and what a ledger holds in the end, to be compared."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir

CONFIG: Final = f"""{CAMPAIGN.replace('"inbox"', '"{inbox}"')}
daily_cap = 100000
per_sender_daily = 100000
first_run_limit = 0
[video]
min_short_side = 90
min_long_side = 160
[work]
workers = {{workers}}
"""
MANY: Final = "many@bureau.example.org"
"""Sends every fourth of the mails that a person wrote."""
MOMENT: Final = re.compile(r"20(?:2[5-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:?\d\d)?")
"""A moment of the wall clock: the mails came in 2024."""


def _sent(number: int) -> EmailMessage:
    """Every kind of mail in turn, of senders whose mails complete, correct and repeat one another; half by machines."""
    turn, group = number % 20, number // 20
    sender = MANY if turn % 4 == 0 else f"a{group % 7}@example.org"
    title = f"作品{group}"
    rows = form(Work(title), unit=f"单位{group}") if turn in {0, 3} else b""
    kinds: dict[int, Callable[[], EmailMessage]] = {
        0: lambda: mail(("表.docx", rows), sender=sender),
        1: lambda: mail(subject="请问", body=f"请问截止日期是哪天？{number}", sender=sender),
        2: lambda: mail((f"{title}.mp4", b"no film" * (number + 1)), sender=sender),
        3: lambda: mail(("表.docx", rows), (f"{title}.mp4", small_film(group % 4)), sender=sender),
        4: lambda: mail(subject="更正", body=f"作品名称：{title}终版\n联系人：李四", sender=sender),
        5: lambda: mail(subject="自动回复：休假", body="我在休假。", sender=sender, Auto_Submitted="auto-replied"),
        6: lambda: mail(subject="撤回", body=f"我单位申请撤回作品《{title}》。", sender=sender),
        7: lambda: mail(("表.docx", b"\xd0\xcf\x11\xe0 broken" + bytes([group])), sender=sender),
        8: lambda: mail(body=f"链接：https://pan.example.org/s/{number} 提取码：ab12", sender=sender),
        9: lambda: mail(subject="请问", body="同样的问题", sender=sender),
    }
    made = kinds.get(turn, kinds[5])()
    # a copy of the same mail comes by another way now and then
    made.replace_header("Message-ID", f"<{number - (turn == 9 and group % 2 == 1) * 20}@example.org>")
    return made


def small_film(number: int) -> bytes:
    """A film of a minute that is quickly read."""
    return film(f"backlog{number}", size="192x108", stills=6)


def deliver(folder: Path, count: int) -> None:
    """Lay so many mails into the Maildir `folder`, one a second."""
    for number in range(count):
        lay(maildir(folder), "M1P1", _sent(number).as_bytes(), IN_TIME.timestamp() + number)


def ledger_of(data: Path, without: tuple[str, ...] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a ledger, row by row; of wall-clock moments only that they are there, nothing of tries.

    `without` are names of further columns that are left out.
    """
    with closing(sqlite3.connect(data / "ledger.sqlite")) as db:
        tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
        ).fetchall()
        return {name: [tuple(map(_timeless, row)) for row in _rows(db, name, without)] for (name,) in sorted(tables)}


def _rows(db: sqlite3.Connection, table: str, without: tuple[str, ...]) -> list[tuple[object, ...]]:
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    kept = ", ".join(f'"{column}"' for column in columns if column not in {"attempts", *without})
    order = ", ".join(str(place + 1) for place in range(len(kept.split(", "))))
    # how many transactions there were, and whether letters were looked for after a restart
    tries = "WHERE name NOT IN ('journal', 'sent-folder-read-at')" if table == "marks" else ""
    return db.execute(f"SELECT {kept} FROM {table} {tries} ORDER BY {order}").fetchall()


def _timeless(value: object) -> object:
    return MOMENT.sub("(moment)", value) if isinstance(value, str) else value


def letters_of(sent: Path) -> list[tuple[str, str, str]]:
    """To whom, under which Message-ID and with which words every letter left."""
    letters = [message_from_bytes(path.read_bytes()) for path in sent.rglob("*.eml")]
    return sorted((str(one["To"]), str(one["Message-ID"]), _words(one.get_payload())) for one in letters)


def _words(payload: object) -> str:
    return "".join(_words(part.get_payload()) for part in payload) if isinstance(payload, list) else str(payload)
