"""Files of rare makes: what a library refuses, what programs left out, parts that are broken."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from mailbot.form.formats.package import MIB, PARTS, Bounded, Package, PackageBroken
from mailbot.form.formats.rtf import read_rtf
from mailbot.form.formats.xls import LARGE, SheetBroken, read_xls
from mailbot.form.formats.xlsx import read_xlsx
from mailbot.form.read import read_body, read_document
from mailbot.model.document import STRUCK_CLOSE, STRUCK_OPEN, Document, Grid
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormRow
from tests.make.rules import official

ONE = FormRow("百炼成钢", ("高端升级",), "https://pan.example.com/1", "李小红", "13800000001")


def texts(document: Document) -> list[list[str]]:
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    return [[cell.text for cell in row] for row in grid.rows]


def refused(path: Path) -> None:
    """A workbook of all kinds of cells, of which a program left out what openpyxl wants."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["视频作品名称", "征选主题", "视频链接", "联系人", "手机号码", "旧"])
    sheet.append(["百炼成钢", None, "点击", "李小红", 13800000001, "旧"])
    sheet["B2"] = CellRichText(
        TextBlock(InlineFont(rFont="Wingdings 2"), "R"), TextBlock(InlineFont(), "高端升级 "),
        TextBlock(InlineFont(strike=True), "数智赋能"), " ", TextBlock(InlineFont(strike=True), "绿色低碳"),
    )  # fmt: skip
    sheet["C2"].hyperlink = "https://pan.example.com/1"
    sheet.append(["二", True, '=HYPERLINK("https://pan.example.com/2","看")', "=1/0", "138 0000 0002", "旧"])
    sheet.append(["三", "高端升级", None, None, None, None])
    sheet["D4"] = "王小明"
    sheet["D4"].font = Font(strike=True)
    sheet.merge_cells("A4:A5")
    sheet.column_dimensions["F"].hidden = True
    sheet.row_dimensions[1].height = 30
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist() if name != "[Content_Types].xml"}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def test_a_workbook_that_openpyxl_refuses_is_read_with_its_looks_links_and_merges(tmp_path: Path) -> None:
    refused(tmp_path / "f")
    document = read_xlsx(tmp_path / "f")
    struck = f"{STRUCK_OPEN}数智赋能{STRUCK_CLOSE} {STRUCK_OPEN}绿色低碳{STRUCK_CLOSE}"
    assert texts(document)[1:] == [
        ["百炼成钢", f"☑高端升级 {struck}", "点击", "李小红", "13800000001"],
        ["二", "☑", "https://pan.example.com/2", "", "138 0000 0002"],
        ["三", "高端升级", "", f"{STRUCK_OPEN}王小明{STRUCK_CLOSE}", ""],
        ["三", "", "", "", ""],
    ]
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [row[2].link for row in grid.rows[1:3]] == ["https://pan.example.com/1", "https://pan.example.com/2"]
    assert read_document(tmp_path / "f", FileType.XLSX, official()).form is not None


def old(path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    for row, line in enumerate((("作品名称", "勾选", "手机"), ("百炼成钢", True, 13800000001), ("二", False, 0.5))):
        for column, value in enumerate(line):
            sheet.write(row, column, value)
    sheet.write_merge(3, 4, 0, 0, "三")
    book.save(str(path))


WORKBOOK = [
    ["作品名称", "勾选", "手机"],
    ["百炼成钢", "☑", "13800000001"],
    ["二", "□", "0.5"],
    ["三", "", ""],
    ["三", "", ""],
]


def test_a_large_old_workbook_is_read_without_its_looks(tmp_path: Path) -> None:
    old(tmp_path / "f")
    assert texts(read_xls(tmp_path / "f")) == WORKBOOK
    with (tmp_path / "f").open("ab") as file:
        file.truncate(LARGE + 512)
    assert texts(read_xls(tmp_path / "f")) == WORKBOOK


def beyond_the_last_column(content: bytearray) -> None:
    cell = content.index(b"\xfd\x00\x0a\x00") + 4
    content[cell : cell + 4] = b"\xff\xff\xff\xff"


def endless_container(content: bytearray) -> None:
    content[36:76] = b"a." * 20


@pytest.mark.parametrize("spoil", [beyond_the_last_column, endless_container])
def test_an_old_workbook_that_claims_endless_room_is_broken(
    spoil: Callable[[bytearray], None], tmp_path: Path, samples: Path
) -> None:
    """Calamine would ask for gigabytes, and take its process with it."""
    content = bytearray((samples / "legacy.xls").read_bytes())
    spoil(content)
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(SheetBroken):
        read_xls(tmp_path / "f")


# --- packages ---


def package(parts: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return path


def test_a_part_is_found_whatever_its_case_and_slashes(tmp_path: Path) -> None:
    with Package(package({"Word\\Document.xml": b"<a/>"}, tmp_path / "f")) as opened:
        assert (opened.data("/word/document.XML"), opened.size("word/document.xml")) == (b"<a/>", 4)
        assert (opened.size("none"), opened.data("none"), opened.xml("none")) == (0, None, None)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"no XML at all"])
