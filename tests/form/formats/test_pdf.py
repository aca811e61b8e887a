"""Paragraphs of a text PDF: letters with places, as pdfplumber gives them."""

import pytest

from mailbot.form.formats.pdf import _clashes, _straight
from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.layout.leaves import paragraphs
from tests.make.rules import official_words

EDGE = 200.0


def line(text: str, top: float) -> list[Glyph]:
    return [Glyph(letter, Rectangle(10 * at, top, 10 * at + 10, top + 10)) for at, letter in enumerate(text)]


def test_a_line_that_was_filled_goes_on_in_the_next() -> None:
    lines = [line("推荐单位联系人及联系方式：王小明 0571", 0), line("88880000", 13), line("附件", 26)]
    assert paragraphs(lines, EDGE, official_words()) == [
        (0, "推荐单位联系人及联系方式：王小明 0571 88880000"),
        (26, "附件"),
    ]


def test_a_label_begins_a_paragraph_of_its_own() -> None:
    lines = [line("单位名称：云岭市江海重工机械装备集团有限", 0), line("联系人：王小明", 13)]
    assert [text for _, text in paragraphs(lines, EDGE, official_words())] == [
        "单位名称：云岭市江海重工机械装备集团有限",
        "联系人：王小明",
    ]


def test_letters_drawn_across_others_are_counted_and_bold_ones_are_not() -> None:
    def drawn(text: str, step: float) -> list[Glyph]:
        return [Glyph(letter, Rectangle(step * at, 0, step * at + 10, 10)) for at, letter in enumerate(text)]

    assert _clashes(drawn("李小红王小明", 10)) == 0
    assert _clashes(drawn("李小红王小明", 3)) == 5
    assert _clashes([*drawn("李小红", 10), *drawn("李小红", 10)]) == 0


@pytest.mark.parametrize(
    ("matrix", "straight"), [((1, 0), True), ((0, 12), True), ((0, -1), True), ((10, 0.5), True), ((0.7, 0.7), False)]
)
def test_letters_of_a_watermark_are_askew(matrix: tuple[float, float], *, straight: bool) -> None:
    assert _straight({"matrix": (*matrix, 0, 0, 0, 0)}) is straight
