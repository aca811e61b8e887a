"""Letters to and fro over days, on a Maildir and a folder of letters: loops, bounces, withdrawals to be confirmed."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.sandbox import Readers
from mailbot.settings.loading import load
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir

FAILED = "163.example; spf=fail smtp.mailfrom=yunling.example.org; dkim=fail; dmarc=fail"


@dataclass
class Desk:
    """A campaign on folders alone.

    Attributes:
        at: the time at which the next mail arrives; each comes a day after the last.
    """

    folder: Path
    readers: Readers
    at: datetime = IN_TIME
    serial: Iterator[int] = field(default_factory=itertools.count)

    def receive(self, message: EmailMessage) -> list[EmailMessage]:
        """One mail, one round; the letters that it brought."""
        raw = message.as_bytes(policy=policy.SMTP)
        lay(self.folder / "inbox", f"M{next(self.serial)}", raw, self.at.timestamp())
        self.at += timedelta(days=1)
        known = set((self.folder / "sent").glob("*"))
        settings, _ = load(self.folder / "config.toml", {})
        with open_house(settings) as house:
            run_once(replace(house, bench=replace(house.bench, readers=self.readers)))
        new = sorted(set((self.folder / "sent").glob("*")) - known)
        letters = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in new]
        return [one for one in letters if "organizer@" not in str(one["To"])]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the ledger."""
        with closing(sqlite3.connect(self.folder / "var" / "ledger.sqlite")) as db:
            return db.execute(sql).fetchall()


@pytest.fixture(name="desk")
def _desk(tmp_path: Path, readers: Readers) -> Desk:
    maildir(tmp_path / "inbox")
    (tmp_path / "config.toml").write_text(CAMPAIGN, encoding="utf-8")
    return Desk(tmp_path, readers)


def answer_to(letter: EmailMessage, body: str, **headers: str) -> EmailMessage:
    return mail(subject=f"Re: {letter['Subject']}", body=body, answers=str(letter["Message-ID"]), **headers)


@pytest.mark.parametrize("varied", [False, True], ids=["same words", "other words each time"])
def test_a_machine_that_answers_each_letter_is_given_up_at_its_second_answer_and_listed(
    desk: Desk, *, varied: bool
) -> None:
    letters = desk.receive(mail(subject="请问", body="请问截止日期是哪天？"))
    answers = 0
    while letters and answers < 5:
        answers += 1
        letters = desk.receive(answer_to(letters[-1], f"您的来信我们已经看到，编号 {answers if varied else 0}。"))
    assert (answers, letters) == (2, [])
    assert desk.query("SELECT count(*) FROM attention WHERE cause = 'answers-itself'") == [(1,)]


@pytest.mark.parametrize("forged", ["submissions@163.example", "MAILER-DAEMON@yunling.example.org"])
def test_backscatter_to_letters_that_were_never_ours_is_not_answered(desk: Desk, forged: str) -> None:
    """A spammer wrote in our name; what bounces comes to us, from a mail system or with our own address in From."""
    bounce = mail(
        subject="Undelivered Mail Returned to Sender",
        body="This is the mail system. Your message could not be delivered: 550 no such user",
        sender=forged,
        Return_Path="<>",
        Auto_Submitted="auto-replied",
    )
    assert desk.receive(bounce) == []
    assert desk.query("SELECT count(*) FROM replies UNION ALL SELECT count(*) FROM entries") == [(0,), (0,)]


def test_a_withdrawal_that_fails_the_checks_waits_for_its_sender_s_answer(desk: Desk) -> None:
    desk.receive(mail(("表.docx", form(Work("智造未来"))), ("a.mp4", film("a"))))
    state = "SELECT status FROM entry_list"
    assert desk.query(state) == [("accepted",)]
    [asked] = desk.receive(mail(subject="撤回 GYQG-2024-0001", body="请撤回。", Authentication_Results=FAILED))
    assert desk.query(state) == [("accepted",)]
    assert "wang@yunling.example.org" in str(asked["To"])
    desk.receive(answer_to(asked, "确认撤回。", Authentication_Results=FAILED))
    assert desk.query(state) == [("withdrawn",)]
