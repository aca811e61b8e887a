"""The campaigns of examples/, played from mail to letter, digest, workbook and package: config and templates alone."""

import io
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from mailbot.cli import cli
from mailbot.settings.loading import load
from tests.house.checkout import ROOT
from tests.journeys.material import film, mail
from tests.make.maildir import lay, maildir

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Campaign:
    """An example in a folder of its own, with its Maildir."""

    def __init__(self, name: str, folder: Path, received: datetime) -> None:
        self.folder = folder / name
        self.received = received.timestamp()
        shutil.copytree(ROOT / "examples" / name, self.folder)
        self.inbox = maildir(self.folder / "var" / "inbox")

    def run(self, *words: str | Path) -> str:
        config = str(self.folder / "config.toml")
        done = CliRunner().invoke(cli, ["--config", config, *map(str, words)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def receive(self, *mails: EmailMessage) -> None:
        """Deliver mails and run a round."""
        settings, _ = load(self.folder / "config.toml", {})
        for number, one in enumerate(mails):
            one.replace_header("To", settings.smtp.sender)
            lay(self.inbox, f"M{number}P{len(list(self.inbox.rglob('*')))}", one.as_bytes(), self.received)
        self.run("run", "--once")

    def letters(self) -> list[EmailMessage]:
        files = sorted((self.folder / "var" / "sent").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def entries(self) -> list[dict[str, Any]]:
        return list(json.loads(self.run("entries", "--json")))


def table(heading: str, above: Sequence[str], *rows: Sequence[str]) -> bytes:
    """A form as a .docx: lines above a table."""
    paper = docx.Document()
    for line in (heading, *above):
        paper.add_paragraph(line)
    grid = paper.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def said(letter: EmailMessage) -> str:
    """Subject, text and page of a letter."""
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join([str(letter["Subject"]), *(str(body.get_content()) for body in bodies if body is not None)])


def sheets(path: Path) -> Iterator[list[str]]:
    for sheet in load_workbook(path).worksheets:
        yield [sheet.title]
        for row in sheet.iter_rows(values_only=True):
            yield [str(value) for value in row if value is not None]


HEADS = ("Film title", "Category", "Author", "Year made", "Contact", "Link to the film")


@pytest.fixture(name="english")
def _english(tmp_path: Path) -> Campaign:
    return Campaign("english", tmp_path, datetime(2025, 9, 1, 10, tzinfo=ZoneInfo("Europe/London")))


def test_an_english_campaign_says_everything_in_english(english: Campaign, tmp_path: Path) -> None:
    entered = table(
        "Entry form",
        ["Organisation: Hill Forge Ltd"],
        HEADS,
        ("The Anvil", "☑Craft  □Machines", "Jane Doe", "2024", "John Smith", ""),
        ("Steam Again", "□Craft  ☑Machines", "", "2025", "John Smith", ""),
    )
    whole = film("anvil", seconds=40, size="960x720")
    short = film("steam", seconds=12, size="640x360")
    english.receive(
        mail(
            ("Entry form.docx", entered), ("The Anvil.mp4", whole), ("Steam Again.mp4", short),
            subject="Our films", body="Please find our films attached.", sender="John Smith <john@forge.example.org>",
        ),
        mail(subject="Question", body="How can I take part?", sender="Ann Lee <ann@example.org>"),
    )  # fmt: skip
    assert [(one["title"], one["themes"], one["status"], one["unit"]) for one in english.entries()] == [
        ("The Anvil", ["Craft"], "accepted", "Hill Forge Ltd"),
        ("Steam Again", ["Machines"], "rejected", "Hill Forge Ltd"),
    ]
    assert english.entries()[0]["extra"] == {"author": "Jane Doe", "year": "2024"}
    letters = english.letters()
    assert {str(letter["Content-Language"]) for letter in letters} == {"en"}
    assert [CHINESE.findall(said(letter)) for letter in letters] == [[], []]
    films, question = sorted(map(said, letters), key=lambda text: "Question" in text)
    assert films.startswith("[Partly accepted] FW-2025-001 and 1 more Re: Our films\nDear John Smith,")
    for told in ("Author: Jane Doe", "at least 720 lines are asked for", "the minimum is 30 s", "author is left blank"):
        assert told.lower() in films.lower(), told
    assert "1080" not in films + question
    assert "at least 720 lines, 16:9 or 9:16 or 4:3" in question

    english.run("digest", "--preview", tmp_path / "digest", "--date", "2025-09-01")
    shown = "\n".join(path.read_text() for path in (tmp_path / "digest").iterdir() if path.suffix in {".txt", ".html"})
    assert "Craft: 1 received, 1 accepted" in shown
    assert CHINESE.findall(shown) == []
    (book,) = (tmp_path / "digest").glob("*.xlsx")
    rows = list(sheets(book))
    assert any({"Author", "Year made"} <= set(row) for row in rows)
    assert any({"Jane Doe", "2024"} <= set(row) for row in rows)
    assert [text for row in rows for text in row if CHINESE.search(text)] == []

    english.run("export", tmp_path / "package")
    assert [path.suffix for path in (tmp_path / "package" / "works").glob("FW-2025-001*")] == [".mp4"]


def test_an_english_film_without_its_form_gets_the_form_and_sends_it_back(english: Campaign) -> None:
    english.receive(
        mail(("The Loom.mp4", film("loom", seconds=40, size="960x720")), subject="Film", body="Here is our film.",
             sender="Jane Doe <jane@loom.example.org>")
    )  # fmt: skip
    (letter,) = english.letters()
    assert str(letter["Subject"]).startswith("[Please complete] FW-2025-001 Re: Film")
    (form,) = letter.iter_attachments()
    assert form.get_filename() == "Entry form.docx"
    paper = docx.Document(io.BytesIO(form.get_content()))
    head, row, *_ = paper.tables[0].rows
    assert [cell.text for cell in head.cells] == [
        "Film title",
        "Category",
        "Author",
        "Year made",
        "Contact",
        "Link to the film",
    ]
    assert [cell.text for cell in row.cells][:2] == ["The Loom", "□Craft  □Machines"]
    for place, text in ((1, "☑Craft  □Machines"), (2, "Jane Doe"), (4, "Jane Doe")):
        row.cells[place].text = text
    out = io.BytesIO()
    paper.save(out)
    english.receive(
        mail(("Entry form.docx", out.getvalue()), subject=f"Re: {letter['Subject']}", body="Filled in, thank you.",
             sender="Jane Doe <jane@loom.example.org>", answers=str(letter["Message-ID"]))
    )  # fmt: skip
    (entry,) = english.entries()
    assert (entry["title"], entry["themes"], entry["status"]) == ("The Loom", ["Craft"], "accepted")
    assert str(english.letters()[-1]["Subject"]) == "[Accepted] FW-2025-001 Re: Film"


def test_a_students_contest_asks_for_its_own_fields(tmp_path: Path) -> None:
    students = Campaign("students", tmp_path, datetime(2025, 11, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")))
    entered = table(
        "参赛作品报名表",
        [],
        ("作品名称", "组别", "作者", "学校", "指导老师", "作品简介", "联系电话"),
        ("晨光里的车间", "☑本科组 □高职组", "李四", "云岭大学", "赵六", "一位钳工的早晨。", "13800000001"),
        ("渡口", "□本科组 ☑高职组", "", "云岭职业学院", "", "", "13800000002"),
    )
    first, second = film("晨光", seconds=40, size="1920x1080"), film("渡口", seconds=40, size="1920x1080")
    students.receive(
        mail(
            ("报名表.docx", entered),
            ("晨光里的车间.mp4", first),
            ("渡口.mp4", second),
            subject="参赛",
            sender="li@example.org",
        )
    )
    told = {one["title"]: one for one in students.entries()}
    whole, lacking = told["晨光里的车间"], told["渡口"]
    assert (whole["status"], whole["unit"], whole["themes"]) == ("accepted", "云岭大学", ["本科组"])
    assert whole["extra"] == {"author": "李四", "teacher": "赵六", "summary": "一位钳工的早晨。"}
    assert (lacking["status"], lacking["reasons"]) == ("incomplete", ["row-field-missing"])
    (letter,) = students.letters()
    text = said(letter)
    for words in ("作者：李四", "指导教师：赵六", "组别：本科组", "学校：云岭大学", "未填写“作者”", "同学，您好："):
        assert words in text, words
    assert "征选主题" not in text
    assert "推荐汇总表" not in text

    quoted = letter.get_body(("plain",))
    assert quoted is not None
    body = f"您好，第2件 作者：周七，谢谢。\n\n------------------ 原始邮件 ------------------\n{quoted.get_content()}"
    thread = str(letter["Message-ID"])
    students.receive(mail(subject=f"Re: {letter['Subject']}", body=body, sender="li@example.org", answers=thread))
    assert {one["title"]: one["status"] for one in students.entries()}["渡口"] == "accepted"
    confirmed = students.letters()[-1]
    assert str(confirmed["Subject"]) == f"【已受理】{lacking['number']} 回复：参赛"
    assert f"{lacking['number']} 作者：（空） → 周七" in said(confirmed)

    students.run("edit", lacking["number"], "--set", "指导老师=孙八")
    students.run("digest", "--preview", tmp_path / "digest", "--date", "2025-11-01")
    (book,) = (tmp_path / "digest").glob("*.xlsx")
    rows = list(sheets(book))
    assert any(
        {"作者", "指导教师", "作品简介", "组别"} <= {text.removesuffix("（可多选）") for text in row} for row in rows
    )
    assert any({"周七", "孙八", "渡口"} <= set(row) for row in rows)
    students.run("export", tmp_path / "package")
    assert len(list((tmp_path / "package" / "works").glob("YLWS-2025-*.mp4"))) == 2
