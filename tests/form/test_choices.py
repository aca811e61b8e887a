"""Which themes a cell ticks, in every way that people tick."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.form.choices import NONE, choose, column_tick
from mailbot.model.document import STRUCK_CLOSE, STRUCK_OPEN

THEMES = ("高端升级", "数智赋能", "绿色低碳")
UP, WISE, GREEN = THEMES


def one(text: str, *templates: str) -> tuple[str, ...]:
    (choice,) = choose([text], templates, THEMES)
    assert not choice.doubtful, choice
    return choice.themes


def struck(text: str) -> str:
    return f"{STRUCK_OPEN}{text}{STRUCK_CLOSE}"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("□高端升级  ☑数智赋能  □绿色低碳", (WISE,)),
        ("□ 高端升级\n☑ 数智赋能\n☐ 绿色低碳", (WISE,)),
        ("□\n高端升级\n☑\n数智赋能\n□\n绿色低碳", (WISE,)),
        ("√高端升级  □数智赋能  □绿色低碳", (UP,)),
        ("□高端升级√ □数智赋能 □绿色低碳", (UP,)),
        ("√□高端升级 □数智赋能 □绿色低碳", (UP,)),
        ("□√高端升级□数智赋能□√绿色低碳", (UP, GREEN)),
        ("□ √高端升级 □ 数智赋能 □ 绿色低碳", (UP,)),
        ("高端升级□√ 数智赋能□ 绿色低碳□", (UP,)),
        ("高端升级□√数智赋能□绿色低碳□√", (UP, GREEN)),
        ("高端升级□ √数智赋能□ 绿色低碳□", (WISE,)),
        ("高端升级（ ）  数智赋能（√）  绿色低碳（√）", (WISE, GREEN)),
        ("高端升级（）数智赋能（√）绿色低碳（）", (WISE,)),
        ("（√）高端升级 （ ）数智赋能 （ ）绿色低碳", (UP,)),
        ("[√]高端升级 [ ]数智赋能 [ ]绿色低碳", (UP,)),
        ("【√】高端升级 【 】数智赋能 【 】绿色低碳", (UP,)),
        ("高端升级√ 数智赋能 绿色低碳", (UP,)),
        ("高端升级 数智赋能√ 绿色低碳", (WISE,)),
        ("高端升级 √数智赋能 绿色低碳", (WISE,)),
        ("√高端升级 数智赋能 √绿色低碳", (UP, GREEN)),
        ("■高端升级 □数智赋能 ■绿色低碳", (UP, GREEN)),
        ("●高端升级 ○数智赋能 ○绿色低碳", (UP,)),
        ("☒高端升级 ☐数智赋能 ☐绿色低碳", (UP,)),
        ("✔高端升级 □数智赋能 □绿色低碳", (UP,)),
        ("✓ 高端升级\n□ 数智赋能", (UP,)),
        ("✅高端升级 ⬜数智赋能 ⬜绿色低碳", (UP,)),
        ("R高端升级 £数智赋能 £绿色低碳", (UP,)),
        ("☑高端升级\n□数智赋能\n□绿色低碳\n□其他", (UP,)),
        ("☑高端升级 □数智赋能 □绿色低碳 □其他：____", (UP,)),
        ("高端升级（√） 数智赋能（ ） 绿色低碳（ ） 其他（ ）", (UP,)),
        ("Ｒ高端升级 □数智赋能 □绿色低碳", (UP,)),
        ("V高端升级 □数智赋能 □绿色低碳", (UP,)),
        ("×高端升级 √数智赋能 ×绿色低碳", (WISE,)),
        ("1.高端升级√\n2.数智赋能\n3.绿色低碳", (UP,)),
        ("①□高端升级 ②☑数智赋能 ③□绿色低碳", (WISE,)),
        ("1、□高端升级；2、☑数智赋能；3、□绿色低碳", (WISE,)),
        ("高端升级：是 数智赋能：否 绿色低碳：是", (UP, GREEN)),
        ("绿色低碳", (GREEN,)),
        ("高端升级、绿色低碳", (UP, GREEN)),
        ("高端升级\n绿色低碳", (UP, GREEN)),
        ("绿 色 低 碳", (GREEN,)),
        ("☑绿色\n低碳", (GREEN,)),
        ("√高端升级", (UP,)),
        ("高端升级（√）", (UP,)),
        (f"{struck(UP)} 数智赋能 {struck(GREEN)}", (WISE,)),
        (f"{STRUCK_OPEN}高端升级 数智赋能{STRUCK_CLOSE} 绿色低碳", (GREEN,)),
        (f"{struck('□高端升级')} ☑数智赋能 {struck('□绿色低碳')}", (WISE,)),
        ("□高端升级 □数智赋能 □绿色低碳", ()),
        ("高端升级（ ） 数智赋能（ ） 绿色低碳（ ）", ()),
        ("", ()),
        ("/", ()),
    ],
)
def test_a_cell_alone(text: str, chosen: tuple[str, ...]) -> None:
    assert one(text) == chosen


@pytest.mark.parametrize(
    "text",
    [
        "□高端升级√□数智赋能□绿色低碳",
        "高端升级 √ 数智赋能 绿色低碳",
        "□绿色低碳",
        "□高端升级 数智赋能 □绿色低碳",
        "数字赋能",
        "以上都是",
        "高端升级 数智赋能 绿色低碳",
        "×高端升级 □数智赋能 □绿色低碳",
        "√ √",
        f"{struck(UP)} {struck(WISE)} {struck(GREEN)}",
    ],
)
def test_what_a_cell_does_not_tell_is_a_doubt(text: str) -> None:
    (choice,) = choose([text], [], THEMES)
    assert choice.doubtful


@pytest.mark.parametrize(
    "text",
    [
        "不属于高端升级",
        "除高端升级外均可",
        "除高端升级、数智赋能以外",
        "非绿色低碳",
        "高端升级（不属于）",
        "高端升级不涉及",
        "高端升级除外",
        "未选高端升级",
        "由高端升级改为数智赋能",
        "高端升级、绿色低碳都不是",
        "not 高端升级",
        "other than 高端升级",
        "☑非高端升级 □数智赋能 □绿色低碳",
    ],
)
def test_a_theme_that_is_denied_is_not_chosen(text: str) -> None:
    [choice] = choose([text], [], THEMES)
    assert (choice.themes, choice.doubtful) == ((), True)


@pytest.mark.parametrize("note", ["（不可多选）", " 不可多选", "\n不超过两项"])
def test_a_note_of_the_form_denies_nothing(note: str) -> None:
    assert one(f"☑高端升级 □数智赋能 □绿色低碳{note}") == (UP,)
    assert one(f"{note} ☑高端升级 □数智赋能 □绿色低碳") == (UP,)


def test_a_tick_that_replaced_its_box_leaves_no_name_without_a_mark() -> None:
    assert one("□ 高端升级 √ 数智赋能 □ 绿色低碳") == (WISE,)
    assert one("高端升级√ □数智赋能 □绿色低碳") == (UP,)


def test_ticks_on_both_sides_of_names_belong_to_the_nearest() -> None:
    assert one("√高端升级 数智赋能 绿色低碳√") == (UP, GREEN)


BESIDE_OTHERS = [
    # a tick that replaced its box stands where the other row has its boxes
    ("☑高端升级 □数智赋能 □绿色低碳", "高端升级√数智赋能 绿色低碳", WISE),
    # one that touches a name is not another's, wherever the other row has its ticks
    ("√高端升级\n√数智赋能 绿色低碳", "高端升级☑  绿色低碳", UP),
]


@pytest.mark.parametrize(("other", "text", "wanted"), BESIDE_OTHERS)
def test_whose_a_tick_is_where_one_row_alone_does_not_tell(other: str, text: str, wanted: str) -> None:
    choice = choose([other, text], [], THEMES)[1]
    assert (choice.themes, choice.doubtful) == ((wanted,), False)


def test_a_cell_longer_than_any_choice_is_for_a_person() -> None:
    [choice] = choose(["高端升级" + "√" * 3000], [], THEMES)
    assert (choice.themes, choice.doubtful) == ((), True)


def test_a_fourth_choice_that_was_ticked_is_for_a_person() -> None:
    (choice,) = choose(["□高端升级 □数智赋能 □绿色低碳 ☑其他：安全生产"], [], THEMES)
    assert choice.doubtful


def test_line_breaks_of_a_narrow_cell_tell_no_side() -> None:
    broken = "高端升级\n（2）数智赋能\n√ （3）绿色低\n碳"
    known, _ = choose([broken, "高端升级\n数智赋能\n绿色低碳\n√"], [], THEMES)
    assert known.themes == (WISE,)
    (alone,) = choose([broken], [], THEMES)
    assert alone.doubtful
    assert alone.themes == ()


def test_other_rows_tell_the_side() -> None:
    after = "高端升级 √ 数智赋能 绿色低碳 √"
    first, second = choose(["高端升级 √ 数智赋能 绿色低碳", after], [], THEMES)
    assert (first.themes, second.themes) == ((UP,), (UP, GREEN))


def test_other_rows_tell_whose_tick_it_is() -> None:
    cells = ["□高端升级√□数智赋能□绿色低碳", "□高端升级□数智赋能□绿色低碳√"]
    assert [choice.themes for choice in choose(cells, [], THEMES)] == [(UP,), (GREEN,)]
    cells = ["□高端升级√□数智赋能□绿色低碳", "√□高端升级□数智赋能□绿色低碳"]
    assert [choice.themes for choice in choose(cells, [], THEMES)] == [(WISE,), (UP,)]


def test_all_names_where_others_name_some() -> None:
    first, _ = choose(["高端升级、数智赋能、绿色低碳", "绿色低碳"], [], THEMES)
    assert (first.themes, first.doubtful) == (THEMES, False)


def test_all_names_as_the_blank_form_has_them_are_no_choice() -> None:
    (choice,) = choose(["高端升级 数智赋能 绿色低碳"], ["高端升级 数智赋能 绿色低碳"], THEMES)
    assert choice == NONE


@pytest.mark.parametrize(
    ("text", "ticked"),
    [("√", True), ("☑", True), ("是", True), ("1", True), ("高端升级", True), ("", False), ("□", False), ("否", False),
     ("0", False), ("/", False), ("（√）", True), ("( )", False), ("也许", None), ("×", None)],
)  # fmt: skip
def test_a_theme_s_own_column(text: str, *, ticked: bool | None) -> None:
    assert column_tick(text, UP) is ticked


WAYS = {
    "before": ("☑{}", "□{}"),
    "before, apart": ("☑ {}", "□ {}"),
    "after": ("{}☑", "{}□"),
    "brackets after": ("{}（√）", "{}（ ）"),
    "brackets before": ("（√）{}", "（  ）{}"),
    "square": ("[√]{}", "[ ]{}"),
    "solid": ("■{}", "□{}"),
    "round": ("●{}", "○{}"),
    "tick for box": ("√{}", "□{}"),
    "tick beside box": ("√□{}", "□{}"),
    "box and tick": ("□√{}", "□{}"),
}
GAPS = (" ", "  ", "\n", "、", "；", "\t")


@given(
    st.sampled_from(sorted(WAYS)),
    st.sampled_from(GAPS),
    st.sets(st.sampled_from(THEMES)),
    st.permutations(THEMES),
)
def test_every_choice_in_every_way(way: str, gap: str, chosen: set[str], order: list[str]) -> None:
    on, off = WAYS[way]
    text = gap.join((on if theme in chosen else off).format(theme) for theme in order)
    assert one(text) == tuple(theme for theme in THEMES if theme in chosen)


@given(st.text(alphabet="□☑√高端升级数智赋能绿色低碳 ()（）×R\n、" + STRUCK_OPEN + STRUCK_CLOSE, max_size=60))
def test_no_cell_breaks_it_and_no_theme_is_made_up(text: str) -> None:
    (choice,) = choose([text], [], THEMES)
    plain = "".join(character for character in text if character.isalpha())
    assert all(set(theme) <= set(plain) for theme in choice.themes)


def test_all_subsets_without_marks() -> None:
    for size in (1, 2):
        for chosen in itertools.combinations(THEMES, size):
            assert one("、".join(chosen), "□高端升级 □数智赋能 □绿色低碳") == chosen


def test_a_box_ticked_by_keyboard() -> None:
    cells = ["[x]高端升级 [ ]数智赋能 [ ]绿色低碳", "[ ]高端升级 [X]数智赋能 [X]绿色低碳"]
    assert [choice.themes for choice in choose(cells, [], THEMES)] == [("高端升级",), ("数智赋能", "绿色低碳")]


def test_a_cross_in_round_brackets_may_say_no() -> None:
    [choice] = choose(["（×）高端升级 （ ）数智赋能 （ ）绿色低碳"], [], THEMES)
    assert choice.themes == ()
    assert choice.doubtful


@pytest.mark.parametrize(
    "cell",
    [
        "口（1）高端升级√（2）数智赋能√（3）绿色低碳",
        "（1）口高端升级（2）√数智赋能（3）√绿色低碳",
        "口高端升级 √数智赋能 √绿色低碳",
        "①□高端升级②☑数智赋能③☑绿色低碳",
        "□①高端升级☑②数智赋能☑③绿色低碳",
        "1、□高端升级 2、√数智赋能 3、√绿色低碳",
        "高端升级口 数智赋能√ 绿色低碳√",
    ],
)
def test_numbers_before_names_and_boxes_typed_as_a_character(cell: str) -> None:
    [choice] = choose([cell], [], THEMES)
    assert choice.themes == ("数智赋能", "绿色低碳")
    assert not choice.doubtful


def test_the_character_in_a_word_is_no_box() -> None:
    [choice] = choose(["高端升级（进出口产业）"], [], THEMES)
    assert choice.themes == ("高端升级",)


def test_a_name_in_latin_letters_is_known_however_it_is_written() -> None:
    texts = ["☑Craft  □Machines", "□craft  ☑MACHINES"]
    chosen = choose(texts, ["", ""], ("Craft", "Machines"))
    assert [one.themes for one in chosen] == [("Craft",), ("Machines",)]
