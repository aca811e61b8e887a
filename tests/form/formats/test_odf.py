"""OpenDocument: runs of blanks, repeated cells, spans, struck words, passwords."""

import zipfile
from pathlib import Path

import pytest

from mailbot.form.formats.odf import of_odf_xml
from mailbot.form.formats.package import parse
from mailbot.form.read import read_document
from mailbot.model.document import Fact, FactKind, Grid
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormRow
from tests.make.rules import official

RULES = official()
BASE = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = (
    " ".join(
        f'xmlns:{short}="{BASE}:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("draw", "drawing"),
        )
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
HEAD = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
STRIKE = '<style:text-properties style:text-line-through-style="solid"/>'
STYLE = f'<office:automatic-styles><style:style style:name="T1">{STRIKE}</style:style></office:automatic-styles>'
REST = '<table:table-cell table:number-columns-repeated="16384"/>'


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def written(path: Path, themes: str, link: str = "") -> None:
    rows = [
        row(cell("单位名称：云岭机械厂", ' table:number-columns-spanned="5"'),
            '<table:covered-table-cell table:number-columns-repeated="4"/>'),
        row(*map(cell, HEAD)),
        row(cell("百炼成钢"), cell(themes), f"<table:table-cell>{link}</table:table-cell>", cell("李小红"),
            '<table:table-cell office:value-type="float" office:value="13800000001"><text:p>1.4E10</text:p>'
            "</table:table-cell>"),
        f'<table:table-row table:number-rows-repeated="1048000">{REST}</table:table-row>',
    ]  # fmt: skip
    table = f"<table:table>{''.join(rows)}</table:table>"
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f"<office:document-content {NAMES}>{STYLE}{body}</office:document-content>")


def test_a_sheet_styled_to_its_end(tmp_path: Path) -> None:
    for themes in (
        '☑高端升级<text:s text:c="2"/>□数智赋能',
        '高端升级 <text:span text:style-name="T1">数智赋能</text:span>',
    ):
        written(tmp_path / "form.ods", themes)
        reading = read_document(tmp_path / "form.ods", FileType.ODS, RULES)
        assert reading is not None
        assert reading.form is not None
        assert reading.form.unit == "云岭机械厂"
        assert reading.form.rows == (FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001"),)


@pytest.mark.parametrize("look", ['font-weight="bold"', 'text-underline-style="solid"', 'background-color="#ffff00"'])
def test_a_choice_that_is_set_off_from_the_others_is_a_doubt(look: str) -> None:
    span = '<text:span text:style-name="T2">高端升级</text:span>'
    style = f'<style:style style:name="T2"><style:text-properties {look}/></style:style>'
    styles = f"<office:automatic-styles>{style}</office:automatic-styles>"
    table = f"<table:table>{row(cell(f'{span} 数智赋能'), cell(span), cell('高端升级'))}</table:table>"
    body = f"<office:body><office:text>{table}</office:text></office:body>"
    page = f"<office:document {NAMES}>{styles}{body}</office:document>"
    (grid,) = of_odf_xml(page.encode()).blocks
    assert isinstance(grid, Grid)
    assert [one.facts for one in grid.rows[0]] == [(Fact(FactKind.SET_OFF, "高端升级"),), (), ()]


def test_a_password(tmp_path: Path) -> None:
    path = tmp_path / "form.odt"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("content.xml", b"\x01\x02")
        package.writestr("META-INF/manifest.xml", "<manifest><file-entry><encryption-data/></file-entry></manifest>")
    reading = read_document(path, FileType.ODT, RULES)
    assert reading is not None
    assert [finding.code for finding in reading.findings] == [Code.FORM_ENCRYPTED]


def test_a_prefix_that_nobody_declared_is_no_damage() -> None:
    # as OpenOffice 2 wrote its manifests
    assert not parse(b'<manifest:manifest><manifest:file-entry manifest:full-path="/"/></manifest:manifest>')[1]
    assert parse(b"<a><b></a>")[1]


@pytest.mark.parametrize(("behind", "titles"), [("", ["光的重量"]), ("#1f4e79", ["光的重量", "一炉好钢"])])
def test_white_letters_on_white_are_no_work_but_a_doubt(behind: str, titles: list[str], tmp_path: Path) -> None:
    shade = f'<style:table-cell-properties background-color="{behind}"/>' if behind else ""
    style = f'<style:style style:name="W"><style:text-properties color="#ffffff"/>{shade}</style:style>'
    styles = f"<office:automatic-styles>{style}</office:automatic-styles>"
    works = [("光的重量", ""), ("一炉好钢", ' table:style-name="W"')]
    lines = [[cell(text, look) for text in (title, "√高端升级", "", "李小红", "13800000001")] for title, look in works]
    table = f"<table:table>{row(*map(cell, HEAD))}{''.join(row(*line) for line in lines)}</table:table>"
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    path = tmp_path / "f.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f"<office:document-content {NAMES}>{styles}{body}</office:document-content>")
    reading = read_document(path, FileType.ODS, RULES)
    assert reading.form is not None
    assert [one.title for one in reading.form.rows] == titles
    assert ("hidden" in {one.details.get("why") for one in reading.findings}) is (len(titles) == 1)
