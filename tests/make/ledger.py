"""A real ledger in a temporary folder, a desk that takes mails into it, and an empty one for each test that asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from mailbot.check.decide import decide
from mailbot.ledger import entries, mails, outbox
from mailbot.ledger.connection import Ledger, open_ledger, writing
from mailbot.ledger.record import record
from mailbot.model.decision import Decision
from mailbot.model.entry import Entry
from mailbot.model.finding import Finding
from mailbot.model.letter import Envelope, Letter, LetterKind, OutboxItem
from mailbot.model.mail import Link, MailRef, RawMail, Triage, Verdict
from mailbot.model.rules import Rules, VideoRules
from mailbot.model.works import FormFile, VideoFile
from tests.make.decisions import CHINA, IN_TIME, MAKER, arrival, brought, sha

THEMES: Final = ("高端升级", "数智赋能", "绿色低碳")


def words(finding: Finding) -> str:
    """A finding's words: its code will do."""
    return f"<{finding.code}>"


def letter(key: str = "k", recipient: str = MAKER, kind: LetterKind = LetterKind.ACCEPTED, **more: object) -> Letter:
    """A letter."""
    envelope = Envelope(recipient, "<1@mail.example.com>", ("<1@mail.example.com>",), "报送")
    given: dict[str, object] = {"subject": "回复：报送", "text": "您好", "html": "<p>您好</p>", **more}
    return Letter(key, f"<{key}@example.org>", kind, envelope, **given)  # type: ignore[arg-type]


@dataclass
class Books:
    """An open ledger and the mails that were taken into it.

    Attributes:
        db: the ledger.
        rules: of the campaign.
        now: the clock, set by hand.
        folder: where the ledger lies.
    """

    db: Ledger
    rules: Rules = field(default_factory=Rules)
    folder: Path = Path()
    now: datetime = IN_TIME
    count: int = 0

    def enter(self, seed: str = "", *, uid: int = 0, at: datetime | None = None, folder: str = "INBOX") -> int:
        """A mail, spooled."""
        self.count += 1
        ref = MailRef("box", folder, 1, uid or self.count, at or self.now)
        return mails.enter(self.db, ref, RawMail(sha(seed or f"mail {self.count}"), 100), CHINA, self.now)

    def decided(
        self,
        *things: FormFile | VideoFile | Link | Finding,
        sender: str = MAKER,
        at: datetime | None = None,
        triage: Triage | None = None,
        thread: tuple[str, ...] = (),
        **said: str,
    ) -> Decision:
        """A mail, spooled and thought about, nothing of it written."""
        works = brought(*things)
        mail_id = self.enter(at=at)
        verdict = Verdict(triage or (Triage.INQUIRY if works.empty else Triage.SUBMISSION), answer=True, reason="")
        known = entries.history(self.db, sender, works, thread)
        came = arrival(works, mail_id, sender=sender, at=at or self.now, **said)
        return decide(came, works, verdict, known, self.rules)

    def keep(self, decision: Decision, *letters: Letter) -> Decision:
        """Write what follows from a mail."""
        record(self.db, decision, letters, words, VideoRules(), self.now)
        return decision

    def take(
        self,
        *things: FormFile | VideoFile | Link | Finding,
        sender: str = MAKER,
        at: datetime | None = None,
        triage: Triage | None = None,
        **said: str,
    ) -> Decision:
        """A mail, all the way to the ledger."""
        return self.keep(self.decided(*things, sender=sender, at=at, triage=triage, thread=(), **said))

    def entry(self, number: str = "GYQG-2024-0001") -> Entry:
        """An entry that is there."""
        found = entries.by_number(self.db, number)
        assert found is not None
        return found

    def owe(self, *letters: Letter) -> tuple[OutboxItem, ...]:
        """Letters in the outbox."""
        with writing(self.db):
            for one in letters:
                outbox.owe(self.db, one, None, self.now)
        return outbox.in_state(self.db)

    def later(self, **span: float) -> datetime:
        """Move the clock."""
        self.now += timedelta(**span)
        return self.now

    def rows(self, question: str) -> list[tuple[object, ...]]:
        """What the ledger says."""
        return [tuple(row) for row in self.db.execute(question).fetchall()]


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        with open_ledger(path, THEMES):
            pass
        return path.read_bytes()


def lay_blank_ledger(path: Path) -> None:
    """A ledger that holds nothing yet, made once a worker: its migrations take longer than most tests do."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(_blank())


@contextmanager
def books(path: Path, rules: Rules | None = None) -> Iterator[Books]:
    """A ledger at a path, made or opened."""
    if not path.exists() and not any(path.parent.glob("*")):
        lay_blank_ledger(path)
    with open_ledger(path, THEMES) as db:
        yield Books(db, rules or Rules(), path.parent)


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path / "ledger.sqlite") as made:
        yield made
