"""What a clerk looks at and does: who has which film, what was written, a person's commands."""

import io
import pprint
import zipfile
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from mailbot.cli import cli
from mailbot.ops.breaker import Breaker
from mailbot.ops.house import now
from mailbot.ops.round import send
from tests.journeys.material import BEIJING, Work, film, form
from tests.journeys.stage import Stage

FUTURE: Final = "智造未来"
GREEN: Final = "绿动云岭"
STEEL: Final = "钢铁之光"
TABLE: Final = "推荐汇总表.docx"


def table(*titles: str, unit: str = "云岭重工有限公司") -> tuple[str, bytes]:
    """A form with these works, ready to attach."""
    return TABLE, form(*(Work(title) for title in titles), unit=unit)


def clips(*names: str, size: str = "1920x1080") -> list[tuple[str, bytes]]:
    """Good films of these file names, each with pictures of its own."""
    return [(name, film(name.rsplit("/", 1)[-1], size=size)) for name in names]


def zipped(*members: tuple[str, bytes]) -> bytes:
    """An archive of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def films(stage: Stage) -> dict[str, str]:
    """Title -> the file name of its film; empty where it has none."""
    rows = stage.query("SELECT number, title, video_sha256, video_filename FROM entries ORDER BY seq")
    return {row["title"] or row["number"]: row["video_filename"] if row["video_sha256"] else "" for row in rows}


def entry(stage: Stage, title: str) -> dict[str, Any]:
    """The one entry of this title, as the ledger has it."""
    rows = stage.query(f"SELECT * FROM entries WHERE title = '{title}'")
    assert len(rows) == 1, (title, stage.entries())
    return rows[0]


def number(stage: Stage, title: str) -> str:
    """Its number."""
    return str(entry(stage, title)["number"])


def events(stage: Stage, number: str = "") -> list[str]:
    """Kinds of events, of one entry or of all, in order."""
    where = f"WHERE number = '{number}'" if number else ""
    return [row["kind"] for row in stage.query(f"SELECT kind FROM events {where} ORDER BY id")]


def codes(stage: Stage) -> set[str]:
    """Codes of all findings that stand."""
    return {row["code"] for row in stage.query("SELECT code FROM findings")}


def attention(stage: Stage) -> list[tuple[str, str, str]]:
    """What waits for a person: (kind, number, why)."""
    return [(row["kind"], row["number"], row["why"]) for row in stage.query("SELECT * FROM attention")]


def text(stage: Stage, index: int = -1) -> str:
    """The plain text of a letter to a submitter."""
    letters = [one for one in stage.smtp.letters if one.recipients[0] != "organizer@example.org"]
    body = letters[index].message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def our_letter(stage: Stage, index: int = -1) -> EmailMessage:
    """A letter of ours."""
    return stage.smtp.letters[index].message


def our_id(stage: Stage, index: int = -1) -> str:
    """The Message-ID of a letter of ours, to answer it."""
    return str(our_letter(stage, index)["Message-ID"])


def quoted(stage: Stage, words: str, index: int = -1) -> str:
    """A reply's body as webmail makes it: the words above, our whole letter below."""
    letter = our_letter(stage, index)
    body = text(stage, index)
    return (
        f"{words}\n\n\n------------------ 原始邮件 ------------------\n"
        f'发件人: "征选活动组委会" <submissions@163.example>;\n发送时间: 2024年7月1日(星期一) 上午10:05\n'
        f'收件人: "王一鸣"<wang@yunling.example.org>;\n主题: {letter["Subject"]}\n\n{body}'
    )


def command(stage: Stage, *words: str | Path, fails: bool = False) -> Result:
    """Type a mailbot command."""
    result = CliRunner().invoke(cli, ["--config", str(stage.folder / "config.toml"), *map(str, words)])
    assert (result.exit_code != 0) is fails, (words, result.exit_code, result.output, result.exception)
    return result


def today() -> datetime:
    """The present moment: for what goes by the daemon's clock, not by a mail's."""
    return now().astimezone(BEIJING)


def post(stage: Stage) -> int:
    """Send what is due; how many letters left."""
    with stage.house() as house:
        return send(house, Breaker(), polled=True, well=True).sent


def seen(stage: Stage) -> str:
    """Everything at a glance, for an assertion's message."""
    questions = {
        "entries": "SELECT number, title, unit, status, video_filename, substr(video_sha256, 1, 6) AS film, sender "
        "FROM entries ORDER BY seq",
        "findings": "SELECT f.mail_id, number, code, details FROM findings f LEFT JOIN entries e ON e.id = entry_id",
        "mails": "SELECT id, state, triage, silence, attention, subject, sender FROM mails",
        "replies": "SELECT mail_id, recipient, kind, state, numbers FROM replies",
        "events": "SELECT number, kind, actor, mail_id, before, after, note, details FROM events",
        "attention": "SELECT * FROM attention",
    }
    told = {name: [tuple(row.values()) for row in stage.query(sql)] for name, sql in questions.items()}
    return pprint.pformat(told, width=200)
