"""Tables without rules in a PDF: words in columns, rows parted by blanks."""

from mailbot.form.clerk import interpret
from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.layout.rules import rules_of
from mailbot.model.document import Document
from mailbot.model.form import Form, FormRow
from tests.make.rules import official_words

WORDS = official_words()
COLUMNS = (0, 100, 200, 300)
"""Where each begins, points; a letter is 10 by 10."""


def page(*rows: tuple[str, ...], above: str = "") -> list[Glyph]:
    letters = [Glyph(letter, Rectangle(10 * at, 0, 10 * at + 10, 10)) for at, letter in enumerate(above)]
    top = 30
    for row in rows:
        for left, text in zip(COLUMNS, row, strict=False):
            for number, line in enumerate(text.split("\n")):
                box = Rectangle(left, top + 13 * number, left + 10, top + 13 * number + 10)
                letters += [
                    Glyph(letter, Rectangle(box.left + 10 * at, box.top, box.right + 10 * at, box.bottom))
                    for at, letter in enumerate(line)
                ]
        top += 13 * max(text.count("\n") for text in row) + 25
    return letters


HEAD = ("作品名称", "主题", "联系人", "手机号码")


def read(letters: list[Glyph]) -> Form | None:
    return interpret(Document(tuple(blocks_of([UprightPage(600, tuple(letters))], WORDS))), WORDS).form


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
    assert read(page(("各有关单位请按通知报送",), ("联系人李小红",))) is None


def placed(text: str, left: float, top: float) -> list[Glyph]:
    return [
        Glyph(letter, Rectangle(left + 10 * at, top, left + 10 * at + 10, top + 10))
        for at, letter in enumerate(text)
        if letter != " "
    ]


def drawn(*texts: tuple[str, float, float]) -> tuple[Glyph, ...]:
    return tuple(letter for text in texts for letter in placed(*text))


def form_of(*leaves: UprightPage) -> Form:
    form = interpret(Document(tuple(blocks_of(leaves, WORDS))), WORDS).form
    assert form is not None
    return form


def heads(top: float) -> list[tuple[str, float, float]]:
    return [(text, left, top) for text, left in zip(HEAD, COLUMNS, strict=True)]


def work(title: str, top: float, phone: str = "13800000001") -> list[tuple[str, float, float]]:
    return [(title, 0, top), ("高端升级", 100, top), ("李小红", 200, top), (phone, 300, top)]


def test_rows_that_touch_begin_with_a_title_and_whom_to_call() -> None:
    form = form_of(UprightPage(600, drawn(*heads(0), *work("一", 14), ("续", 0, 28), *work("二", 42))))
    assert [row.title for row in form.rows] == ["一续", "二"]


def test_level_rules_part_rows_whatever_the_blanks() -> None:
    level = [Rectangle(0, y, 410, y) for y in (-3, 12, 60, 80)]
    letters = drawn(*heads(0), *work("一", 20), ("续", 0, 46), *work("二", 64))
    form = form_of(UprightPage(600, letters, rules=rules_of(level)))
    assert [row.title for row in form.rows] == ["一续", "二"]


def test_a_number_at_the_right_of_its_column_is_none_of_the_title_s() -> None:
    head = [("序号", 0, 0), ("作品名称", 41, 0), ("主题", 150, 0), ("联系人", 250, 0), ("手机号码", 350, 0)]
    row = [("1", 29, 20), ("百炼成钢", 41, 20), ("高端升级", 150, 20), ("李小红", 250, 20), ("13800000001", 350, 20)]
    assert [one.title for one in form_of(UprightPage(600, drawn(*head, *row))).rows] == ["百炼成钢"]


def test_a_contact_in_the_middle_of_all_rows_is_everybody_s() -> None:
    rows = [text for top, title in ((20, "一"), (60, "二")) for text in work(title, top)[:2]]
    form = form_of(UprightPage(600, drawn(*heads(0), *rows, ("李小红", 200, 40), ("13800000001", 300, 40))))
    assert [(row.title, row.contact, row.phone) for row in form.rows] == [
        ("一", "李小红", "13800000001"), ("二", "李小红", "13800000001"),
    ]  # fmt: skip


def test_a_contact_beside_one_of_two_works_is_its_own() -> None:
    rows = [*work("一", 20), *work("二", 60)[:2]]
    assert [row.contact for row in form_of(UprightPage(600, drawn(*heads(0), *rows))).rows] == ["李小红", ""]


def test_themes_below_their_head_are_columns() -> None:
    head = [
        ("作品名称", 0, 8),
        ("征选主题", 120, 0),
        ("联系人", 300, 0),
        ("高端升级", 80, 16),
        ("数智赋能", 140, 16),
        ("绿色低碳", 200, 16),
        ("姓名", 280, 16),
        ("手机号码", 340, 16),
    ]
    row = [("百炼成钢", 0, 40), ("√", 90, 40), ("√", 210, 40), ("李小红", 280, 40), ("13800000001", 340, 40)]
    wanted = FormRow("百炼成钢", ("高端升级", "绿色低碳"), "", "李小红", "13800000001")
    assert form_of(UprightPage(600, drawn(*head, *row))).rows == (wanted,)


