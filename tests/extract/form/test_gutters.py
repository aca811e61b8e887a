"""Tables without rules in a PDF: words in columns, rows parted by blanks."""

from mailbot.extract.form.clerk import interpret
from mailbot.extract.form.grid import Document
from mailbot.extract.form.gutters import unruled
from mailbot.extract.form.letters import Box, Letter, lines_of
from mailbot.model.form import Form, FormRow

THEMES = ("高端升级", "数智赋能", "绿色低碳")
COLUMNS = (0, 100, 200, 300)
"""Where each begins, points; a letter is 10 by 10."""


def page(*rows: tuple[str, ...], above: str = "") -> list[Letter]:
    letters = [Letter(letter, Box(10 * at, 0, 10 * at + 10, 10)) for at, letter in enumerate(above)]
    top = 30
    for row in rows:
        for left, text in zip(COLUMNS, row, strict=False):
            for number, line in enumerate(text.split("\n")):
                box = Box(left, top + 13 * number, left + 10, top + 13 * number + 10)
                letters += [
                    Letter(letter, Box(box.left + 10 * at, box.top, box.right + 10 * at, box.bottom))
                    for at, letter in enumerate(line)
                ]
        top += 13 * max(text.count("\n") for text in row) + 25
    return letters


HEAD = ("作品名称", "主题", "联系人", "手机号码")


def read(letters: list[Letter]) -> Form | None:
    blocks = unruled(lines_of(letters))
    return interpret(Document(tuple(blocks)), THEMES).form if blocks else None


def test_cells_of_several_lines_stay_together() -> None:
    rows = (
        HEAD,
        ("大国重器\n盾构机", "高端升级\n绿色低碳", "李小红", "13800000\n001"),
        ("二", "数智赋能", "王小明", ""),
    )
    form = read(page(*rows, above="单位名称：甲厂"))
    assert form == Form(
        "甲厂",
        "",
        (
            FormRow("大国重器盾构机", ("高端升级", "绿色低碳"), "", "李小红", "13800000001"),
            FormRow("二", ("数智赋能",), "", "王小明"),
        ),
    )


def test_a_line_across_the_columns_ends_the_table() -> None:
    rows = (HEAD, ("一", "高端升级", "李小红", ""), ("本表由推荐单位填写并加盖公章后报送",))
    form = read(page(*rows))
    assert form is not None
    assert [row.title for row in form.rows] == ["一"]


def test_a_page_of_sentences_has_no_table() -> None:
    assert unruled(lines_of(page(("各有关单位请按通知报送",), ("联系人李小红",)))) is None
