"""The whole program on a real IMAP server and a real SMTP receiver."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbot.ops.house import House, open_house
from mailbot.ops.round import RoundOutcome, run_once
from mailbot.settings.loading import load
from tests.journeys.material import IN_TIME, number_films_anew
from tests.make.ledger import lay_blank_ledger
from tests.make.readers import WarmReaders
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver

CONFIG = """
data_dir = "var"
language = "en"
[campaign]
contact = "010-00000000"
{campaign}
[mailbox]
kind = "imap"
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "{user}"
password = "{password}"
{mailbox}
[smtp]
kind = "smtp"
host = "127.0.0.1"
port = {smtp_port}
security = "none"
user = "{smtp_user}"
password = "{smtp_password}"
from = "征选活动组委会 <submissions@163.example>"
[outbox]
pace_seconds = 0
{outbox}
{links}
[organizers]
digest_to = ["organizer@example.org"]
"""


@dataclass
class Stage:
    """One campaign: its folder, its servers.

    Attributes:
        warm: children that read its mails and forms in every round; else each round starts its own.
    """

    folder: Path
    imap: Dovecot
    smtp: SmtpReceiver
    warm: WarmReaders | None = None

    def __post_init__(self) -> None:
        number_films_anew()

    def configure(self, campaign: str = "", mailbox: str = "", outbox: str = "", links: str = "") -> Path:
        """Write config.toml; called again it changes the campaign in mid-way."""
        file = self.folder / "config.toml"
        file.write_text(
            CONFIG.format(
                campaign=campaign, mailbox=mailbox, outbox=outbox, links=links and f"[links]\n{links}",
                imap_port=self.imap.port, user=self.imap.user, password=self.imap.password,
                smtp_port=self.smtp.port, smtp_user=self.smtp.user, smtp_password=self.smtp.password,
            ),
            encoding="utf-8",
        )  # fmt: skip
        file.chmod(0o600)
        if not (self.folder / "var").exists():
            lay_blank_ledger(self.folder / "var" / "ledger.sqlite")
        return file

    @contextmanager
    def house(self) -> Iterator[House]:
        """The house of the present configuration."""
        settings, _ = load(self.folder / "config.toml", {})
        with open_house(settings) as house:
            if self.warm is None:
                yield house
            else:
                yield replace(house, bench=self.warm.at(house.bench))

    def receive(self, *mails: EmailMessage, at: datetime = IN_TIME, folder: str = "INBOX") -> RoundOutcome:
        """Deliver mails and run one whole round."""
        for mail in mails:
            self.imap.deliver(mail.as_bytes(), folder=folder, received_at=at)
        with self.house() as house:
            return run_once(house)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Look into the ledger as an admin would: read-only, from outside."""
        connection = sqlite3.connect(f"file:{self.folder / 'var' / 'ledger.sqlite'}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql)]
        finally:
            connection.close()

    def entries(self) -> list[tuple[str, str, str]]:
        """(number, title, status) of every entry."""
        return [(row["number"], row["title"], row["status"]) for row in self.query("SELECT * FROM entry_list")]

    def statuses(self) -> dict[str, str]:
        """Title -> status; an entry without a title goes by its number."""
        return {title or number: status for number, title, status in self.entries()}

    def codes(self, number: str) -> set[str]:
        """The codes of an entry's findings."""
        rows = self.query(
            f"SELECT code FROM findings f JOIN entries e ON e.id = f.entry_id WHERE e.number = '{number}'"
        )
        return {row["code"] for row in rows}

    def letters(self) -> list[tuple[str, str]]:
        """(recipient, kind) of every letter that really arrived, organizers' left out, in order."""
        return [
            (letter.recipients[0], str(letter.message["X-Mailbot"]))
            for letter in self.smtp.letters
            if letter.recipients[0] != "organizer@example.org"
        ]

    def last_text(self) -> str:
        """The plain text of the last letter that arrived."""
        body = self.smtp.letters[-1].message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())
