"""PDF forms filled without changing their pages: fields, typewriter, pens, stamps, links; pages to look at."""

import io
from pathlib import Path

import pytest
from PIL import Image

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormReading
from tests.make.pdf import SIZE, rectangle, saved, string, told
from tests.make.rules import official

TICKED = "■高端升级 □数智赋能 □绿色低碳"
BOXES = "□高端升级 □数智赋能 □绿色低碳"
ONE = ("百炼成钢", ("高端升级",), "李小红", "13800000001")
EMPTY = told(("", TICKED))
FILLED = told(("百炼成钢", TICKED, "点击下载", "李小红", "13800000001"))
VALUES = {0: "百炼成钢", 3: "李小红", 4: "13800000001"}


def read(path: Path) -> FormReading:
    return read_document(path, FileType.PDF, official())


def rows(reading: FormReading) -> list[tuple[str, tuple[str, ...], str, str]]:
    assert reading.form is not None
    return [(row.title, row.themes, row.contact, row.phone) for row in reading.form.rows]


def test_a_form_that_is_text_is_read(tmp_path: Path) -> None:
    reading = read(saved(tmp_path / "f", FILLED))
    assert (rows(reading), reading.findings, reading.pictures) == ([ONE], (), ())


BOX = f"/MediaBox [0 0 {SIZE[0]} {SIZE[1]}]"


@pytest.mark.parametrize("box", ["", "/MediaBox [0 0 0 0]", "/MediaBox [595 842 0 0]", "/MediaBox [(a) 0 595]"])
def test_a_page_whose_size_is_missing_or_none_is_read(box: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "f", FILLED)
    path.write_bytes(path.read_bytes().replace(BOX.encode(), box.ljust(len(BOX)).encode()))
    reading = read(path)
    assert (rows(reading), reading.findings) == ([ONE], ())


@pytest.mark.parametrize(
    "box",
    ["/MediaBox [0 0 490 842]", "/MediaBox [0 0 595 842] /CropBox [0 0 470 842]", "/MediaBox [100 0 595 842]"],
    ids=["narrow", "cropped", "begins too late"],
)
def test_letters_beyond_a_page_s_edge_are_a_doubt(box: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "f", FILLED)
    path.write_bytes(path.read_bytes().replace(BOX.encode(), box.encode()))
    assert {one.code for one in read(path).findings} & {Code.FORM_UNCERTAIN, Code.FORM_UNREADABLE}


@pytest.mark.parametrize("turn", ["-1 0 0 -1 595 842", "0 1 -1 0 842 0", "0 -1 1 0 -300 595"])
def test_a_page_on_its_head_or_its_side_is_read_as_it_is_meant(turn: str, tmp_path: Path) -> None:
    assert rows(read(saved(tmp_path / "f", FILLED, turn=turn)))[0][0] == "百炼成钢"


def test_what_a_typewriter_wrote_is_read_though_its_rectangle_is_wide(tmp_path: Path) -> None:
    wide = {0: rectangle(1, 0).replace(" 138 ", " 400 ")}
    notes = [
        f"/Subtype /FreeText /Contents {string(value)} /DA (/F1 7 Tf) /Rect {wide.get(column) or rectangle(1, column)}"
        for column, value in VALUES.items()
    ]
    assert rows(read(saved(tmp_path / "f", EMPTY, notes))) == [ONE]


def test_fields_whose_type_and_value_stand_in_their_parent(tmp_path: Path) -> None:
    notes = [f"/Subtype /Widget /Rect {rectangle(1, column)} /Parent {20 + at} 0 R" for at, column in enumerate(VALUES)]
    parents = [f"<< /FT /Tx /V {string(value)} >>" for value in VALUES.values()]
    assert rows(read(saved(tmp_path / "f", EMPTY, notes, parents))) == [ONE]


@pytest.mark.parametrize(
    "choice",
    [
        f"/FT /Ch /V {string('高端升级')}",
        f"/FT /Ch /V (a) /Opt [[(a) {string('高端升级')}] [(b) {string('数智赋能')}]]",
        f"/FT /Ch /V [{string('高端升级')}]",
    ],
)
def test_a_list_s_choice_is_read_as_it_is_shown(choice: str, tmp_path: Path) -> None:
    texts = told(("百炼成钢", "", "", "李小红", "13800000001"))
    assert rows(read(saved(tmp_path / "f", texts, [f"/Subtype /Widget {choice} /Rect {rectangle(1, 1)}"]))) == [ONE]


def test_a_button_without_a_state_says_nothing(tmp_path: Path) -> None:
    button = f"/Subtype /Widget /FT /Btn /Ff 65536 /Rect {rectangle(1, 0)}"
    assert rows(read(saved(tmp_path / "f", FILLED, [button]))) == [ONE]


@pytest.mark.parametrize("kind", ["/Ink /InkList [[145 684 148 680 154 690]]", "/Stamp /Name /Tick", "/Circle"])
def test_a_tick_drawn_over_a_box_is_a_tick_and_a_doubt(kind: str, tmp_path: Path) -> None:
    texts = told(("百炼成钢", BOXES, "", "李小红", "13800000001"))
    reading = read(saved(tmp_path / "f", texts, [f"/Subtype {kind} /Rect [144 680 151 690]"]))
    assert rows(reading) == [ONE]
    assert [str(finding.code) for finding in reading.findings] == ["form-uncertain"]


