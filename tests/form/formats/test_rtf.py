"""Rich text as Word, WordPad and WPS write it: charsets, fields, struck runs, merged cells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mailbot.form.formats.rtf import read_rtf
from mailbot.form.read import read_document
from mailbot.model.document import Fact, FactKind, Grid
from mailbot.model.filetype import FileType
from mailbot.model.form import FormRow
from tests.make.rules import official

RULES = official()
FONTS = "{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset2 Wingdings 2;}{\\f2\\fcharset0 Calibri;}}"
CELL = "\\cell "
ROW = "\\trowd\\cellx1000\\cellx3000\\cellx4000\\cellx5000"


def gbk(text: str) -> str:
    return "".join(
        letter if letter < "\x80" else "".join(f"\\'{byte:02x}" for byte in letter.encode("gbk")) for letter in text
    )


def coded(text: str) -> str:
    return "".join(
        letter if letter < "\x80" else f"\\u{ord(letter) - 65536 if ord(letter) > 32767 else ord(letter)}?"
        for letter in text
    )


def box(result: int) -> str:
    state = f"{{\\*\\formfield{{\\fftype1\\ffres{result}\\ffdefres0}}}}"
    return f"{{\\field{{\\*\\fldinst FORMCHECKBOX {state}}}{{\\fldrslt }}}}"


@pytest.mark.parametrize("write", [gbk, coded])
@pytest.mark.parametrize(
    "cell",
    [
        lambda write: write("√高端升级 □数智赋能"),
        lambda write: f"{box(1)}{write('高端升级')} {box(25)}{write('数智赋能')}",
        lambda write: f"{write('高端升级')} {{\\strike {write('数智赋能')}}}",
        lambda write: f"{{\\f1 R}}{write('高端升级')} {{\\f1\\'a3}}{write('数智赋能')}",
    ],
    ids=["marks", "fields", "struck", "symbols"],
)
def test_an_rtf(write: object, cell: object, tmp_path: Path) -> None:
    assert callable(write)
    assert callable(cell)
    head = "".join(f"\\intbl {write(text)}\\cell " for text in ("作品名称", "征选主题", "联系人", "手机号码"))
    body = "".join(
        f"\\intbl {text}\\cell " for text in (write("百炼成钢"), cell(write), write("李小红"), "13800000001")
    )
    unit = write("单位名称：云岭机械厂")
    begun = f"{{\\rtf1\\ansi\\ansicpg936\\deff0{FONTS}\\pard\\f0 {unit}\\par"
    text = f"{begun} {ROW} {head}\\row {ROW} {body}\\row\\pard\\par}}"
    path = tmp_path / "form.rtf"
    path.write_bytes(text.encode("latin-1"))
    reading = read_document(path, FileType.RTF, RULES)
    assert reading is not None
    assert reading.form is not None
    assert reading.form.unit == "云岭机械厂"
    assert reading.form.rows == (FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001"),)


@pytest.mark.parametrize("write", [gbk, coded])
@pytest.mark.parametrize("word", ["b", "ab", "ul", "uldb", "highlight7", "chcbpat2"])
def test_a_choice_that_is_set_off_from_the_others_is_told(
    word: str, write: Callable[[str], str], tmp_path: Path
) -> None:
    on = f"\\{word} " + write("高端升级")
    cells = (f"{{{on}}} {gbk('数智赋能')}", f"{on}\\plain  {gbk('数智赋能')}", on, gbk("高端升级 数智赋能"))
    body = "".join(f"\\intbl {cell}\\cell " for cell in cells)
    (tmp_path / "f").write_bytes(f"{{\\rtf1\\ansicpg936 {ROW} {body}\\row}}".encode("ascii"))
    (grid,) = read_rtf(tmp_path / "f").blocks
    assert isinstance(grid, Grid)
    said = (Fact(FactKind.SET_OFF, "高端升级"),)
    assert [cell.facts for cell in grid.rows[0]] == [said, said, (), ()]


@pytest.mark.parametrize(("place", "unsure"), [(rb"\intbl ", True), (b"", False)])
def test_a_text_box_over_a_cell_is_a_doubt(place: bytes, *, unsure: bool, tmp_path: Path) -> None:
    box = rb"{\shp{\*\shpinst{\shptxt \pard x\par}}}"
    (tmp_path / "f").write_bytes(rb"{\rtf1\trowd\cellx100\pard" + place + b"a" + box + rb"\cell\row}")
    assert read_rtf(tmp_path / "f").facts == ((Fact(FactKind.FLOATING),) if unsure else ())


def told(path: Path, title: str, link: str) -> list[FormRow]:
    """The rows of a form whose work has this title and link, as RTF."""
    rows = [
        [gbk(head) for head in ("视频作品名称", "征选主题", "视频链接", "联系人")],
        [title, gbk("√高端升级 □数智赋能"), link, gbk("李小红")],
    ]
    body = "".join(f"{ROW}\\pard\\intbl {''.join(f'{cell}' + CELL for cell in row)}\\row" for row in rows)
    path.write_bytes(f"{{\\rtf1\\ansi\\ansicpg936 {FONTS}{body}\\pard\\par}}".encode("ascii"))
    form = read_document(path, FileType.RTF, RULES).form
    return list(form.rows) if form is not None else []


def test_words_that_a_tracked_change_struck_are_no_title(tmp_path: Path) -> None:
    (row,) = told(tmp_path / "f", f"{{\\deleted {gbk('旧名')}}}{gbk('百炼成钢')}", "")
    assert row.title == "百炼成钢"


def test_the_address_behind_words_is_the_link(tmp_path: Path) -> None:
    field = f'{{\\field{{\\*\\fldinst HYPERLINK "https://pan.baidu.com/s/1a"}}{{\\fldrslt {gbk("点击下载")}}}}}'
    (row,) = told(tmp_path / "f", gbk("百炼成钢"), field)
    assert (row.title, row.link) == ("百炼成钢", "https://pan.baidu.com/s/1a")


@pytest.mark.parametrize(("behind", "titles"), [("", ["光的重量"]), ("\\chcbpat2 ", ["光的重量", "一炉好钢"])])
def test_white_letters_on_white_are_no_work_but_a_doubt(behind: str, titles: list[str], tmp_path: Path) -> None:
    works = [("光的重量", ""), ("一炉好钢", f"\\cf1 {behind}")]
    lines = [("", ["视频作品名称", "征选主题", "视频链接", "联系人"])]
    lines += [(look, [title, "√高端升级 □数智赋能", "", "李小红"]) for title, look in works]
    body = "".join(
        f"{ROW}\\pard\\intbl {''.join(f'{{{look}{gbk(cell)}}}{CELL}' for cell in line)}\\row" for look, line in lines
    )
    colours = "{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue128;}"
    path = tmp_path / "f"
    path.write_bytes(f"{{\\rtf1\\ansi\\ansicpg936 {FONTS}{colours}{body}\\pard\\par}}".encode("ascii"))
    reading = read_document(path, FileType.RTF, RULES)
    assert reading.form is not None
    assert [row.title for row in reading.form.rows] == titles
    assert ("form" in {one.details.get("field") for one in reading.findings}) is (len(titles) == 1)
