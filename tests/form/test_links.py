"""Links that a document holds outside the form's own cells."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mailbot.form.formats.docx import read_docx
from mailbot.form.formats.odf import read_odf
from mailbot.form.formats.page import read_html
from mailbot.form.formats.rtf import read_rtf
from mailbot.form.links import LONGEST, links_of
from mailbot.model.document import Block, Document, Placed, laid_out
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

KEY = "1AbCdEfGhIjKlMnOpQrStUv"
SHARE = f"https://pan.baidu.com/s/{KEY}"
OTHER = "https://pan.baidu.com/s/1ZyXwVuTsRqPoNmLkJiHgFe"

TOLD: list[tuple[tuple[Block, ...], tuple[str, ...], list[tuple[str, str]]]] = [
    ((f"链接: {SHARE} 提取码: ab12",), (), [(SHARE, "ab12")]),
    (("光的重量", f"链接: {SHARE}", "提取码: ab12", OTHER), (), [(SHARE, "ab12"), (OTHER, "")]),
    (("[InternetShortcut]", f"URL={SHARE}?pwd=ab12"), (), [(f"{SHARE}?pwd=ab12", "ab12")]),
    (("点击下载",), (SHARE,), [(SHARE, "")]),
    ((laid_out([Placed(0, 0, "备注"), Placed(1, 0, f"视频 {SHARE}")]),), (), [(SHARE, "")]),
    ((laid_out([Placed(0, 0, "下载", link=SHARE)]),), (), [(SHARE, "")]),
    (("主办单位 https://www.example.com/",), ("mailto:li@example.com",), []),
]


@pytest.mark.parametrize(("blocks", "behind", "told"), TOLD)
def test_what_texts_and_hyperlinks_lead_to(
    blocks: tuple[Block, ...], behind: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    found = links_of(Document(blocks, links=behind), None)
    assert [(link.url, link.code) for link in found] == told


def test_a_notice_has_links_and_is_not_there_for_them() -> None:
    notice = ("关于开展征集活动的通知", "各有关单位：" * LONGEST, f"附件下载：{SHARE}")
    assert links_of(Document(notice), None) == ()


def test_the_links_of_the_works_themselves_are_not_told_again() -> None:
    wrapped = f"https://pan.baidu.com/s/1AbCd\n{KEY[5:]}"
    table = laid_out([Placed(0, 0, "视频链接"), Placed(1, 0, wrapped)])
    form = Form(rows=(FormRow("光的重量", link=SHARE), FormRow("一炉好钢")))
    assert [link.url for link in links_of(Document((table, f"一炉好钢：{OTHER}")), form)] == [OTHER]


def with_docx(path: Path) -> None:
    document = docx.Document()
    target = document.part.relate_to(SHARE, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    words = "<w:r><w:t>点击下载</w:t></w:r>"
    paragraph = f'<w:p {nsdecls("w", "r")}><w:hyperlink r:id="{target}">{words}</w:hyperlink></w:p>'
    document.element.body.insert(0, parse_xml(paragraph))
    document.save(str(path))


def with_odt(path: Path) -> None:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = (
        f'<office:document-content {names} xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:text><text:p><text:a xlink:href="{SHARE}">点击下载</text:a></text:p></office:text></office:body>'
        "</office:document-content>"
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
    path.write_bytes(whole.getvalue())


def test_every_format_tells_what_a_paragraph_s_hyperlink_leads_to(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with_docx(path)
    assert read_docx(path).links == (SHARE,)
    with_odt(path)
    assert read_odf(path).links == (SHARE,)
    path.write_bytes(b'{\\rtf1 {\\field{\\*\\fldinst HYPERLINK "%s"}{\\fldrslt here}}\\par}' % SHARE.encode())
    assert read_rtf(path).links == (SHARE,)
    path.write_text(f'<p>视频<a href="{SHARE}">点击下载</a></p>', encoding="utf-8")
    assert read_html(path, official_words()).links == (SHARE,)
