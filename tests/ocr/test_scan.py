"""Scans and photos: read where the extra `ocr` is installed, never silently dropped where it is not."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps

from mailbot.extract.kind import file_type
from mailbot.form.clerk import interpret
from mailbot.form.read import read_form, read_seen
from mailbot.model.document import Document, of_texts
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.ocr.scan import can_see
from mailbot.sandbox import Readers
from tests.make.rules import official, official_words

RULES = official()
WORDS = official_words()
needs_ocr = pytest.mark.skipif(not can_see(), reason="the extra `ocr` is not installed: pip install mailbot[ocr]")


def bare(text: str) -> str:
    return "".join(text.split())


def as_it_is(image: Image.Image, path: Path) -> None:
    image.save(path, "JPEG", quality=90)


def filled(image: Image.Image) -> Image.Image:
    """The page without its empty rows: reading their boxes takes a third of the time."""
    short = image.copy()
    short.paste("white", (0, 566, *image.size))
    return short


def on_its_side_as_heic(image: Image.Image, path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra `ocr` is not installed")
    part = filled(image).rotate(2, fillcolor="white").crop((120, 120, image.width, 800))
    heif.from_pillow(part.rotate(90, expand=True)).save(path, quality=80)


def from_aside(image: Image.Image, path: Path) -> None:
    """A photo of the page on a dark desk, its far edge shorter."""
    wide, high = image.size
    corners = (-150, -90, -60, high + 80, wide + 90, high + 60, wide + 130, -160)
    aside = image.convert("RGBA").transform(
        (wide, high), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=(60, 70, 80, 255)
    )
    aside.convert("RGB").save(path, "PNG")


def upside_down_in_a_pdf(image: Image.Image, path: Path) -> None:
    filled(image).rotate(180).save(path, "PDF")


def mirrored(image: Image.Image, path: Path) -> None:
    """As a phone's front camera keeps it."""
    ImageOps.mirror(filled(image)).save(path, "JPEG", quality=90)


def under_a_pale_watermark(image: Image.Image, path: Path) -> None:
    """Large grey words across the whole page, as pale as copy protection prints them."""
    words = Image.new("L", image.size, 255)
    pen = ImageDraw.Draw(words)
    for top in range(0, image.height, 300):
        pen.text((40, top), "COPY COPY COPY", fill=200, font_size=140)
    ImageChops.darker(filled(image).convert("L"), words.rotate(25, fillcolor=255)).save(path, "PNG")