def test_a_seal_is_no_tick(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "f", FILLED, ["/Subtype /Stamp /Rect [300 600 420 720]"])).findings == ()


def test_what_is_struck_out_by_an_annotation_is_struck(tmp_path: Path) -> None:
    texts = told(("百炼成钢", "高端升级 数智赋能 绿色低碳", "", "李小红", "13800000001"))
    assert rows(read(saved(tmp_path / "f", texts, ["/Subtype /StrikeOut /Rect [188 676 300 696]"]))) == [ONE]


def test_a_link_on_a_cell_is_its_address(tmp_path: Path) -> None:
    link = f"/Subtype /Link /Rect {rectangle(1, 2)} /A << /S /URI /URI (https://pan.example.com/s/1) >>"
    reading = read(saved(tmp_path / "f", FILLED, [link]))
    assert reading.form is not None
    assert reading.form.rows[0].link == "https://pan.example.com/s/1"
    assert reading.links == ()


def test_a_link_beside_the_table_is_the_document_s(tmp_path: Path) -> None:
    share = "https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv"
    link = f"/Subtype /Link /Rect [50 50 200 70] /A << /S /URI /URI ({share}) >>"
    assert [link.url for link in read(saved(tmp_path / "f", FILLED, [link])).links] == [share]


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", SIZE, "white").save(kept, "JPEG")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("texts", "font"),
    [
        ([], "/Encoding /UniGB-UCS2-H"),  # a scan
        ([(40.0, 20.0, "由扫描全能王扫描创建")], "/Encoding /UniGB-UCS2-H"),
        ([(40.0, 20.0 * at, "扫描件的乱码文字层无法理解") for at in range(1, 9)], "/Encoding /UniGB-UCS2-H"),
    ],
)
def test_a_page_that_is_a_picture_is_looked_at(
    texts: list[tuple[float, float, str]], font: str, tmp_path: Path
) -> None:
    reading = read(saved(tmp_path / "f", texts, font=font, picture=picture()))
    assert (reading.form, reading.pictures) == (None, (0,))


def test_a_page_whose_letters_have_no_code_is_looked_at(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "f", FILLED, font="/Encoding /Identity-H")).pictures == (0,)


def test_a_letter_of_text_is_not_looked_at(tmp_path: Path) -> None:
    texts = [(40.0, 700.0 - 20 * at, "关于报送短视频作品的函，请予审核。") for at in range(6)]
    reading = read(saved(tmp_path / "f", texts))
    assert (reading.form, reading.findings, reading.pictures) == (None, (), ())


def test_white_letters_on_white_are_no_work_but_a_doubt(tmp_path: Path) -> None:
    second = ("一炉好钢", BOXES.replace("□", "■", 1), "", "孙立", "13800000002")
    texts = told(("百炼成钢", TICKED, "", "李小红", "13800000001"), second)
    reading = read(saved(tmp_path / "f", texts, white=len(texts) - 4))
    assert rows(reading) == [ONE]
    assert {one.details["field"] for one in reading.findings} == {"form"}


def embedded(data: bytes, name: str) -> tuple[str, list[str]]:
    """What the catalogue says of a file within, and its objects."""
    kept = data.hex()
    stream = f"<< /Type /EmbeddedFile /Length {len(kept) + 1} /Filter /ASCIIHexDecode >> stream\n{kept}>\nendstream"
    about = f"<< /Type /Filespec /F {string(name)} /UF {string(name)} /EF << /F 20 0 R >> >>"
    return f"/Names << /EmbeddedFiles << /Names [{string(name)} 21 0 R] >> >>", [stream, about]


def test_a_form_attached_to_a_portfolio_s_cover_is_read(tmp_path: Path) -> None:
    saved(tmp_path / "inner", FILLED)
    catalog, objects = embedded((tmp_path / "inner").read_bytes(), "form.pdf")
    cover = [(40.0, 700.0, "请使用阅读器打开此文件包")]
    assert rows(read(saved(tmp_path / "f", cover, objects=objects, catalog=catalog))) == [ONE]


def test_a_form_that_only_another_program_can_show_is_unreadable(tmp_path: Path) -> None:
    wait = [(40.0, 700.0, "Please wait... If this message is not replaced, upgrade Adobe Reader.")]
    reading = read(saved(tmp_path / "f", wait, catalog="/AcroForm << /XFA [] /Fields [] >>"))
    assert [one.code.value for one in reading.findings] == ["form-unreadable"]


@pytest.mark.parametrize("note", ["/Subtype /Text /Rect null", "/Subtype /Link /Rect [1 2]"])
def test_an_annotation_without_a_place_hides_nothing_else(note: str, tmp_path: Path) -> None:
    assert rows(read(saved(tmp_path / "f", FILLED, [note]))) == [ONE]
