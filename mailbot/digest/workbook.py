"""The workbook 推荐汇总表.xlsx: the official form to be printed, then everything that mailbot knows, a sheet a subject.

Rows are written as they come and never held, styles are made once: a campaign of 100,000 works costs minutes of no
memory. Text that strangers wrote is written as text, whatever it begins with.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mailbot.digest.columns import Look, Row, SheetColumn, lines_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILENAME: Final = "推荐汇总表.xlsx"
ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST: Final = 32_767
"""Characters that a cell holds."""
LINE_POINTS: Final = 16
PAD_POINTS: Final = 4
"""Between a row's lines and its borders."""
A4: Final = 9
A3: Final = 8
A4_WIDTH: Final = 140
"""Characters of 11 pt side by side on A4 across; a wider sheet is printed on A3."""
BESIDE_CHART: Final = 60
"""Characters of a table beside which its chart still fits on the page; a wider one is printed without it."""
CHARTED: Final = 15
"""Units that the chart shows."""
EPOCH_SAFE: Final = 1900
"""Excel knows no earlier year."""
FONT: Final = {"font_name": "SimSun", "font_size": 11}
BOX: Final = {"border": 1, "border_color": "#999999", "valign": "vcenter"}
STYLES: Final[dict[Look, dict[str, Any]]] = {
    Look.TEXT: {**FONT, **BOX, "quote_prefix": True},
    Look.WRAPPED: {**FONT, **BOX, "quote_prefix": True, "text_wrap": True},
    Look.COUNT: {**FONT, **BOX, "align": "center", "num_format": "0"},
    Look.SECONDS: {**FONT, **BOX, "num_format": "0.0"},
    Look.MOMENT: {**FONT, **BOX, "num_format": "yyyy-mm-dd hh:mm:ss"},
    Look.DAY: {**FONT, **BOX, "num_format": "yyyy-mm-dd"},
}
HEAD: Final = {**FONT, **BOX, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
TITLE: Final = {"font_name": "SimHei", "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"}


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet's table.

    Attributes:
        name: of the sheet.
        columns: in order.
        rows: of as many values; read once.
        title: stands above it; empty where none does.
        official: a sheet to be printed and signed: wrapped, with heights.
        frozen: columns that stay in sight on the left.
        chart: what is drawn beside it: a chart's type and the columns of its names and of each series; None: nothing.
        charted: rows that it shows, from the first; 0: all.
    """

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Row]
    title: str = ""
    official: bool = False
    frozen: int = 1
    chart: tuple[str, int, tuple[int, ...]] | None = None
    charted: int = 0


class Book:
    """A workbook in the making."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._styles: dict[Look, Format] = {look: self._book.add_format(style) for look, style in STYLES.items()}
        self._head: Format = self._book.add_format(HEAD)
        self._title: Format = self._book.add_format(TITLE)

    def add(self, table: SheetTable) -> None:
        """Write a sheet."""
        sheet: Worksheet = self._book.add_worksheet(table.name)
        head = 2 if table.title else 0
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width)
        if table.title:
            sheet.set_row(0, 30)
            sheet.merge_range(0, 0, 0, len(table.columns) - 1, _plain(table.title), self._title)
        for index, column in enumerate(table.columns):
            sheet.write_string(head, index, _plain(column.label), self._head)
        last = head
        for last, row in enumerate(table.rows, start=head + 1):
            self._line(sheet, last, row, table)
        _lay_out(sheet, table, head, last)
        if table.chart is not None and last > head:
            sheet.insert_chart(head, len(table.columns) + 1, self._chart(table, *table.chart, head, last))

    def _line(self, sheet: Worksheet, number: int, row: Row, table: SheetTable) -> None:
        if table.official:
            lines = max(lines_of(value, one.width) for value, one in _beside(row, table))
            sheet.set_row(number, PAD_POINTS + LINE_POINTS * lines)
        for index, (value, column) in enumerate(_beside(row, table)):
            look = Look.WRAPPED if table.official and column.look is Look.TEXT else column.look
            style = self._styles[look]
            if value is None or value == "":
                sheet.write_blank(number, index, None, style)
            elif isinstance(value, str):
                sheet.write_string(number, index, _plain(value), style)
            elif isinstance(value, datetime):
                _put_moment(sheet, number, index, value, style)
            else:
                sheet.write_number(number, index, value, style)

    def _chart(self, table: SheetTable, kind: str, names: int, series: Sequence[int], head: int, last: int) -> Any:  # noqa: ANN401 - the library has a class a type
        end = min(last, head + table.charted) if table.charted else last
        chart = self._book.add_chart({"type": kind})
        for column in series:
            chart.add_series(
                {
                    "name": table.columns[column].label,
                    "categories": [table.name, head + 1, names, end, names],
                    "values": [table.name, head + 1, column, end, column],
                }
            )
        chart.set_title({"name": table.name, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": 360})
        if kind == "bar":
            chart.set_y_axis({"reverse": True})
        return chart

    def done(self) -> bytes:
        """The file."""
        self._book.close()
        return self._out.getvalue()


def _beside(row: Row, table: SheetTable) -> Iterable[tuple[Any, SheetColumn]]:
    return zip(row, table.columns, strict=True)


def _put_moment(sheet: Worksheet, number: int, index: int, value: datetime, style: Format) -> None:
    local = value.replace(tzinfo=None)
    if local.year < EPOCH_SAFE:
        sheet.write_string(number, index, local.isoformat(" "), style)
    else:
        sheet.write_datetime(number, index, local, style)


def _lay_out(sheet: Worksheet, table: SheetTable, head: int, last: int) -> None:
    """Heads that stay, filters, and a page that can be read: a wide sheet goes on A3."""
    sheet.freeze_panes(head + 1, table.frozen)
    sheet.autofilter(head, 0, max(last, head), len(table.columns) - 1)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    width = sum(column.width for column in table.columns)
    sheet.set_paper(A4 if width <= A4_WIDTH else A3)
    if width > BESIDE_CHART:
        sheet.print_area(0, 0, max(last, head), len(table.columns) - 1)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5 if table.title else 0.8, bottom=0.6)
    sheet.center_horizontally()
    if not table.title:
        sheet.set_header(f"&C&14{table.name.replace('&', '&&')}")
    sheet.set_footer("&C&P / &N")


def _plain(text: str) -> str:
    """A stranger's text without what XML forbids, as long as a cell bears."""
    return ILLEGAL.sub("", text)[:LONGEST]


def workbook(tables: Iterable[SheetTable]) -> bytes:
    """The workbook as an .xlsx, a sheet a table."""
    book = Book()
    for table in tables:
        book.add(table)
    return book.done()
