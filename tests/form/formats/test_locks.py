"""Encrypted workbooks: what Excel opens without a question is read, another password is told."""

from pathlib import Path

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from xlwt.CompoundDoc import XlsDoc

from mailbot.extract.kind import file_type
from mailbot.form.read import read_document
from mailbot.model.finding import Code
from tests.make.locked import encrypted
from tests.make.rules import official

SAMPLE = Path(__file__).parents[2] / "samples" / "forms" / "sheet-box.xlsx"
ROWS = (("作品名称", "征选主题", "联系人", "手机号码"), ("百炼成钢", "☑高端升级 □数智赋能", "李小红", "13800000001"))


def xlsx(path: Path, password: str) -> None:
    with SAMPLE.open("rb") as plain, path.open("wb") as locked:
        OOXMLFile(plain).encrypt(password, locked)


def xls(path: Path, password: str) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("推荐表")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    XlsDoc().save(str(path), encrypted(book.get_biff_data(), password))


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_workbook_with_the_password_that_excel_knows_is_read(make: object, tmp_path: Path) -> None:
    assert callable(make)
    make(tmp_path / "f", "VelvetSweatshop")
    reading = read_document(tmp_path / "f", file_type(tmp_path / "f"), official())
    assert reading.form is not None
    assert reading.form.rows


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_workbook_with_another_password_is_told(make: object, tmp_path: Path) -> None:
    assert callable(make)
    make(tmp_path / "f", "another")
    reading = read_document(tmp_path / "f", file_type(tmp_path / "f"), official())
    assert [finding.code for finding in reading.findings] == [Code.FORM_ENCRYPTED]
