"""Whatever the server does, the same mails end in the same ledger and the same letters."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any, cast

import pytest

from mailbot.ops.round import run_once
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.servers.coremail import Coremail, coremail
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.hostile import Hostile, Mishap, Trick, hostile
from tests.servers.smtp_receiver import smtp_receiver

Server = Dovecot | Coremail

ROUNDS = 12
PATIENCE = "timeout = 0.4"


def campaign() -> list[bytes]:
    """A good mail, a form without its video, its video an hour later, and a question; one of them in junk."""
    whole = mail(("表.docx", form(Work("智造未来"))), ("a.mp4", film("a")))
    half = mail(("表.docx", form(Work("绿色工厂"))), sender="李二 <li@green.example.org>")
    rest = mail(("绿色工厂.mp4", film("b")), sender="李二 <li@green.example.org>", subject="补充视频")
    question = mail(sender="张三 <zhang@ask.example.org>", subject="请问", body="请问截止日期是哪天？")
    return [message.as_bytes(policy=policy.SMTP) for message in (whole, half, rest, question)]


def outcome_on(server: Server, mails: list[bytes], folder: Path) -> dict[str, Any]:
    """Deliver, run rounds until one is quiet, and say what stands in the ledger and what was sent."""
    folder.mkdir()
    for hours, raw in enumerate(mails):
        where = "垃圾邮件" if hours == 0 else "INBOX"
        server.deliver(raw, folder=where, received_at=IN_TIME + timedelta(hours=hours))
    with smtp_receiver() as receiver:
        stage = Stage(folder, cast("Dovecot", server), receiver)
        stage.configure(mailbox=PATIENCE)
        for _ in range(ROUNDS):
            with stage.house() as house:
                round_ = run_once(house)
            if round_.well and not round_.fetched and not round_.sent:
                break
        else:
            pytest.fail(f"not done after {ROUNDS} rounds: {round_}")
        return {
            "mails": stage.query("SELECT sha256, received_at, state FROM mails ORDER BY sha256"),
            "entries": stage.entries(),
            "letters": sorted(stage.letters()),
        }


def rough(server: Hostile) -> None:
    """Something befalls every fourth command, and nearly every mail's bytes."""
    mishaps = list(Mishap)
    server.mishaps = {4 * number: mishaps[number % len(mishaps)] for number in range(1, 12)}
    server.tricks.extend([Trick.CUT_IN_LITERAL, Trick.ANNOUNCE_LESS, Trick.STALL, Trick.RUBBISH, Trick.OTHER_FIRST])
    server.tricks.extend([Trick.WRONG_OFFSET, Trick.BYE, Trick.UID_BEHIND, Trick.TOO_MUCH, Trick.WHOLE])


@pytest.mark.usefixtures("no_pauses")
def test_dovecot_coremail_and_a_hostile_server_end_in_the_same_ledger(tmp_path: Path) -> None:
    mails = campaign()
    servers: list[tuple[str, Callable[[], AbstractContextManager[Server]]]] = [
        ("dovecot", dovecot),
        ("coremail", coremail),
        ("hostile", hostile),
    ]
    outcomes = {}
    for name, start in servers:
        with start() as server:
            if isinstance(server, Hostile):
                rough(server)
            outcomes[name] = outcome_on(server, mails, tmp_path / name)
            if isinstance(server, Hostile):
                assert server.commands > max(server.mishaps)
                assert not server.tricks
    assert len(outcomes["dovecot"]["mails"]) == len(mails)
    assert [status for *_, status in outcomes["dovecot"]["entries"]] == ["accepted", "accepted"]
    assert outcomes["coremail"] == outcomes["dovecot"]
    assert outcomes["hostile"] == outcomes["dovecot"]
