"""Documents in one XML file: what Word and LibreOffice write when asked for .xml, .fodt or .fods."""

from pathlib import Path

import pytest

from mailbot.extract.kind import file_type
from mailbot.form.clerk import interpret
from mailbot.form.formats.page import read_text
from mailbot.model.filetype import FileType
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

WORDS = official_words()
HEAD = ("作品名称", "征选主题", "视频链接", "联系人", "手机号码")
FIRST = FormRow("百炼成钢", ("高端升级",), "https://pan.example.com/s/1", "李小红", "13800000001")
SECOND = FormRow("二", ("绿色低碳",), "", "李小红", "13800000001")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def run(text: str, looks: str = "") -> str:
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{text}</w:t></w:r>"


def cell(content: str, merge: str = "") -> str:
    return f"<w:tc><w:tcPr>{merge}</w:tcPr><w:p>{content}</w:p></w:tc>"


def word_table(merge: str, link: str) -> str:
    top, below = f'<w:{merge} w:val="restart"/>', f"<w:{merge}/>"
    first = [cell(run("百炼成钢")), cell(run("高端升级") + run("数智赋能绿色低碳", "<w:strike/>")), cell(link),
             cell(run("李小红"), top), cell(run("13800000001"), top)]  # fmt: skip
    second = [cell(run("二")), cell(run("绿色低碳")), cell(""), cell("", below), cell("", below)]
    rows = ([cell(run(text)) for text in HEAD], first, second)
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


HLINK = f'<w:hlink w:dest="{FIRST.link}">{run("点击观看")}</w:hlink>'
WORD_2003 = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"
 xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"><w:body><wx:sect><wx:sub-section>
<w:p>{run("单位名称：甲厂")}</w:p>{word_table("vmerge", HLINK)}</wx:sub-section></wx:sect></w:body></w:wordDocument>"""
FLAT_WORD = f"""<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>
<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/document.xml">
<pkg:xmlData><w:document xmlns:w="{WORD}"><w:body>{word_table("vMerge", run(FIRST.link))}</w:body></w:document>
</pkg:xmlData></pkg:part><pkg:part pkg:name="/word/header1.xml"><pkg:xmlData><w:hdr xmlns:w="{WORD}">
<w:p>{run("单位名称：甲厂")}</w:p></w:hdr></pkg:xmlData></pkg:part></pkg:package>"""
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def flat_row(texts: tuple[str, ...]) -> str:
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row>{cells}</table:table-row>"


FLAT_OPEN = f"""<?xml version="1.0" encoding="UTF-8"?>

<office:document {NAMES}><office:body><office:text><text:p>单位名称：甲厂</text:p><table:table>{flat_row(HEAD)}
{flat_row(("百炼成钢", "高端升级", FIRST.link, "李小红", "13800000001"))}
{flat_row(("二", "绿色低碳", "", "李小红", "13800000001"))}</table:table></office:text></office:body>
</office:document>"""


@pytest.mark.parametrize("text", [WORD_2003, FLAT_WORD, FLAT_OPEN], ids=["Word 2003", "flat Word", "flat ODF"])
def test_a_document_in_one_file_is_read_like_its_package(text: str, tmp_path: Path) -> None:
    path = tmp_path / "表.doc"
    path.write_bytes(text.encode())
    assert file_type(path) is FileType.TEXT
    assert interpret(read_text(path, WORDS), WORDS).form == Form("甲厂", "", (FIRST, SECOND))


def test_other_xml_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes('<?xml version="1.0"?><films><film>百炼成钢</film></films>'.encode())
    assert interpret(read_text(path, WORDS), WORDS).form is None
