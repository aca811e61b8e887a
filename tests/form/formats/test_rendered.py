"""What formats render besides plain words: fields, blanks, lists, frames, dates, states of buttons."""

import zipfile
from pathlib import Path

import pytest

from mailbot.form.formats.docx import of_word_xml
from mailbot.form.formats.flat import of_sheet_xml
from mailbot.form.formats.odf import of_odf_xml, read_odf
from mailbot.form.formats.package import PackageBroken
from mailbot.form.formats.page import of_html, read_html
from mailbot.form.read import read_document, read_seen
from mailbot.model.document import STRUCK_CLOSE, STRUCK_OPEN, Block, Fact, FactKind, Grid
from mailbot.model.filetype import FileType
from tests.make.pdf import rectangle, saved, string, told
from tests.make.rules import official, official_words

WORDS = official_words()
SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
WORD = "http://schemas.microsoft.com/office/word/2003/wordml"


def shown(block: Block) -> list[list[str]] | str:
    return block if isinstance(block, str) else [[cell.text for cell in row] for row in block.rows]


def test_a_workbook_in_xml_shows_dates_states_links_and_repeated_columns() -> None:
    cells = (
        '<Cell ss:HRef="https://pan.example.com/1"><Data ss:Type="String">看</Data></Cell><Cell/>'
        '<Cell ss:StyleID="d"><Data ss:Type="DateTime">2024-07-01T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Number">many</Data></Cell>'
        '<Cell ss:Index="999"><Data ss:Type="String">far</Data></Cell>'
    )
    document = of_sheet_xml(
        f'<Workbook xmlns="{SHEET}" xmlns:ss="{SHEET}"><Styles><Style ss:ID="d"><NumberFormat ss:Format="yyyy-m-d"/>'
        f'</Style></Styles><Worksheet ss:Name="a"><Table><Column ss:Index="6" ss:Span="2" ss:Hidden="1"/>'
        f'<Row>{cells}</Row><Row ss:Index="9999"/></Table></Worksheet></Workbook>'.encode()
    )
    (grid,) = document.blocks
    assert isinstance(grid, Grid)
    assert shown(grid) == [["看", "", "2024-7-1", "☑", "many"]]
    assert grid.rows[0][0].link == "https://pan.example.com/1"


def open_document(body: str, styles: str = "") -> bytes:
    names = " ".join(f'xmlns:{one}="{ODF}{one}:1.0"' for one in ("office", "table", "text", "style", "fo"))
    return (
        f"<office:document {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document>"
    ).encode()


def test_an_open_text_shows_lists_frames_and_blanks() -> None:
    body = (
        "<office:text><text:list><text:list-item>"
        "<text:p>一<text:tab/>二<text:s text:c='2'/>三<text:line-break/>四</text:p></text:list-item></text:list>"
        "<text:p> <text:frame><text:text-box><text:p>框</text:p></text:text-box></text:frame></text:p>"
        "<text:p><text:span text:style-name='S'>删</text:span></text:p></office:text>"
    )
    struck = "<style:style style:name='S'><style:text-properties style:text-line-through-type='single'/></style:style>"
    blocks = of_odf_xml(open_document(body, struck)).blocks
    assert blocks == ("一\t二  三\n四", "框", f"{STRUCK_OPEN}删{STRUCK_CLOSE}")


def test_open_sheets_are_told_by_their_names_and_show_heads_states_and_numbers() -> None:
    cell = "<table:table-cell office:value-type='boolean' office:boolean-value='{}'/>"
    number = (
        "<table:table-cell office:value-type='float' office:value='13800000001'><text:p>###</text:p></table:table-cell>"
    )
    gap = (
        "<table:table-cell table:number-columns-repeated='2'/><table:table-cell><text:p>末</text:p></table:table-cell>"
    )
    row = "<table:table-row{}>{}</table:table-row>"
    heads = f"<table:table-header-rows>{row.format('', cell.format('true') + number)}</table:table-header-rows>"
    twice = row.format(" table:number-rows-repeated='2'", cell.format("false") + gap)
    tables = f"<table:table table:name='甲'>{heads}{twice}</table:table><table:table table:name='乙'/>"
    blocks = of_odf_xml(open_document(f"<office:spreadsheet>{tables}</office:spreadsheet>")).blocks
    assert [shown(block) for block in blocks] == [
        "甲", [["☑", "13800000001", "", ""], ["□", "", "", "末"], ["□", "", "", "末"]], "乙", [],
    ]  # fmt: skip


