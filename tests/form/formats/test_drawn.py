"""Words of a PDF that nobody sees on its page, or that were crossed out, are a doubt."""

from pathlib import Path

import pytest

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.form import FormReading
from tests.make.pdf import saved, told, words
from tests.make.rules import official

CHOICE = "√高端升级 □数智赋能 □绿色低碳"
ONE, TWO = ("百炼成钢", CHOICE, "", "李小红", "13800000001"), ("百年船坞", CHOICE, "", "吴佳", "13800000002")
THREE = ("百川奔流", CHOICE, "", "郑爽", "13800000003")
HEAD, BOTH = told(ONE), told(ONE, TWO)
ROW = BOTH[len(HEAD) :]
FORM = HEAD + told(ONE, TWO, THREE)[len(BOTH) :]
"""Two rows around another one: where no Chinese font is installed their phones alone show that the font leaves ink."""
LAYER = "/OCProperties << /OCGs [20 0 R] /D << /OFF [20 0 R] >> >>"


def doubted(reading: FormReading) -> bool:
    assert reading.form is not None
    return "form" in {one.details.get("field") for one in reading.findings}


@pytest.mark.parametrize(
    ("last", "doubt"),
    [
        (words(ROW), False),
        (words(ROW, "3 Tr"), True),
        (words(ROW) + " 1 g 41 666 518 33 re f", True),
        (f"q 0 700 595 142 re W n {words(ROW)} Q", True),
        (f"/Clear gs {words(ROW)}", True),
        (f"/OC /Layer BDC {words(ROW)} EMC", True),
        (words(ROW).replace("/F1 7 Tf", "/F1 0.5 Tf"), True),
        (words(ROW) + " 41 667 m 559 698 l S 41 698 m 559 667 l S", True),
        (words(ROW) + " 330 667 m 410 698 l S", False),
        (words([(60, 668, "百年船坞")], "0 1 -1 0 60 668 Tm").replace(" 60 668 Td", ""), True),
    ],
    ids=["seen", "invisible", "covered", "clipped", "clear", "layer off", "tiny", "crossed out", "empty cell crossed",
         "on its side"],
)  # fmt: skip
def test_words_that_nobody_sees_on_a_page_are_a_doubt(last: str, *, doubt: bool, tmp_path: Path) -> None:
    resources = "/ExtGState << /Clear << /ca 0 >> >> /Properties << /Layer 20 0 R >>"
    path = saved(
        tmp_path / "f", FORM, objects=["<< /Type /OCG /Name (a) >>"], catalog=LAYER, last=last, resources=resources
    )
    assert doubted(read_document(path, FileType.PDF, official())) is doubt


def test_letters_with_a_shadow_are_read_once(tmp_path: Path) -> None:
    shadow = words([(x + 1, y - 1, text) for x, y, text in HEAD])
    reading = read_document(saved(tmp_path / "f", HEAD, last=shadow), FileType.PDF, official())
    assert reading.form is not None
    assert [(row.title, row.contact, row.phone) for row in reading.form.rows] == [("百炼成钢", "李小红", "13800000001")]
