"""The workbook 推荐汇总表.xlsx: every work in the official form's columns, then what mailbot knows of it."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.templating import clock

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILENAME: Final = "推荐汇总表.xlsx"
COLUMNS: Final = (
    ("序号", 6),
    ("单位名称", 28),
    ("推荐单位联系人及联系方式", 26),
    ("视频作品名称", 30),
    ("征选主题（可多选）", 36),
    ("视频链接", 24),
    ("联系人", 12),
    ("手机号码", 16),
    ("作品编号", 16),
    ("审核结果", 12),
    ("时长", 14),
    ("画面尺寸", 14),
    ("画幅", 8),
    ("收到时间", 18),
    ("报送邮箱", 26),
    ("说明", 40),
)
HEADER_ROW: Final = 3
LINE_POINTS: Final = 15
FORMULA: Final = re.compile(r"^[=+\-@\t\r]")
ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TITLE_FONT: Final = Font(name="SimHei", size=16, bold=True)
HEAD_FONT: Final = Font(name="SimSun", size=11, bold=True)
BODY_FONT: Final = Font(name="SimSun", size=11)
SHADE: Final = PatternFill("solid", fgColor="F2F2F2")
LINE: Final = Side(style="thin", color="999999")
BOX: Final = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def workbook(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    themes: Sequence[str],
    words: "Mapping[str, str]",
    units: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The workbook as an .xlsx.

    Args:
        name: of the campaign.
        rows: of the view `entry_list`, each with `link` and `status_label` besides, themes and reasons as lists.
        themes: the campaign's, for the tick boxes.
        words: a finding's code -> its name in Chinese.
        units: rows of the view `unit_totals`, for the second sheet; none leaves it out.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "推荐汇总表"
    _head(sheet, f"{name}推荐汇总表")
    for index, row in enumerate(rows, start=1):
        _line(sheet, HEADER_ROW + index, _values(index, row, themes, words))
    sheet.freeze_panes = f"E{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(COLUMNS))}{HEADER_ROW + len(rows)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    if units:
        _units(book.create_sheet("单位统计"), units)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, title: str) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    cell = sheet.cell(1, 1)
    _put(cell, title)
    cell.font = TITLE_FONT
    cell.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    for column, (label, width) in enumerate(COLUMNS, start=1):
        head = sheet.cell(HEADER_ROW, column, label)
        head.font, head.fill, head.border = HEAD_FONT, SHADE, BOX
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _values(
    index: int, row: Mapping[str, Any], themes: Sequence[str], words: Mapping[str, str]
) -> list[str | float | None]:
    ticks = "  ".join(f"{'☑' if theme in row['themes'] else '□'}{theme}" for theme in themes)
    return [
        index,
        row["unit"],
        row["recommender"],
        row["title"],
        ticks,
        row["link"],
        row["contact"],
        row["phone"],
        row["number"],
        row["status_label"],
        clock(row["duration"]) if row["duration"] else "",
        f"{row['width']}×{row['height']}" if row["width"] else "",
        row["aspect"],
        datetime.fromisoformat(row["received_at"]).strftime("%Y-%m-%d %H:%M"),
        row["sender"],
        "、".join(words.get(code, code) for code in row["reasons"]),
    ]


def _line(sheet: Worksheet, number: int, values: Sequence[str | float | None]) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        _put(cell, value)
        cell.font, cell.border = BODY_FONT, BOX
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    # a sheet without heights is shown with rows of one line by some office programs, its wrapped cells cut
    sheet.row_dimensions[number].height = LINE_POINTS * max(
        _lines(str(value or ""), width)
        for value, (_, width) in zip(values, COLUMNS, strict=False)  # another sheet has fewer, and short ones
    )


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column so many digits wide; a Chinese character is as wide as two digits."""
    wide = (sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) for line in text.split("\n"))
    return sum(max(-(-length // (width - 1)), 1) for length in wide)


def _put(cell: Cell | MergedCell, value: str | float | None) -> None:
    """Write a stranger's text as text: never as a formula, and without what XML forbids."""
    if isinstance(value, str):
        plain = ILLEGAL.sub("", value)
        cell.value = plain
        if FORMULA.match(plain):
            cell.data_type = "s"
            cell.quotePrefix = True
    else:
        cell.value = value


def _units(sheet: Worksheet, units: Sequence[Mapping[str, Any]]) -> None:
    labels = {"unit": "单位名称", "received": "收到", "accepted": "已受理", "rejected": "不符合要求",
              "review": "待人工复核", "incomplete": "材料不全"}  # fmt: skip
    for column, key in enumerate(units[0], start=1):
        head = sheet.cell(1, column, labels.get(key, key))
        head.font, head.fill, head.border = HEAD_FONT, SHADE, BOX
        sheet.column_dimensions[get_column_letter(column)].width = 28 if column == 1 else 12
    for number, unit in enumerate(units, start=2):
        _line(sheet, number, [value or "（个人或未填）" if key == "unit" else value for key, value in unit.items()])
