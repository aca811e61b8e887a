"""What an .ofd shows: its letters and lines with their places, laid out as a PDF's are."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailbot.form.read import read_document
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.form import FormReading
from tests.make import ofd
from tests.make.rules import official

THEMES = "□高端升级\n☑数智赋能\n□绿色低碳"
WORKS = (
    ("光的重量", THEMES, "", "钱小雨", "13800000001"),
    ("一炉好钢", "☑高端升级\n□数智赋能\n☑绿色低碳", "https://pan.baidu.com\n/s/1a", "孙立", "13800000002"),
)
ABOVE = [ofd.text(80, 20, "推荐汇总表"), ofd.text(15, 32, "单位名称：云岭机械有限公司")]


def read(path: Path) -> FormReading:
    return read_document(path, FileType.OFD, official())


def told(reading: FormReading) -> list[tuple[str, tuple[str, ...], str, str, str]]:
    rows = reading.form.rows if reading.form is not None else ()
    return [(row.title, row.themes, row.link, row.contact, row.phone) for row in rows]


RIGHT = [
    ("光的重量", ("数智赋能",), "", "钱小雨", "13800000001"),
    ("一炉好钢", ("高端升级", "绿色低碳"), "https://pan.baidu.com/s/1a", "孙立", "13800000002"),
]


def filled(steps: str = "", works: Sequence[Sequence[str]] = WORKS) -> list[str]:
    return [one for row, texts in enumerate((ofd.HEAD, *works)) for one in ofd.cells(row, texts, steps)]


def test_a_drawn_table_is_read_and_a_person_confirms_it(tmp_path: Path) -> None:
    reading = read(ofd.saved(tmp_path / "a.ofd", [*ABOVE, *ofd.rules(3), *filled()]))
    assert told(reading) == RIGHT
    assert reading.form is not None
    assert reading.form.unit == "云岭机械有限公司"
    assert Code.FORM_UNCERTAIN in {finding.code for finding in reading.findings}


def test_the_blank_form_may_lie_in_a_template_below_the_page(tmp_path: Path) -> None:
    blank = [*ABOVE, *ofd.rules(3), *ofd.cells(0, ofd.HEAD)]
    values = [one for row, texts in enumerate(WORKS, 1) for one in ofd.cells(row, texts)]
    assert told(read(ofd.saved(tmp_path / "a.ofd", values, template=blank))) == RIGHT


@pytest.mark.parametrize("steps", ["1.6 1.6 1.6 1.6 1.6 1.6 1.6 1.6 1.6 1.6", "g 10 1.6", "g 5 1.6 1.6 g 4 1.6"])
def test_letters_stand_where_their_steps_say(tmp_path: Path, steps: str) -> None:
    bare = [(*WORKS[0][:4], ""), WORKS[1]]
    phone = ofd.text(ofd.EDGES[4] + 1, ofd.TOP + ofd.HEIGHT + 1, "13800000001", steps=steps)
    assert told(read(ofd.saved(tmp_path / "a.ofd", [*ABOVE, *ofd.rules(3), *filled(works=bare), phone]))) == RIGHT


def test_what_was_written_over_the_page_counts(tmp_path: Path) -> None:
    bare = [(*WORKS[0][:3], "", WORKS[0][4]), WORKS[1]]
    name = [ofd.text(ofd.EDGES[3] + 1, ofd.TOP + ofd.HEIGHT + 1, "钱小雨")]
    path = ofd.saved(tmp_path / "a.ofd", [*ABOVE, *ofd.rules(3), *filled(works=bare)], note=name)
    assert told(read(path)) == RIGHT


def test_columns_without_rules_are_told_by_their_gaps(tmp_path: Path) -> None:
    works = [(title, themes.replace("\n", ""), *rest) for title, themes, *rest in WORKS]
    reading = read(ofd.saved(tmp_path / "a.ofd", [*ABOVE, *filled(works=works)]))
    assert [row[0] for row in told(reading)] == ["光的重量", "一炉好钢"]


def test_a_page_that_calls_itself_the_form_and_shows_none_is_unreadable(tmp_path: Path) -> None:
    reading = read(ofd.saved(tmp_path / "a.ofd", [ofd.text(80, 20, "推荐汇总表")]))
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNREADABLE]


def test_another_document_is_no_form(tmp_path: Path) -> None:
    words = [ofd.text(20, 20 + 8 * at, f"第{at}条 本通知自发布之日起施行") for at in range(1, 9)]
    reading = read(ofd.saved(tmp_path / "a.ofd", words))
    assert reading.form is None
    assert reading.findings == ()


def test_a_scanned_page_is_shown_to_the_eyes(tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    Image.new("L", (1240, 1754), 255).save(tmp_path / "page.png")
    picture = (tmp_path / "page.png").read_bytes()
    reading = read(ofd.saved(tmp_path / "a.ofd", [], files={"Doc_0/Res/image_1.png": picture}))
    assert reading.pictures == (0,)
    assert reading.findings == ()
