"""A campaign that is over: mails of 2024 and of 2025, letters, a digest, a copy and a person's decision."""

import io
import shutil
from contextlib import AbstractContextManager, chdir
from datetime import UTC, date, datetime
from email import policy
from pathlib import Path

import docx
from click.testing import CliRunner, Result

from mailbot.cli import cli
from mailbot.ledger.backup import backup, copy_of
from mailbot.ops.house import House, open_house
from mailbot.ops.round import run_once
from mailbot.outgoing import owe_digest
from mailbot.settings.kept import NAME
from mailbot.settings.loading import load
from tests.journeys.material import Work, form, mail
from tests.make.configs import CAMPAIGN
from tests.make.maildir import lay, maildir

CONFIG = f'language = "en"\n{CAMPAIGN}'
SHARE = "https://share.example.com/s/1abc"
PERSONAL = (
    "王一鸣", "陈晓岚", "13800000001", "010-88880000", "wang@yunling", "yunling.example.org", "绿动云岭", "雪线之上",
    "作品报送说明", "云岭推荐表", "请问能否改期", "李工", "organizer@example.org", "share.example.com",
)  # fmt: skip
STAYS = ("赵一帆", "zhao@later.example.org", "春到工厂")
OLD, NEW = datetime(2024, 6, 1, 9, tzinfo=UTC), datetime(2025, 6, 1, 9, tzinfo=UTC)
DAY = "2025-01-01"


def deliver(folder: Path, name: str, content: bytes, at: datetime) -> None:
    lay(maildir(folder / "inbox"), name, content, at.timestamp())


def sheet(*works: Work, unit: str, recommender: str) -> bytes:
    paper = docx.Document(io.BytesIO(form(*works, unit=unit)))
    paper.paragraphs[2].text = f"推荐单位联系人及联系方式：{recommender}"
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def play(folder: Path, tables: str = "") -> None:
    """A campaign of 2024, and a mail of 2025; `tables` are added to its config."""
    (folder / "config.toml").write_text(CONFIG + tables, encoding="utf-8")
    old = mail(
        (
            "云岭推荐表.docx",
            sheet(
                *(Work(title, link=f"{SHARE} 提取码 ab12") for title in ("绿动云岭", "雪线之上")),
                unit="云岭重工有限公司",
                recommender="陈晓岚 010-88880000",
            ),
        ),
        subject="作品报送说明",
    )
    deliver(folder, "1", old.as_bytes(policy=policy.SMTP), OLD)
    asks = mail(subject="请问", body="请问能否改期？\n李工", sender="李工 <li@yunling.example.org>")
    deliver(folder, "2", asks.as_bytes(policy=policy.SMTP), OLD)
    with house_of(folder) as house:
        run_once(house)
        with house.ledger() as db:
            owe_digest(house.session(db), date(2024, 6, 1))
            backup(db, copy_of(house.settings.data_dir, date(2024, 6, 2)), 9)
        run_once(house)
    assert typed(folder, "reject", "1", "--note", "李工来电").exit_code == 0
    new = mail(
        ("表.docx", sheet(Work("春到工厂", contact="赵一帆", phone="13800000009"), unit="滨海机械厂", recommender="")),
        sender="赵一帆 <zhao@later.example.org>",
    )
    new.replace_header("Message-ID", "<3@later.example.org>")
    deliver(folder, "3", new.as_bytes(policy=policy.SMTP), NEW)
    with house_of(folder) as house:
        run_once(house)
    shutil.rmtree(folder / "inbox")


def house_of(folder: Path) -> AbstractContextManager[House]:
    return open_house(load(folder / "config.toml", {})[0])


def typed(folder: Path, *words: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(cli, ["--config", str(folder / "config.toml"), *words])


def held_by(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Which of these words stand in which file below a folder, raw or as JSON writes them."""
    return [
        f"{word} in {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"config.toml", NAME}  # what the organizers wrote, and what it came to
        for word in words
        if word.encode() in path.read_bytes() or ascii(word)[1:-1].encode() in path.read_bytes()
    ]
