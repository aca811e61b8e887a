"""Forms of campaigns with fields of their own: an English one, a Chinese student contest, one without a choice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as Word
from openpyxl import Workbook

from mailbot.extract.kind import file_type
from mailbot.form.clerk import interpret
from mailbot.form.read import read_body, read_document
from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.layout.typed import of_text
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField, FormRules
from mailbot.model.document import Block, Document, of_texts
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormRow
from mailbot.text.labels import vocabulary_of
from tests.make.pdf import EDGES, TOPS, saved

ENGLISH = FormRules(
    CampaignForm(
        (
            FormField("title", "Title", FieldKind.TITLE, required=True),
            FormField("author", "Author", also=("Directed by",), required=True),
            FormField("school", "School"),
            FormField("category", "Category", FieldKind.CHOICE, required=True),
            FormField("link", "Link", FieldKind.LINK),
            FormField("phone", "Phone", FieldKind.PHONE),
        )
    ),
    ("Documentary", "Fiction"),
)
CONTEST = FormRules(
    CampaignForm(
        (
            FormField("title", "作品名称", FieldKind.TITLE, required=True),
            FormField("author", "作者", also=("主创",), required=True),
            FormField("school", "学校"),
            FormField("teacher", "指导教师"),
            FormField("summary", "作品简介"),
            FormField("group", "组别", FieldKind.CHOICE, required=True),
            FormField("made", "完成日期", FieldKind.DATE),
            FormField("crew", "参演人数", FieldKind.NUMBER),
            FormField("phone", "联系电话", FieldKind.PHONE, required=True),
        )
    ),
    ("小学组", "初中组", "高中组"),
)
WITHOUT_CHOICE = FormRules(
    CampaignForm(tuple(one for one in CONTEST.form.fields if one.kind is not FieldKind.CHOICE)), CONTEST.themes
)
HEAD = ("Title", "Author", "School", "Category (tick one)", "Link", "Phone")
STEEL = ("Steel", "Ann Lee", "Yunling No. 1", "☑ Documentary  ☐ Fiction", "https://v.example.com/1", "+44 20 7946 0000")
RIVERS = ("Rivers", "Bo Wang", "Second High", "fiction", "", "13800000002")
WORKS = (
    FormRow("Steel", ("Documentary",), "https://v.example.com/1", "", "+442079460000",
            extra={"author": "Ann Lee", "school": "Yunling No. 1"}),
    FormRow("Rivers", ("Fiction",), "", "", "13800000002", extra={"author": "Bo Wang", "school": "Second High"}),
)  # fmt: skip


def docx(path: Path) -> None:
    document = Word()
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in (HEAD, STEEL, RIVERS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))


def xlsx(path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Entries", 0)
    for row in (HEAD, STEEL, RIVERS):
        sheet.append(row)
    book.save(path)


def html(path: Path) -> None:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEAD, STEEL, RIVERS))
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")


def typed(path: Path) -> None:
    path.write_text("\n".join("\t".join(row) for row in (HEAD, STEEL, RIVERS)), encoding="utf-8")


def lines(path: Path) -> None:
    labels = [head.partition(" (")[0] for head in HEAD]
    works = ["\n".join(f"{label}: {text}" for label, text in zip(labels, row, strict=True)) for row in (STEEL, RIVERS)]
    path.write_text("\n\n".join(works), encoding="utf-8")


@pytest.mark.parametrize("make", [docx, xlsx, html, typed, lines], ids=lambda make: make.__name__)
def test_an_english_form_reads_in_every_format(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "entry"
    make(path)
    reading = read_document(path, file_type(path), ENGLISH)
    assert reading.form is not None
    assert (reading.form.rows, reading.findings) == (WORKS, ())


def test_an_english_page_reads_by_its_gutters() -> None:
    lefts = (0, 100, 220, 360, 620, 900)
    letters = [
        Glyph(letter, Rectangle(left + 8 * at, top, left + 8 * at + 8, top + 10))
        for top, row in ((0, HEAD), (30, STEEL), (60, RIVERS))
        for left, text in zip(lefts, row, strict=True)
        for at, letter in enumerate(text)
        if letter != " "
    ]
    words = vocabulary_of(ENGLISH)
    form = interpret(Document(tuple(blocks_of([UprightPage(1100, tuple(letters))], words))), words).form
    assert form is not None
    assert [(row.title, row.themes) for row in form.rows] == [("Steel", ("Documentary",)), ("Rivers", ("Fiction",))]


def test_an_english_mail_may_hold_its_form() -> None:
    text = (
        "Dear all,\n\nTitle: Rivers\nDirected by: Bo Wang\nSchool: Second High\nCategory: Fiction\nPhone: 13800000002\n"
    )
    form = read_body(f"{text}\nKind regards", "", ENGLISH).form
    assert form is not None
    assert form.rows == WORKS[1:]


def test_a_letter_about_titles_and_authors_is_no_form() -> None:
    text = "Dear all,\nplease note: each title needs an author.\nPhone: 13800000002\n"
    assert read_body(text, "", ENGLISH).form is None


def contest(*blocks: Block, rules: FormRules = CONTEST) -> tuple[FormRow, ...]:
    form = interpret(Document(blocks), vocabulary_of(rules)).form
    assert form is not None
    return form.rows


SPRING = FormRow("春天", ("初中组",), "", "", "13800000001", extra={"author": "李小红", "school": "云岭一中"})


def test_own_fields_are_columns_whatever_is_added_to_their_labels() -> None:
    head = ["序号", "作品名称", "作者姓名（不超过3人）", "所在学校", "组别", "联系电话"]
    assert contest(of_texts([head, ["1", "春天", "李小红", "云岭一中", "初中组", "13800000001"]])) == (SPRING,)


def test_own_fields_stand_beside_their_labels() -> None:
    card = of_texts(
        [["作品名称", "春天", "组别", "□小学组 ☑初中组 □高中组"], ["主创", "李小红", "学校", "云岭一中"],
         ["联系电话", "13800000001", "作品简介", "主题：成长。作者：许多人"]]
    )  # fmt: skip
    assert contest(card) == (
        FormRow(
            "春天", ("初中组",), "", "", "13800000001", extra={**SPRING.extra, "summary": "主题：成长。作者：许多人"}
        ),
    )


def test_a_summary_may_speak_of_themes_in_the_midst_of_a_sentence() -> None:
    rows = contest(
        *["作品名称：春天", "作者：李小红，学校：云岭一中", "组别：初中组", "作品简介：讲述春天，主题：成长"]
    )
    assert [dict(row.extra) for row in rows] == [{**SPRING.extra, "summary": "讲述春天，主题：成长"}]


def test_without_a_choice_no_theme_is_asked_for() -> None:
    head = ["作品名称", "作者", "学校", "主题", "联系电话"]
    table = of_texts([head, ["春天", "李小红", "云岭一中", "成长", "13800000001"]])
    wanted = FormRow("春天", (), "", "", "13800000001", extra=SPRING.extra)
    assert contest(table, rules=WITHOUT_CHOICE) == (wanted,)
    below = "作品名称：\n春天\n作者：\n李小红\n学校：\n云岭一中\n联系电话：\n13800000001"
    assert contest(*below.split("\n"), rules=WITHOUT_CHOICE) == (wanted,)
    document = of_text(below.replace("：\n", "："), vocabulary_of(WITHOUT_CHOICE))
    assert contest(*document.blocks, rules=WITHOUT_CHOICE) == (wanted,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024年7月1日", "2024-07-01"), ("2024/7/1", "2024-07-01"), ("2024.07.01", "2024-07-01"),
        ("20240701", "2024-07-01"), ("2024-07-01 00:00:00", "2024-07-01"), ("2024年7月", "2024-07"),
        ("２０２４年７月１日", "2024-07-01"), ("July 1, 2024", "2024-07-01"), ("1 Jul 2024", "2024-07-01"),
        ("1st July 2024", "2024-07-01"),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(text: str, wanted: str) -> None:
    assert made(text, "3") == ({"made": wanted, "crew": "3"}, ())


@pytest.mark.parametrize(
    ("text", "wanted"), [("3人", "3"), ("１２", "12"), ("1,200", "1200"), ("12.0", "12"), ("2.5", "2.5")]
)
def test_a_number_is_read_as_people_write_it(text: str, wanted: str) -> None:
    assert made("2024-07-01", text) == ({"made": "2024-07-01", "crew": wanted}, ())


@pytest.mark.parametrize(("date", "crew", "doubts"), [("待定", "3", ("made",)), ("1/7/2024", "若干", ("made", "crew")),
                                                      ("2024年13月1日", "3", ("made",))])  # fmt: skip
def test_what_is_no_date_or_number_is_kept_and_doubted(date: str, crew: str, doubts: tuple[str, ...]) -> None:
    assert made(date, crew) == ({"made": date, "crew": crew}, doubts)


def made(date: str, crew: str) -> tuple[dict[str, str], tuple[str, ...]]:
    head = ["作品名称", "完成日期", "参演人数", "组别"]
    [row] = contest(of_texts([head, ["春天", date, crew, "初中组"]]))
    return dict(row.extra), row.doubts


def test_the_same_as_above_counts_for_own_fields_too() -> None:
    head = ["作品名称", "作者", "学校", "组别"]
    rows = contest(of_texts([head, ["春天", "李小红", "云岭一中", "初中组"], ["夏天", "王小明", "同上", "高中组"]]))
    assert [row.extra["school"] for row in rows] == ["云岭一中", "云岭一中"]


@pytest.mark.parametrize("blocks", [
    (of_texts([["作品名称", "作者", "学校", "组别"], *([f"作品{at}", "甲", "乙", "初中组"] for at in range(8))]),),
    tuple(text for at in range(8) for text in (f"作品名称：作品{at}", "组别：初中组", "作者：甲")),
    tuple(of_texts([["作品名称", "作者", "组别"], [f"作品{at}", "甲", "初中组"]]) for at in range(8)),
])  # fmt: skip
def test_works_beyond_the_limit_are_told_not_read(blocks: tuple[Block, ...]) -> None:
    reading = interpret(Document(blocks), vocabulary_of(FormRules(CONTEST.form, CONTEST.themes, rows=5)))
    assert reading.form is not None
    assert len(reading.form.rows) == 5
    assert [(one.code, dict(one.details)) for one in reading.findings] == [(Code.FORM_TOO_LONG, {"rows": 5})]


def test_an_english_form_of_own_fields_as_a_pdf(tmp_path: Path) -> None:
    lines = (
        ("Title", "Category", "", "Author", "Phone"),
        ("Steel", "■ Documentary □ Fiction", "", "Ann Lee", "13800000001"),
    )
    texts = [(40.0, 780.0, "Submission form")]
    for line, top in zip(lines, TOPS, strict=False):
        texts += [(left + 4.0, top - 18.0, cell) for left, cell in zip(EDGES, line, strict=False) if cell]
    reading = read_document(saved(tmp_path / "f", texts), FileType.PDF, ENGLISH)
    assert reading.form is not None
    assert reading.form.rows == (
        FormRow("Steel", ("Documentary",), "", "", "13800000001", extra={"author": "Ann Lee"}),
    )
