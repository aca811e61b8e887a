"""What an old .doc keeps outside its text: check boxes ([MS-DOC] 2.9.78), wide rows (2.6.2), merged cells (2.9.315)."""

import struct
from pathlib import Path

import olefile
import pytest

from mailbot.extract.kind import file_type
from mailbot.form.formats.doc import _blocks, _box, _floats, _row_end, _Runs, _shown, _unseen, _whole
from mailbot.form.formats.sprms import is_loud
from mailbot.form.formats.tables import Edged
from mailbot.form.read import read_form
from mailbot.model.document import Fact, FactKind, Grid
from mailbot.model.finding import Code
from mailbot.sandbox import Readers
from mailbot.text.symbols import carried_link
from tests.make.rules import official

SPRMS = struct.pack("<HI", 0x6A03, 4)


def stream(result: int, default: int, name: str = "Check1") -> bytes:
    field = b"\xff\xff\xff\xff" + struct.pack("<HHHH", 1 | result << 2, 0, 20, len(name))
    field += name.encode("utf-16-le") + b"\0\0" + struct.pack("<H", default)
    return b"junk" + struct.pack("<IH", 0x44 + len(field), 0x44) + b"\0" * 62 + field


@pytest.mark.parametrize(
    ("result", "default", "mark"), [(1, 0, "☑"), (0, 1, "□"), (25, 1, "☑"), (25, 0, "□")]
)  # fmt: skip
def test_a_check_box(result: int, default: int, mark: str) -> None:
    assert _box(SPRMS, stream(result, default)) == mark


@pytest.mark.parametrize(("sprms", "data"), [(b"", stream(1, 0)), (SPRMS, b""), (SPRMS, b"\xff" * 30)])
def test_no_check_box(sprms: bytes, data: bytes) -> None:
    assert _box(sprms, data) == ""


def row_of(edges: list[int], flags: list[int]) -> bytes:
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    content = bytes([len(flags)]) + struct.pack(f"<{len(edges)}h", *edges) + cells
    return struct.pack("<HB", 0x2417, 1) + struct.pack("<HH", 0xD608, len(content) + 1) + content


def test_the_properties_of_a_wide_row_stand_in_the_data_stream() -> None:
    row = row_of([0, 100, 200], [0, 0])
    data = b"before" + struct.pack("<H", len(row)) + row + b"behind"
    assert _row_end(_whole(struct.pack("<HI", 0x6646, 6), data)) == Edged([], [0, 100, 200])


def test_properties_that_point_nowhere_are_none() -> None:
    assert _row_end(_whole(struct.pack("<HI", 0x6646, 600), b"short")) is None


def test_a_cell_may_belong_to_the_one_above() -> None:
    assert _row_end(row_of([0, 100, 200, 300], [0x60, 0x20, 0])) == Edged([], [0, 100, 200, 300], frozenset({1}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x13 eq \\o\\ac(□,√)\x15高端升级", "□√高端升级"),
        ("\x13 EQ \\o\\ac(□,√)\x14\x15高端升级", "高端升级"),
        ('\x13 HYPERLINK "a" \x14高端升级\x15', "高端升级"),
        ("\x13 PAGE \x15高端升级", "高端升级"),
        ('\x13 HYPERLINK "https://a.test/b" \x14点击\x15', carried_link('HYPERLINK "https://a.test/b"') + "点击"),
    ],
)
def test_a_field_shows_its_result_or_what_it_draws_on_one_spot(text: str, shown: str) -> None:
    assert "".join(_shown(list(zip(text, range(len(text)), strict=True)), _Runs(), [], b"")) == shown


@pytest.mark.parametrize("year", ["6 and 95", "2"])
def test_a_document_older_than_word_97_is_unreadable(
    year: str, samples: Path, tmp_path: Path, readers: Readers
) -> None:
    path = tmp_path / "表.doc"
    if year == "2":
        path.write_bytes(b"\xdb\xa5\x2d\x00" + b"\0" * 2000)
    else:
        path.write_bytes((samples / "legacy.doc").read_bytes())
        with olefile.OleFileIO(str(path), write_mode=True) as ole:
            main = ole.openstream("WordDocument").read()
            ole.write_stream("WordDocument", main[:2] + struct.pack("<H", 0x68) + main[4:])
    reading = read_form(path, file_type(path), official("高端升级"), readers)
    assert reading.form is None
    assert [finding.code for finding in reading.findings] == [Code.FORM_UNREADABLE]


