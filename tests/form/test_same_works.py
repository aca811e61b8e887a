"""One set of works in whatever layout and format: the same rows."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from mailbot.form.clerk import interpret
from mailbot.form.formats.page import of_html
from mailbot.layout.glyphs import Glyph, Rectangle
from mailbot.layout.leaves import UprightPage, blocks_of
from mailbot.layout.typed import of_text
from mailbot.model.document import Block, Document, of_texts
from mailbot.model.form import FormRow
from tests.make.rules import THEMES, official_words

WORDS = official_words()
LABELS = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")
TICKS = (("☑{}", "□{}"), ("{}（√）", "{}（ ）"), ("√{}", "□{}"), ("{}√", "{}"))
"""How one form ticks: a chosen name, and one that is not."""
LETTER = 10
"""Points that a letter takes on a page, across and down."""

titles = st.lists(
    st.text(alphabet="钢铁炼成百云岭春江潮匠心筑梦", min_size=2, max_size=8), min_size=1, max_size=4, unique=True
)
chosen = st.sets(st.sampled_from(THEMES), min_size=1, max_size=3)


@st.composite
def works(draw: st.DrawFn) -> list[FormRow]:
    return [
        FormRow(
            title,
            tuple(theme for theme in THEMES if theme in themes),
            draw(st.sampled_from(["", f"https://v.example.com/{number}"])),
            draw(st.sampled_from(["李小红", "王小明", "欧阳书"])),
            f"1380000000{number}",
        )
        for number, title in enumerate(draw(titles))
        for themes in [draw(chosen)]
    ]


def cells(row: FormRow, tick: tuple[str, str]) -> tuple[str, ...]:
    themes = "  ".join(tick[theme not in row.themes].format(theme) for theme in THEMES)
    return (row.title, themes, row.link, row.contact, row.phone)


Table = Sequence[Sequence[str]]
"""The cells of each work, in the order of `LABELS`."""


def header_table(table: Table) -> list[Block]:
    return [of_texts([LABELS, *table])]


def theme_columns(table: Table) -> list[Block]:
    def ticks(text: str) -> list[str]:
        return ["√" if any(on.format(theme) in text for on, _ in TICKS) else "" for theme in THEMES]

    ticked = [[row[0], *ticks(row[1]), *row[2:]] for row in table]
    return [of_texts([[LABELS[0], *THEMES, *LABELS[2:]], *ticked])]


def over_pages(table: Table) -> list[Block]:
    return [block for row in table for block in (of_texts([LABELS, row]), "续表")]


def cards(table: Table) -> list[Block]:
    return [of_texts(list(zip(LABELS, row, strict=True))) for row in table]


def cards_in_one_table(table: Table) -> list[Block]:
    return [of_texts([pair for row in table for pair in zip(LABELS, row, strict=True)])]


def side_by_side(table: Table) -> list[Block]:
    return [of_texts([[label, *values] for label, *values in zip(LABELS, *table, strict=True)])]


def bands(table: Table) -> list[Block]:
    """Each work a table of its own: labels above their values, some beside others."""
    return [
        of_texts([LABELS[:2], row[:2], (*LABELS[3:],), (*row[3:],)] if not row[2] else
                 [LABELS[:2], row[:2], LABELS[2:4], row[2:4], (LABELS[4], ""), (row[4], "")])
        for row in table
    ]  # fmt: skip


def one_band_a_label(table: Table) -> list[Block]:
    return [of_texts([[text] for pair in zip(LABELS, row, strict=True) if pair[1] for text in pair]) for row in table]


def lines(table: Table) -> list[Block]:
    return [f"{label}：{value}" for row in table for label, value in zip(LABELS, row, strict=True) if value]


def sentences(table: Table) -> list[Block]:
    return ["；".join(f"{label}：{value}" for label, value in zip(LABELS, row, strict=True) if value) for row in table]


def labels_above(table: Table) -> list[Block]:
    filled = (pair for row in table for pair in zip(LABELS, row, strict=True) if pair[1])
    return [text for label, value in filled for text in (f"{label}：", value)]


def typed_by_tabs(table: Table) -> list[Block]:
    return list(of_text("\n".join("\t".join(row) for row in (LABELS, *table)), WORDS).blocks)


def typed_by_strokes(table: Table) -> list[Block]:
    return list(of_text("\n".join(f"|{'|'.join(row)}|" for row in (LABELS, *table)), WORDS).blocks)


def page(table: Table) -> list[Block]:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (LABELS, *table))
    return list(of_html(f"<table>{rows}</table>", WORDS).blocks)


def printed(table: Table) -> list[Block]:
    """A page without rules, its columns parted by blanks."""
    wide = [max(len(row[column]) for row in (LABELS, *table)) + 3 for column in range(len(LABELS))]
    letters = [
        Glyph(letter, Rectangle(left, top, left + LETTER, top + LETTER))
        for top, row in zip(range(0, 10_000, 4 * LETTER), (LABELS, *table), strict=False)
        for column, text in enumerate(row)
        for at, letter in enumerate(text)
        for left in [LETTER * (sum(wide[:column]) + at)]
        if letter != " "
    ]
    return blocks_of([UprightPage(LETTER * sum(wide), tuple(letters))], WORDS)


LAYOUTS = (header_table, theme_columns, over_pages, cards, cards_in_one_table, side_by_side, bands, one_band_a_label,
           lines, sentences, labels_above, typed_by_tabs, typed_by_strokes, page, printed)  # fmt: skip


@given(works(), st.sampled_from(LAYOUTS), st.sampled_from(TICKS))
def test_the_same_works_are_read_from_every_layout(
    rows: list[FormRow], layout: Callable[[Table], list[Block]], tick: tuple[str, str]
) -> None:
    form = interpret(Document(tuple(layout([cells(row, tick) for row in rows]))), WORDS).form
    assert form is not None
    assert list(form.rows) == rows
