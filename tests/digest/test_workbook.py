"""推荐汇总表.xlsx, read back."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from mailbot.digest.workbook import COLUMNS, HEADER_ROW, workbook
from tests.make.ledger import THEMES

WORDS = {"video-too-short": "时长不足"}
OFFICIAL = ["视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码"]
ROW: dict[str, Any] = {
    "number": "GYQG-2024-0001", "title": "智造未来", "themes": ["数智赋能", "绿色低碳"], "unit": "某某公司",
    "recommender": "张老师 010-00000000", "contact": "王一鸣", "phone": "13800000001", "sender": "maker@example.com",
    "status": "rejected", "status_label": "不符合要求", "duration": 42.5, "width": 1920, "height": 1080,
    "aspect": "16:9", "received_at": "2024-06-01T12:00:00+08:00", "reasons": ["video-too-short", "odd-code"],
    "link": "https://pan.example.com/s/1 a1b2",
}  # fmt: skip


def cells(*rows: dict[str, Any], units: list[dict[str, Any]] | None = None) -> list[list[Cell]]:
    book = load_workbook(io.BytesIO(workbook("征选活动", rows, THEMES, WORDS, units or ())))
    return [list(line) for line in book.worksheets[0].iter_rows()]  # type: ignore[arg-type]


def test_the_official_columns_come_first_in_their_order() -> None:
    head = [cell.value for cell in cells()[HEADER_ROW - 1]]
    assert head == [label for label, _ in COLUMNS]
    assert [label for label in head if label in OFFICIAL] == OFFICIAL
    assert cells()[0][0].value == "征选活动推荐汇总表"


def test_a_work_is_told_in_a_line() -> None:
    assert [cell.value for cell in cells(ROW)[HEADER_ROW]] == [
        1, "某某公司", "张老师 010-00000000", "智造未来", "□高端升级  ☑数智赋能  ☑绿色低碳",
        "https://pan.example.com/s/1 a1b2", "王一鸣", "13800000001", "GYQG-2024-0001", "不符合要求", "42.5 秒",
        "1920×1080", "16:9", "2024-06-01 12:00", "maker@example.com", "时长不足、odd-code",
    ]  # fmt: skip


def test_a_work_without_a_video_has_blanks() -> None:
    line = cells({**ROW, "duration": None, "width": None, "height": None, "aspect": ""})[HEADER_ROW]
    assert [cell.value or "" for cell in line[10:13]] == ["", "", ""]


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("http://evil.example","点击")',
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        '\x01=HYPERLINK("http://evil.example")',
        "\x00\x02=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "{=1+1}",
    ],
)
def test_a_strangers_text_is_never_a_formula(hostile: str) -> None:
    fields = ("title", "unit", "recommender", "contact", "phone", "link", "sender")
    line = cells({**ROW, **dict.fromkeys(fields, hostile)}, units=[{"unit": hostile, "received": 1}])[HEADER_ROW]
    assert {cell.data_type for cell in line[1:]} <= {"s", "inlineStr"}
    told = [cell for cell in line if "=" in str(cell.value) or "SUM" in str(cell.value)]
    assert all(cell.quotePrefix or not str(cell.value).startswith(("=", "+", "-", "@", "\t", "\r")) for cell in told)


def test_no_formula_stands_in_the_file_itself() -> None:
    raw = workbook("=1+1", [{**ROW, "title": "\x01=1+1"}], THEMES, WORDS, [{"unit": "\x01=2+2", "received": 1}])
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 2
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_text_makes_a_workbook_that_opens(text: str) -> None:
    line = cells({**ROW, "title": text, "unit": text})[HEADER_ROW]
    kept = "".join(character for character in text if character.isprintable() and character not in "\\_")
    assert all(character in str(line[3].value or "") for character in kept)
    assert line[3].data_type != "f"


def test_a_second_sheet_counts_the_units() -> None:
    units = [
        {"unit": "甲公司", "received": 3, "accepted": 2, "绿色低碳": 1},
        {"unit": "", "received": 1, "accepted": 0, "绿色低碳": 0},
    ]
    book = load_workbook(io.BytesIO(workbook("征选活动", [ROW], THEMES, WORDS, units)))
    assert book.sheetnames == ["推荐汇总表", "单位统计"]
    assert list(book["单位统计"].values) == [
        ("单位名称", "收到", "已受理", "绿色低碳"),
        ("甲公司", 3, 2, 1),
        ("（个人或未填）", 1, 0, 0),
    ]


def test_a_very_long_text_is_cut_and_not_refused() -> None:
    assert len(str(cells({**ROW, "title": "长" * 40_000})[HEADER_ROW][3].value)) == 32_767


def test_a_row_is_as_high_as_its_longest_wrapped_text() -> None:
    long = {**ROW, "recommender": "云岭市工业和信息化局科技科 吴敏 0571-00000000"}
    book = load_workbook(io.BytesIO(workbook("征选活动", (ROW, long), THEMES, WORDS)))
    heights = [book.worksheets[0].row_dimensions[HEADER_ROW + number].height for number in (1, 2)]
    assert heights == [30, 30]
    plain = {**ROW, "link": "", "sender": "a@b.cn"}
    book = load_workbook(io.BytesIO(workbook("征选活动", (plain,), THEMES, WORDS)))
    assert book.worksheets[0].row_dimensions[HEADER_ROW + 1].height == 15
