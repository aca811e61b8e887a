"""Workbooks in one XML file, as office systems export them under the name .xls."""

from pathlib import Path

import pytest

from mailbot.extract.kind import file_type
from mailbot.form.clerk import interpret
from mailbot.form.formats.page import read_text
from mailbot.model.filetype import FileType
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

WORDS = official_words()
BOOK = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
{before}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">
<Worksheet ss:Name="Sheet1"><Table>
<Row><Cell ss:MergeAcross="4"><Data ss:Type="String">单位名称：甲厂</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">作品名称</Data></Cell><Cell><Data ss:Type="String">征选主题</Data></Cell>
<Cell><Data ss:Type="String">视频链接</Data></Cell><Cell><Data ss:Type="String">联系人</Data></Cell>
<Cell><Data ss:Type="String">手机号码</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">{title}</Data></Cell>
<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">高端升级
<S>数智赋能 绿色低碳</S></ss:Data></Cell>
<Cell ss:Index="4" ss:MergeDown="1"><Data ss:Type="String">李小红</Data></Cell>
<Cell ss:MergeDown="1"><Data ss:Type="Number">13800000001</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">二</Data></Cell><Cell><Data ss:Type="String">绿色低碳</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def form_of(path: Path) -> Form:
    form = interpret(read_text(path, WORDS), WORDS).form
    assert form is not None
    return form


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig"])
def test_merged_struck_and_left_out_cells(charset: str, tmp_path: Path) -> None:
    path = tmp_path / "表.xls"
    path.write_text(BOOK.format(before="", title="百炼成钢"), encoding=charset)
    assert file_type(path) is FileType.TEXT
    assert form_of(path) == Form(
        "甲厂",
        "",
        (
            FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001"),
            FormRow("二", ("绿色低碳",), "", "李小红", "13800000001"),
        ),
    )


def test_entities_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xls"
    laughs = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 12))
    path.write_text(BOOK.format(before=f'<!DOCTYPE a [<!ENTITY l0 "哈">{laughs}]>', title="&l11;"), encoding="utf-8")
    assert all(len(row.title) < 10 for row in form_of(path).rows)
