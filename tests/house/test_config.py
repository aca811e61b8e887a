import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mailbot.settings.found import example_config
from mailbot.settings.keys import MailboxSettings, Settings, SmtpSettings
from mailbot.settings.loading import load
from tests.house.checkout import text_of
from tests.make.maildir import lay, maildir

EXAMPLE = text_of("config.example.toml")
FOR_163 = "# For a 163.com mailbox"
WRITTEN = {"sender": "from"}
LEFT_OUT = {"password"}
"""A secret in the file is possible, and nothing to show anyone."""
MAIL = b"From: a@example.org\r\nTo: submissions@example.com\r\nSubject: hello\r\nMessage-ID: <1@a.example>\r\n\r\n"


def tables() -> dict[str, set[str]]:
    """The keys of each table in the example, commented-out ones among them."""
    found: dict[str, set[str]] = {"": set()}
    table = ""
    for line in EXAMPLE.splitlines():
        if head := re.match(r"(?:# )?\[\[?([\w.]+)\]", line):
            table = head[1]
            found.setdefault(table, set())
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            found[table].add(key[1])
    return found


def loaded(folder: Path, text: str) -> Settings:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml", {})[0]


def test_the_example_has_every_key_and_no_other() -> None:
    settings = Settings()
    real = dict(real_tables("", replace(settings, mailbox=()))) | dict(real_tables("mailbox", MailboxSettings()))
    real[""] -= {"mailbox", "file"}
    del real["roster"]  # what the file of [units] says
    assert tables() == real


def real_tables(name: str, record: Any) -> Iterator[tuple[str, set[str]]]:  # noqa: ANN401 - any settings
    """A table's keys, and those of the tables within it."""
    values = {one.name: getattr(record, one.name) for one in fields(record)}
    inner = {key: value[0] if isinstance(value, tuple) and value else value for key, value in values.items()}
    inner = {key: value for key, value in inner.items() if is_dataclass(value)}
    if own := {WRITTEN.get(key, key) for key in values} - set(inner) - LEFT_OUT:
        yield name, own
    for key, value in inner.items():
        yield from real_tables(f"{name}.{key}".lstrip("."), value)


@pytest.mark.parametrize("table", ["campaign", "video", "outbox", "schedule", "limits", "tools"])
def test_what_the_example_says_is_the_default(table: str, tmp_path: Path) -> None:
    assert getattr(loaded(tmp_path, EXAMPLE), table) == getattr(Settings(), table)


def test_the_tables_for_163_are_the_defaults_of_a_mailbox_on_a_server(tmp_path: Path) -> None:
    head, _, tail = EXAMPLE.rpartition(FOR_163)
    lines = [line.removeprefix("#").removeprefix(" ") for line in tail.splitlines()[2:]]
    before, _, _ = head.partition("\n[mailbox]")
    (tmp_path / "mailbox.password").write_text("let-me-in\n", encoding="utf-8")
    settings = loaded(tmp_path, before + "\n".join(lines))
    secret: dict[str, Any] = {
        "user": "submissions@163.com",
        "password": "let-me-in",
        "password_file": Path("mailbox.password"),
    }
    assert settings.mailbox == (replace(MailboxSettings(), **secret),)
    assert settings.smtp == replace(SmtpSettings(), **secret)


def test_the_defaults_are_those_that_are_promised() -> None:
    settings = Settings()
    promised = tomllib.loads(PROMISED)
    for table, values in promised.items():
        record = settings.mailbox[0] if table == "mailbox" else getattr(settings, table)
        for key, value in values.items():
            real = getattr(record, {"from": "sender"}.get(key, key))
            assert (list(real) if isinstance(real, tuple) else real) == value, f"{table}.{key}"
    assert settings.campaign.deadline == date(2024, 7, 31)
    assert settings.schedule.poll_every == 120
    assert settings.data_dir == Path("var")


PROMISED = """
[campaign]
name = "首届“工业强国·新型工业化”短视频征选活动"
timezone = "Asia/Shanghai"
clock = "received"
grace_minutes = 0
late = "reject"
themes = ["高端升级", "数智赋能", "绿色低碳"]
number = "GYQG-{year}-{seq:04d}"
[video]
containers = ["mp4"]
min_seconds = 60
max_seconds = 480
tolerance_seconds = 0.5
min_short_side = 1080
min_long_side = 1920
aspects = ["16:9", "9:16"]
aspect_tolerance = 0.01
[mailbox]
kind = "imap"
host = "imap.163.com"
port = 993
security = "tls"
folders = ["INBOX"]
after = "keep"
move_to = "已处理"
[smtp]
kind = "smtp"
host = "smtp.163.com"
port = 465
security = "tls"
from = "征选活动组委会 <submissions@163.com>"
[outbox]
pace_seconds = 10
daily_cap = 100
per_sender_daily = 10
on_unknown = "hold"
hold = "none"
first_run_limit = 50
[schedule]
digest_at = "08:30"
"""


def test_the_example_runs_as_it_stands(tmp_path: Path) -> None:
    shutil.copyfile(example_config(), tmp_path / "config.toml")
    lay(maildir(tmp_path / "var" / "inbox"), "M1", MAIL, 1722400000)
    finished = subprocess.run(
        [sys.executable, "-m", "mailbot", "run", "--once"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (finished.returncode, "发出答复 1 封" in finished.stderr) == (0, True), finished.stderr
    assert len(list((tmp_path / "var" / "sent").glob("*.eml"))) == 1