def test_a_mark_in_a_text_box_is_a_doubt_and_so_are_words_in_one_over_a_table() -> None:
    fib = bytes(0x4C) + struct.pack("<7I", 3, 1, 0, 0, 0, 0, 2) + bytes(0x200)
    assert _floats(fib, ["a", "b", "\r", "n", "√", "\r"], anchored=False)
    assert not _floats(fib, ["√", "b", "\r", "n", "x", "\r"], anchored=False)
    assert _floats(fib, ["√", "b", "\r", "n", "x", "\r"], anchored=True)
    assert not _floats(fib, ["√", "b", "\r", "n", " ", "\r"], anchored=True)


BOLD = struct.pack("<HB", 0x0835, 1)
SHADED = struct.pack("<HB", 0xCA71, 10) + b"\0\0\0\xff" + b"\xff\xff\0\0" + b"\0\0"


@pytest.mark.parametrize(
    ("sprms", "loud"),
    [
        (BOLD, True),
        (struct.pack("<HB", 0x2A3E, 1), True),
        (struct.pack("<HB", 0x2A0C, 7), True),
        (SHADED, True),
        (SHADED.replace(b"\xff\xff\0\0", b"\xff\xff\xff\0"), False),  # white
        (struct.pack("<HB", 0x0835, 0), False),
        (b"", False),
    ],
)
def test_bold_underlined_highlighted_and_shaded_letters_are_set_off(sprms: bytes, *, loud: bool) -> None:
    assert is_loud(sprms) is loud


def test_what_a_cell_sets_off_is_told_with_it() -> None:
    text = "高端升级 数智赋能\x07\x07"
    ends = _Runs([len(text) - 1], [len(text)], [row_of([0, 100], [0])])
    letters = [(letter if letter != "\x07" else "", number < 4) for number, letter in enumerate(text)]
    (grid,) = _blocks(letters, list(zip(text, range(len(text)), strict=True)), ends)
    assert isinstance(grid, Grid)
    assert [(one.text, one.facts) for one in grid.rows[0]] == [
        ("高端升级 数智赋能", (Fact(FactKind.SET_OFF, "高端升级"),))
    ]


WHITE, WHITE_BY_INDEX = struct.pack("<HI", 0x6870, 0xFFFFFF), struct.pack("<HB", 0x2A42, 8)
BLUE = b"\0\0\0\xff" + b"\x1f\x4e\x79\0" + b"\0\0"
PAPER = b"\0\0\0\xff" + b"\0\0\0\xff" + b"\0\0"


@pytest.mark.parametrize(
    ("letter", "paragraph", "row", "unseen"),
    [
        (WHITE, b"", b"", True),
        (WHITE_BY_INDEX, b"", b"", True),
        (WHITE, b"", struct.pack("<HB", 0xD612, 10) + PAPER, True),
        (struct.pack("<HI", 0x6870, 0), b"", b"", False),
        (WHITE + struct.pack("<HI", 0x6870, 0xFF), b"", b"", False),
        (WHITE + struct.pack("<HB", 0xCA71, 10) + BLUE, b"", b"", False),
        (WHITE + struct.pack("<HB", 0x2A0C, 9), b"", b"", False),
        (WHITE, struct.pack("<HB", 0xC64D, 10) + BLUE, b"", False),
        (WHITE, b"", struct.pack("<HB", 0xD612, 10) + BLUE, False),
        (WHITE, b"", struct.pack("<HBH", 0xD609, 2, 2), False),
    ],
)
def test_white_letters_on_white_are_not_seen(letter: bytes, paragraph: bytes, row: bytes, *, unseen: bool) -> None:
    text = "船坞\x07\x07"
    in_table = struct.pack("<HB", 0x2416, 1)
    runs = _Runs([0], [2], [letter])
    around = _Runs([0, 3], [3, 4], [in_table + paragraph, in_table + row_of([0, 100], [0]) + row])
    found = list(_unseen(list(zip(text, range(4), strict=True)), runs, around))
    assert found == ([0, 1] if unseen else [])
