"""Scans and photos: read where the extra `ocr` is installed, never silently dropped where it is not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

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


def on_its_side_as_heic(image: Image.Image, path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra `ocr` is not installed")
    part = image.rotate(2, fillcolor="white").crop((120, 120, image.width, 800))
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
    image.rotate(180).save(path, "PDF")


@needs_ocr
@pytest.mark.parametrize(
    "save",
    [as_it_is, on_its_side_as_heic, from_aside, upside_down_in_a_pdf],
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
