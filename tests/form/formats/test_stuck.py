"""A picture in the cell where a link belongs: its QR code's address, or a doubt."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.drawing.image import Image as Sticker
from PIL import Image
from xlwt.CompoundDoc import XlsDoc

from mailbot.form.formats.stuck import address_in
from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.form import FormReading
from tests.form.formats.test_biff import picture, record
from tests.form.formats.test_odf import written
from tests.make import pdf
from tests.make.rules import official
from tests.make.word import form, run, saved

zxingcpp = pytest.importorskip("zxingcpp", reason="the extra `qr` is not installed: pip install mailbot[qr]")
ADDRESS = "https://pan.example.com/s/1AbCdEf?pwd=ab12"
HEAD = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")
ROW = ("百炼成钢", "☑高端升级 □数智赋能 □绿色低碳", None, "李小红", "13800000001")


def code(text: str = ADDRESS) -> bytes:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    kept = io.BytesIO()
    Image.fromarray(barcode.to_image(scale=6)).save(kept, "PNG")
    return kept.getvalue()


def blank() -> bytes:
    kept = io.BytesIO()
    Image.new("L", (200, 200), 255).save(kept, "PNG")
    return kept.getvalue()


def told(reading: FormReading) -> tuple[list[str], list[str]]:
    assert reading.form is not None
    return [row.link for row in reading.form.rows], [f"{one.code}:{one.details['field']}" for one in reading.findings]


CASES = [
    (code(), ([ADDRESS], [])),
    (blank(), ([""], ["form-uncertain:link"])),
    (code("无地址"), ([""], ["form-uncertain:link"])),
]


@pytest.mark.parametrize(("sticker", "wanted"), CASES)
def test_a_picture_on_a_workbook_s_cell(sticker: bytes, wanted: tuple[list[str], list[str]], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEAD)
    sheet.append(ROW)
    sheet.add_image(Sticker(io.BytesIO(sticker)), "C2")
    book.save(tmp_path / "f")
    assert told(read_document(tmp_path / "f", FileType.XLSX, official())) == wanted


@pytest.mark.parametrize(("sticker", "wanted"), CASES)
def test_a_picture_in_a_document_s_cell(sticker: bytes, wanted: tuple[list[str], list[str]], tmp_path: Path) -> None:
    stuck = '<w:r><w:drawing><a:blip xmlns:a="urn:a" r:embed="p1"/></w:drawing></w:r>'
    row = (run(ROW[0] or ""), run(ROW[1] or ""), stuck, run("李小红"), run("13800000001"))
    path = saved(tmp_path / "f", form(row), {"p1": ("image:media/image1.png", sticker)})
    assert told(read_document(path, FileType.DOCX, official())) == wanted


@pytest.mark.parametrize(("sticker", "wanted"), CASES)
def test_a_picture_in_an_open_document_s_cell(
    sticker: bytes, wanted: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    written(tmp_path / "f", "☑高端升级", '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>')
    with zipfile.ZipFile(tmp_path / "f", "a") as package:
        package.writestr("Pictures/1.png", sticker)
    assert told(read_document(tmp_path / "f", FileType.ODS, official())) == wanted


@pytest.mark.parametrize(("sticker", "wanted"), CASES)
def test_a_picture_that_wps_keeps_within_a_cell(
    sticker: bytes, wanted: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEAD)
    sheet.append((*ROW[:2], "x", *ROW[3:]))
    sheet["C2"].value = '=DISPIMG("ID_1",1)'
    sheet["C2"].data_type = "s"
    book.save(tmp_path / "f")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(tmp_path / "f", "a") as package:
        package.writestr("xl/media/image1.png", sticker)
        package.writestr(
            "xl/cellimages.xml",
            f'<e:cellImages xmlns:e="urn:e" xmlns:r="{office}"><e:cellImage><e:cNvPr name="ID_1"/>'
            '<e:blip r:embed="r1"/></e:cellImage></e:cellImages>',
        )
        relation = f'<Relationship Id="r1" Type="{office}/image" Target="media/image1.png"/>'
        package.writestr("xl/_rels/cellimages.xml.rels", f"<Relationships>{relation}</Relationships>")
    assert told(read_document(tmp_path / "f", FileType.XLSX, official())) == wanted


@pytest.mark.parametrize(("turned", "link"), [(0, ADDRESS), (90, ADDRESS)])
def test_a_code_printed_in_a_pdf_s_cell(turned: int, link: str, tmp_path: Path) -> None:
    kept = io.BytesIO()
    with Image.open(io.BytesIO(code())) as image:
        image.convert("RGB").resize((200, 200)).rotate(turned).save(kept, "JPEG", quality=95)
    work = (str(ROW[0]), str(ROW[1]).replace("☑", "■"), "", "李小红", "13800000001")
    path = pdf.saved(tmp_path / "f", pdf.told(work), sticker=kept.getvalue())
    assert told(read_document(path, FileType.PDF, official())) == ([link], [])


def test_a_picture_on_an_old_workbook_s_cell(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    for number, row in enumerate((HEAD, ROW, ROW)):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    end = record(0x0A, b"")
    drawn = picture(1, 2, 2) + picture(2, 2, 1) + record(0xEB, blank() + code())
    XlsDoc().save(str(tmp_path / "f"), book.get_biff_data().removesuffix(end) + drawn + end)
    assert told(read_document(tmp_path / "f", FileType.XLS, official())) == ([ADDRESS, ""], ["form-uncertain:link"])


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(20)])
def test_what_is_no_picture_says_no_address(data: bytes) -> None:
    assert address_in(data) == ""