@needs_ocr
@pytest.mark.parametrize(
    "save",
    [as_it_is, on_its_side_as_heic, from_aside, upside_down_in_a_pdf, mirrored, under_a_pale_watermark],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_scan_is_read_for_a_person_to_confirm(
    save: Callable[[Image.Image, Path], None], samples: Path, tmp_path: Path, readers: Readers
) -> None:
    wanted = json.loads((samples / "scan.jpg.json").read_text(encoding="utf-8"))
    path = tmp_path / "scan"
    with Image.open(samples / "scan.jpg") as image:
        save(image, path)
    reading = read_form(path, file_type(path), RULES, readers)
    assert reading.form is not None
    assert reading.form.scanned
    assert Code.FORM_SCANNED in {finding.code for finding in reading.findings}
    assert bare(reading.form.unit) == bare(wanted["unit"])
    told = [(bare(row.title), list(row.themes), row.contact, row.phone) for row in reading.form.rows]
    assert told == [(bare(row["title"]), row["themes"], row["contact"], row["phone"]) for row in wanted["rows"]]


@needs_ocr
def test_a_photo_of_anything_else_is_no_form(tmp_path: Path, readers: Readers) -> None:
    image = Image.effect_noise((800, 600), 60)
    ImageDraw.Draw(image).text((100, 100), "Have a nice day", fill=0)
    image.save(tmp_path / "photo", "PNG")
    reading = read_form(tmp_path / "photo", FileType.PNG, RULES, readers)
    assert (reading.form, reading.findings) == (None, ())


@pytest.mark.parametrize(
    "answer",
    [b'{"why": "ocr"}', '{"pages": [{"cells": [], "score": 1, "letters": [["推荐汇总表", 0, 0, 90, 20]]}]}'.encode()],
)
def test_what_may_be_a_form_is_never_dropped(answer: bytes) -> None:
    reading = read_seen(answer, RULES)
    assert reading.form is None
    assert [(finding.code, finding.details["read"]) for finding in reading.findings] == [(Code.FORM_SCANNED, False)]


def test_half_a_phone_number_of_a_scan_is_empty_and_questioned() -> None:
    head = ["作品名称", "征选主题", "联系人", "手机号码"]
    rows = [["智造未来", "√数智赋能", "吴佳", "1380000270"], ["百年船坞", "√绿色低碳", "何平", "13800000000"]]
    reading = interpret(Document((of_texts([head, *rows]),), scanned=True), WORDS)
    assert reading.form is not None
    assert [row.phone for row in reading.form.rows] == ["", "13800000000"]
    assert [row.doubts for row in reading.form.rows] == [("phone",), ()]


Letters = list[tuple[str, float, float, float, float]]
Cells = list[tuple[float, float, float, float]]
SIDE = 20.0
STOPS = (100.0, 260.0, 460.0, 560.0, 720.0)
HEAD = ("作品名称", "征选主题", "联系人", "手机号码")


def typed(text: str, left: float, top: float) -> Letters:
    return [(letter, left + SIDE * at, top, left + SIDE * (at + 1), top + SIDE) for at, letter in enumerate(text)]


def sheet(*works: tuple[str, ...], left: float = 0, top: float = 0, unit: str = "云岭机械厂") -> tuple[Letters, Cells]:
    """A page's letters and cells as the eyes tell them."""
    letters = [*typed("推荐汇总表", left + 300, top), *typed(f"单位名称：{unit}", left + 100, top + 40)]
    cells = []
    for row, texts in enumerate((HEAD, *works)):
        high = top + 80 + 80 * row
        for column, text in enumerate(texts):
            for line, words in enumerate(text.split("/")):
                letters += typed(words, left + STOPS[column] + 4, high + 4 + (SIDE + 4) * line)
            cells.append((left + STOPS[column], high, left + STOPS[column + 1], high + 80))
    return letters, cells


def saw(letters: Letters, cells: Sequence[tuple[float, ...]] = (), **more: object) -> bytes:
    page = {"letters": letters, "cells": [*cells], "unclear": [], "height": SIDE, "score": 1, **more}
    return json.dumps({"pages": [page]}).encode()


ONE = ("智造未来", "☑高端升级/□数智赋能/□绿色低碳", "王一鸣", "13800000/001")
TWO = ("百年船坞", "□高端升级/☑数智赋能/□绿色低碳", "吴佳", "13800000/002")
OTHER = ("海上风电", "□高端升级/□数智赋能/☑绿色低碳", "周明", "13800000/003")


@pytest.mark.parametrize(("left", "top"), [(800.0, 0.0), (800.0, 30.0), (0.0, 400.0)])
def test_two_pages_in_a_picture_are_read_one_behind_the_other(left: float, top: float) -> None:
    pages = sheet(ONE, TWO), sheet(OTHER, left=left, top=top, unit="江海重工")
    reading = read_seen(saw(pages[0][0] + pages[1][0], pages[0][1] + pages[1][1]), RULES)
    assert reading.form is not None
    assert [(row.title, row.themes, row.contact, row.phone) for row in reading.form.rows] == [
        ("智造未来", ("高端升级",), "王一鸣", "13800000001"),
        ("百年船坞", ("数智赋能",), "吴佳", "13800000002"),
        ("海上风电", ("绿色低碳",), "周明", "13800000003"),
    ]


@pytest.mark.parametrize(
    ("place", "field"),
    [((109, 169, 119, 179), "title"), ((568, 169, 578, 179), "phone"), ((470, 169, 480, 179), "contact")],
)
def test_a_letter_of_a_scan_that_may_be_another_is_a_doubt_of_its_field(place: tuple[float, ...], field: str) -> None:
    letters, cells = sheet(ONE, TWO)
    clear, unclear = (read_seen(saw(letters, cells, unclear=places), RULES) for places in ([], [place]))
    assert [one.code for one in clear.findings] == [Code.FORM_SCANNED]
    assert {one.details.get("field") for one in unclear.findings} == {None, field}


def test_a_letter_of_the_unit_that_may_be_another_is_a_doubt_of_the_form() -> None:
    letters, cells = sheet(ONE)
    reading = read_seen(saw(letters, cells, unclear=[(220, 45, 230, 55)]), RULES)
    assert "form" in {one.details.get("field") for one in reading.findings}


def test_a_scan_without_rules_is_read_by_its_columns() -> None:
    letters, _ = sheet(ONE, TWO)
    reading = read_seen(saw(letters), RULES)
    assert reading.form is not None
    assert [(row.title, row.themes, row.phone) for row in reading.form.rows] == [
        ("智造未来", ("高端升级",), "13800000001"),
        ("百年船坞", ("数智赋能",), "13800000002"),
    ]


def test_a_sheet_with_a_table_that_was_not_read_is_told() -> None:
    assert [one.code for one in read_seen(saw([], lost=True), RULES).findings] == [Code.FORM_SCANNED]
    assert read_seen(saw([], lost=False), RULES).findings == ()


@pytest.mark.parametrize("cut", [True, False])
def test_a_table_that_runs_out_of_its_picture_is_a_doubt(*, cut: bool) -> None:
    reading = read_seen(saw(*sheet(ONE), cut=cut), RULES)
    assert ("form" in {one.details.get("field") for one in reading.findings}) is cut


def test_an_empty_form_on_which_something_was_not_read_is_not_called_empty() -> None:
    letters, cells = sheet(("", "", "", ""))
    codes = [
        {one.code for one in read_seen(saw(letters, cells, unclear=places), RULES).findings}
        for places in ([], [(110, 170, 130, 180)])
    ]
    assert codes == [{Code.FORM_SCANNED, Code.FORM_EMPTY}, {Code.FORM_SCANNED}]