def test_a_part_that_is_no_xml_is_none(data: bytes, tmp_path: Path) -> None:
    with Package(package({"a.xml": data}, tmp_path / "f")) as opened:
        assert opened.xml("a.xml") is None


def test_an_encrypted_or_a_broken_part_is_refused(tmp_path: Path) -> None:
    path = package({"a.xml": b"<a/>" * 99}, tmp_path / "f")
    whole = path.read_bytes()
    directory = whole.rindex(b"PK\x01\x02") + 8
    for broken in (whole[:directory] + b"\x01" + whole[directory + 1 :], whole.replace(b"a.xml", b"b.xml", 1),
                   whole[:35] + b"\xff" * 9 + whole[44:]):  # fmt: skip
        path.write_bytes(broken)
        with Package(path) as opened, pytest.raises(PackageBroken):
            opened.stream("a.xml").read() if opened.data("a.xml") is None else None


@pytest.mark.parametrize("parts", [{f"{number}.txt": b"" for number in range(PARTS + 1)}, {}])
def test_what_is_no_package_or_has_too_many_parts_is_refused(parts: dict[str, bytes], tmp_path: Path) -> None:
    path = package(parts, tmp_path / "f") if parts else tmp_path / "f"
    if not parts:
        path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(PackageBroken):
        Package(path)


def test_a_part_that_grows_beyond_its_bound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageBroken):
        Bounded(io.BytesIO(bytes(100)), limit=99).read(100)
    with Package(package({"a.xml": bytes(49 * MIB)}, tmp_path / "f")) as opened:
        with pytest.raises(PackageBroken):
            opened.check_sizes()
        with pytest.raises(PackageBroken):
            opened.data("a.xml")
        with pytest.raises(PackageBroken):
            opened.stream("none")


# --- rich text ---

RICH = (
    "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}"
    "{\\*\\generator Writer;}{\\info{\\title x}}\\uc1 "
    "a\\~b\\_c\\tab d\\\\\\{\\}{\\f1\\'c0}{\\uc2\\u20320??}\\u-10179?\\u-8704?{\\ul u\\ulnone v}{\\v no}\\plain "
    "{\\f0\\'c4\\'e3}\\line e\\\n}"
)


def test_rich_text_s_words_for_single_letters(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(RICH.encode("ascii"))
    assert read_rtf(tmp_path / "f").blocks == ("a b-c\td\\{}А你😀uv你", "e")


# --- the mail itself ---


def test_a_table_in_a_mail_s_html_is_a_form_and_a_letter_is_none() -> None:
    head = "".join(f"<th>{name}</th>" for name in ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码"))
    row = "".join(f"<td>{text}</td>" for text in (ONE.title, "☑高端升级 □数智赋能", ONE.link, ONE.contact, ONE.phone))
    reading = read_body("", f"<table><tr>{head}</tr><tr>{row}</tr></table>", official())
    assert reading.form is not None
    assert reading.form.rows == (ONE,)
    assert read_body("高端升级是征选主题。", "", official()).form is None


def test_an_open_document_with_a_password_is_told(tmp_path: Path) -> None:
    manifest = b'<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'
    path = package({"META-INF/manifest.xml": manifest, "content.xml": b"?"}, tmp_path / "f")
    assert [one.code for one in read_document(path, FileType.ODT, official()).findings] == [Code.FORM_ENCRYPTED]
