"""The campaign's form, 附件2 推荐汇总表, filled in: as a Word file, as a workbook, and as text for a mail's body."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from docx import Document
from openpyxl import Workbook

TITLE: Final = "推荐汇总表"
HEAD: Final = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
THEMES: Final = ("高端升级", "数智赋能", "绿色低碳")


@dataclass(frozen=True, slots=True)
class Row:
    """One work in the form.

    Attributes:
        title: 视频作品名称.
        themes: the ticked ones.
        contact: 联系人.
        phone: 手机号码.
        link: 视频链接.
    """

    title: str
    themes: tuple[str, ...]
    contact: str
    phone: str
    link: str = ""

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """As the form's columns have them."""
        ticks = "  ".join(f"{'☑' if theme in self.themes else '□'}{theme}" for theme in THEMES)
        return (self.title, ticks, self.link, self.contact, self.phone)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A filled-in form.

    Attributes:
        unit: 单位名称.
        recommender: 推荐单位联系人及联系方式.
        rows: one a work.
    """

    unit: str
    rows: Sequence[Row]
    recommender: str = ""

    @property
    def head_lines(self) -> tuple[str, str]:
        """What stands above the table."""
        return (f"单位名称：{self.unit}", f"推荐单位联系人及联系方式：{self.recommender}")


def as_docx(form: FilledForm) -> bytes:
    """The form as a Word file."""
    document = Document()
    document.add_heading(TITLE, level=1)
    for line in form.head_lines:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(HEAD), style="Table Grid")
    for texts in (HEAD, *(row.cells for row in form.rows)):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def as_xlsx(form: FilledForm) -> bytes:
    """The form as a workbook."""
    book = Workbook()
    sheet = book.create_sheet(TITLE, 0)
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEAD))
    for line in form.head_lines:
        sheet.append([line])
    for texts in (HEAD, *(row.cells for row in form.rows)):
        sheet.append(list(texts))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def as_html(form: FilledForm) -> str:
    """The form as a table pasted into a mail's body."""
    lines = "".join(f"<p>{line}</p>" for line in (TITLE, *form.head_lines))
    rows = "".join(
        "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"
        for texts in (HEAD, *(row.cells for row in form.rows))
    )
    return f'{lines}<table border="1">{rows}</table>'


def as_text(form: FilledForm) -> str:
    """The same table as a mail program makes plain text of it."""
    rows = "\n".join("\t".join(texts) for texts in (HEAD, *(row.cells for row in form.rows)))
    return "\n".join((TITLE, *form.head_lines, rows))