def test_an_open_document_without_content_is_broken(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(PackageBroken):
        read_odf(tmp_path / "f")


def test_word_s_fields_show_their_choice_and_ruby_its_base() -> None:
    choices = "".join(f'<w:listEntry w:val="{one}"/>' for one in ("高端升级", "数智赋能"))
    drop = f'<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="1"/>{choices}</w:ddList></w:ffData></w:fldChar></w:r>'
    said = "<w:r><w:t>{}</w:t></w:r>".format
    ruby = f"<w:r><w:ruby><w:rt>{said('lian')}</w:rt><w:rubyBase>{said('炼')}</w:rubyBase></w:ruby></w:r>"
    drawn = '<w:fldSimple w:instr=" eq \\o\\ac(□,√)"/>'
    rest = "<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:tab/></w:r>"
    rest += "<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r>"
    link = '<w:hlink w:dest="https://pan.example.com/1"><w:r><w:t>看</w:t></w:r></w:hlink>'
    cells = "".join(f"<w:tc><w:p>{one}</w:p></w:tc>" for one in (drop, ruby, drawn, rest, link))
    hidden = "<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p><w:r><w:t>旧</w:t></w:r></w:p></w:tc></w:tr>"
    nested = "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr>{cells}</w:tr>{hidden}<w:tr><w:tc>{nested}</w:tc></w:tr></w:tbl>"
    document = of_word_xml(f'<w:wordDocument xmlns:w="{WORD}"><w:body>{body}</w:body></w:wordDocument>'.encode())
    assert [shown(block) for block in document.blocks] == [
        [["数智赋能", "炼", "□√", "a-b\t", "看"], ["", "", "", "", ""]], [["", "内"]],
    ]  # fmt: skip
    assert document.facts == (Fact(FactKind.UNSEEN),)


def test_a_page_shows_symbols_pictures_of_boxes_and_what_was_typed_in(tmp_path: Path) -> None:
    page = (
        '<p><font face="Wingdings 2">R</font>高端升级<img alt="□">数智赋能<img alt="logo"></p><div hidden>no</div>'
        '<p><input type="hidden" value="no"><input type="text" value="甲厂"></p><script>no</script>'
    )
    assert of_html(page, WORDS).blocks == ("☑高端升级□数智赋能", "甲厂")
    for nothing in ("", "<?xml version='1.0'?>", "<!-- -->"):
        (tmp_path / "f").write_text(nothing)
        assert read_html(tmp_path / "f", WORDS).blocks == ()


TICKED = told(("百炼成钢", "■高端升级 □数智赋能 □绿色低碳", "", "李小红", "13800000001"))
NOTES = [
    (f"/Subtype /FreeText /F 2 /Contents {string('旧')} /Rect {rectangle(1, 2)}", False),
    (f"/Subtype /Widget /FT /Sig /Rect {rectangle(1, 2)}", False),
    (f"/Subtype /Widget /Rect {rectangle(1, 2)}", False),
    (f"/Subtype /Highlight /Rect {rectangle(1, 1)}", True),
    ("/Subtype /Ink /Rect [144 600 151 610]", True),
    (f"/Subtype /Link /Rect {rectangle(1, 2)}", False),
]


@pytest.mark.parametrize(("note", "doubtful"), NOTES)
def test_a_note_on_a_page_is_a_doubt_where_only_the_page_shows_what_it_means(
    note: str, *, doubtful: bool, tmp_path: Path
) -> None:
    reading = read_document(saved(tmp_path / "f", TICKED, [note]), FileType.PDF, official())
    assert reading.form is not None
    assert reading.form.rows[0].themes == ("高端升级",)
    assert bool(reading.findings) is doubtful


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("/FT /Tx /V /Name", "Name"),
        ("/FT /Tx /V (\\376\\377\\231\\306)", "駆"),
        ("/FT /Tx /V 7", ""),
        ("/FT /Btn /AS /Off", "□"),
        ("/FT /Btn /AS /On", "☑"),
    ],
)
def test_a_field_shows_its_value_however_it_is_kept(field: str, text: str, tmp_path: Path) -> None:
    texts = told(("百炼成钢", "■高端升级 □数智赋能 □绿色低碳", "", "李小红", "13800000001"))
    note = f"/Subtype /Widget {field} /Rect {rectangle(2, 0)}"
    reading = read_document(saved(tmp_path / "f", texts, [note]), FileType.PDF, official())
    assert reading.form is not None
    titles = [row.title for row in reading.form.rows]
    assert titles[0] == "百炼成钢"
    assert text in {"", "□", "☑"} or text in titles


def test_what_the_eyes_could_not_see_or_understand_is_told() -> None:
    def findings(answer: bytes) -> list[object]:
        return [one.details.get("why") for one in read_seen(answer, official()).findings]

    page = '{{"score": 1, "cells": [], "letters": [["{}", 10, 10, 90, 20]]}}'
    assert findings(b'{"why": "blurred"}') == ["blurred"]
    assert findings(f'{{"pages": [{page.format("推荐汇总表")}]}}'.encode()) == ["layout"]
    assert findings(f'{{"pages": [{page.format("风景")}]}}'.encode()) == []