def test_a_table_without_rules_goes_on_overleaf() -> None:
    form = form_of(
        UprightPage(600, drawn(*heads(0), *work("一", 20))), UprightPage(600, drawn(*work("二", 0), ("2", 300, 500)))
    )
    assert [row.title for row in form.rows] == ["一", "二"]


def test_columns_that_had_no_room_stand_on_the_next_page() -> None:
    wide = drawn(*heads(0)[:3], *work("一", 20)[:3], *work("二", 40)[:3])
    rest = drawn(("手机号码", 0, 0), ("13800000001", 0, 20), ("13800000002", 0, 40))
    form = form_of(UprightPage(300, wide), UprightPage(300, rest))
    assert [(row.title, row.phone) for row in form.rows] == [("一", "13800000001"), ("二", "13800000002")]


def test_pairs_of_labels_and_values() -> None:
    texts = [("单位名称", 0, 0), ("甲厂", 120, 0),
             ("作品名称", 0, 30), ("百炼成钢", 120, 30), ("视频链接", 300, 30),
             ("征选主题", 0, 66), ("√高端升级", 120, 60), ("□数智赋能", 120, 73),
             ("联系人", 0, 100), ("李小红", 120, 100), ("手机号码", 300, 100), ("13800000001", 400, 100)]  # fmt: skip
    wanted = Form("甲厂", "", (FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001"),))
    assert form_of(UprightPage(600, drawn(*texts))) == wanted


def test_a_drawn_table_that_misses_its_outer_rules_is_read_by_its_gutters() -> None:
    cells = tuple(Rectangle(left, top, left + 100, top + 15) for left in (100, 200) for top in (0, 15))
    form = form_of(UprightPage(600, drawn(*heads(2), *work("一", 17)), (cells,)))
    assert [(row.title, row.phone) for row in form.rows] == [("一", "13800000001")]


def test_a_head_broken_over_three_lines_is_one() -> None:
    head = [
        ("作品名", 0, 13),
        ("征选主题（可多", 80, 0),
        ("联系人", 200, 13),
        ("手机号码", 300, 13),
        ("称", 0, 26),
        ("选）", 80, 26),
    ]
    row = [("百炼成钢", 0, 60), ("高端升级", 80, 60), ("李小红", 200, 60), ("13800000001", 300, 60)]
    wanted = FormRow("百炼成钢", ("高端升级",), "", "李小红", "13800000001")
    assert form_of(UprightPage(600, drawn(*head, *row))).rows == (wanted,)


def test_a_header_may_begin_with_halves_of_heads() -> None:
    head = [("作品联系", 200, 0), ("作品名称", 0, 13), ("主题", 100, 13), ("手机号码", 300, 13), ("人", 200, 26)]
    form = form_of(UprightPage(600, drawn(*head, *work("一", 60))))
    assert [(row.title, row.contact) for row in form.rows] == [("一", "李小红")]


def test_a_page_s_own_head_and_foot_are_no_works() -> None:
    first = UprightPage(600, drawn(*heads(0), *work("一", 20), ("第 1 页 / 共 2 页", 150, 500)))
    second = UprightPage(600, drawn(("短视频征选活动", 0, 0), *work("二", 40), ("第 2 页 / 共 2 页", 150, 500)))
    assert [row.title for row in form_of(first, second).rows] == ["一", "二"]


def test_a_typed_blank_stays_however_narrow() -> None:
    name = [*placed("Tom", 200, 20), Glyph(" ", Rectangle(230, 20, 232, 30)), *placed("Lee", 232, 20)]
    letters = (*drawn(*heads(0), *work("一", 20)[:2], ("13800000001", 300, 20)), *name)
    assert [row.contact for row in form_of(UprightPage(600, letters)).rows] == ["Tom Lee"]


def test_the_rest_of_a_themes_cell_overleaf_is_no_head_of_the_page() -> None:
    first = UprightPage(
        600, drawn(*heads(0), ("一", 0, 20), ("√高端升级", 100, 20), ("李小红", 200, 20), ("13800000001", 300, 20))
    )
    second = UprightPage(600, drawn(("□数智赋能", 100, 0), ("√绿色低碳", 100, 30), *work("二", 70)))
    assert form_of(first, second).rows[0].themes == ("高端升级", "绿色低碳")


def test_every_second_row_in_a_coloured_band() -> None:
    def band(top: float) -> tuple[Rectangle, ...]:
        return tuple(Rectangle(left, top, left + 100, top + 15) for left in (0, 100, 200, 300))

    letters = drawn(*heads(2), *work("一", 17), *work("二", 32), *work("三", 47), *work("四", 62))
    bands = (tuple(Rectangle(box.left, 0, box.right, 30) for box in band(0)) + band(0), band(30), band(60))
    form = form_of(UprightPage(600, letters, bands))
    assert [row.title for row in form.rows] == ["一", "二", "三", "四"]


def test_a_title_and_a_name_that_both_go_on_below_are_one_work_s() -> None:
    row = [*work("钢铁是这样炼成", 14), ("的", 0, 27), ("娜", 200, 27)]
    assert [one.contact for one in form_of(UprightPage(600, drawn(*heads(0), *row))).rows] == ["李小红娜"]
