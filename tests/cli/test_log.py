"""A line of the log is one event, whatever a stranger wrote."""

import io
import json
import logging
import os
import subprocess
import sys
import zipfile
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.cli.log import JsonLine, PlainLine, keys_of
from tests.journeys.material import Work, form, mail
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir

SAMPLES = Path(__file__).parents[1] / "samples" / "forms"


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("mailbot.intake", logging.WARNING, "intake.py", 1, message, args, None)


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("mail-done mail=7 triage=submission", {"event": "mail-done", "mail": "7", "triage": "submission"}),
        ("letter-held letter=3 reason=no room left", {"event": "letter-held", "letter": "3", "reason": "no room left"}),
        ("daemon-stopping", {"event": "daemon-stopping"}),
        ("x reason=a event=forged", {"event": "x", "reason": "a"}),
    ],
)
def test_an_events_keys_are_told_apart(message: str, keys: dict[str, str]) -> None:
    assert keys_of(message) == keys


@pytest.mark.parametrize("forged", ["a\nWARNING mailbot mail-done mail=9", "a\r\x1b[2Jb", "a\u2028b", "a\x00b"])
def test_no_value_forges_a_line(forged: str) -> None:
    entry = record("mail-waits mail=%d reason=%s", 7, forged)
    for formatter in (PlainLine(), JsonLine()):
        line = formatter.format(entry)
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
    told = json.loads(JsonLine().format(entry))
    assert (told["event"], told["mail"], told["level"]) == ("mail-waits", "7", "warning")


@pytest.mark.parametrize("formatter", [PlainLine, JsonLine])
def test_an_unexpected_error_is_told_without_its_text_and_a_servers_words_without_addresses(
    formatter: type[PlainLine] | type[JsonLine],
) -> None:
    name, phone, title = "王一鸣", "13800000001", "绿动云岭"  # a traceback shows our own lines
    said = record("send-failed reason=%s", "b'451 <wang@yunling.example.org>... try later'")
    try:
        try:
            int(f"{name} {phone}")
        except ValueError as error:
            raise KeyError(title) from error
    except KeyError:
        said.exc_info = sys.exc_info()
    line = formatter().format(said)
    assert [kind in line for kind in ("ValueError", "KeyError", "test_log.py", "try later")] == [True] * 4
    assert [datum in line for datum in ("王一鸣", "13800000001", "绿动云岭", "yunling")] == [False] * 4
    said.exc_text = None
    whole = formatter(whole=True).format(said)
    assert "13800000001" in whole
    assert "wang@yunling.example.org" in whole


PERSONAL = (
    "王一鸣", "陈晓岚", "13800000001", "88880000", "yunling", "绿动云岭", "作品报送说明", "云岭推荐表", "请问能否改期",
    "李工", "organizer@", "share.example.com", "雪线之上", "云岭重工", "锁住的表", "内含名单", "伪造", "forged-line",
)  # fmt: skip
CONFIG = f"{CAMPAIGN}[limits]\nmail_mb = 1\n"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "王一鸣 13800000001")
    return out.getvalue()


def mails() -> list[EmailMessage]:
    """Every kind of mail that something is logged of."""
    evil = '伪造 {"event": "forged-line"}\x1b[2J'
    sheet = form(Work("绿动云岭", link="https://share.example.com/s/1abc"), Work("雪线之上"))
    bounce = mail(
        subject="退信", body="<wang@yunling.example.org>: unknown", sender="MAILER-DAEMON@yunling.example.org"
    )
    bounce.replace_header("Subject", "Undelivered Mail Returned to Sender")
    organizer = "organizer@example.org"
    return [
        mail(("云岭推荐表.docx", sheet), subject="作品报送说明"),
        mail(("锁住的表.docx", (SAMPLES / "locked.docx").read_bytes()), subject="绿动云岭"),
        mail(("云岭重工.zip", archive("内含名单.docx", "../王一鸣.mp4")), subject="作品报送说明"),
        mail(("推荐汇总表.docx", "PK\x03\x04 王一鸣".encode()), ("绿动云岭.mp4", b"\0\0\0\x18ftypmp42 broken" * 9)),
        mail((f"{evil}.docx", sheet), subject=evil, sender='"伪造" <li@yunling.example.org>'),
        mail(("绿动云岭.bin", bytes(2_000_000)), subject="作品报送说明"),
        mail(subject="请问", body="请问能否改期？\n李工", sender="李工 <li@yunling.example.org>"),
        mail(subject="撤回", body="撤回《绿动云岭》", sender="李工 <li@yunling.example.org>"),
        mail(subject="自动回复：王一鸣", body="王一鸣休假中", Auto_Submitted="auto-replied"),
        mail(subject="通过", body="0001 通过\n0002 退回：王一鸣未签字", sender=organizer),
        mail(subject="通过", body="0001 通过", sender=organizer, Received_SPF="fail"),
        bounce,
    ]  # fmt: skip


def test_a_campaigns_log_holds_nobodys_data_and_no_forged_line(tmp_path: Path) -> None:
    for number, message in enumerate(mails()):
        lay(maildir(tmp_path / "inbox"), "M1P1", message.as_bytes(policy=policy.SMTP), 1717200000 + number)
    dropped = tmp_path / "var" / "inbox-files" / "王一鸣-绿动云岭.mp4"
    dropped.parent.mkdir(parents=True)
    dropped.write_bytes(b"film")
    os.utime(dropped, (1717200000, 1717200000))
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    log = ""
    for _ in range(2):
        log += subprocess.run(
            [sys.executable, "-m", "mailbot", "--config", str(tmp_path / "config.toml"), "run", "--once"],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        ).stderr  # fmt: skip
    lines = [line for line in log.splitlines() if line.startswith("{")]
    events = [json.loads(line)["event"] for line in lines]
    assert {"mail-entered", "mail-done", "mail-refused", "letter", "dropped-file-left"} <= set(events)
    assert len({json.loads(line).get("mail") for line in lines} - {None}) == len(mails())
    assert [datum for datum in PERSONAL if any(datum in line or ascii(datum)[1:-1] in line for line in lines)] == []
    assert "\x1b" not in log
    assert "forged-line" not in events
