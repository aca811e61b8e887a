"""Which themes are ticked: by each cell's names and marks, and by the other rows where it does not tell. Pure.

A mark may stand before or behind its name, replace the box or stand beside it; only the chosen names may be left, or
the others struck through. What cannot be told is no choice but a doubt.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mailbot.form.themes_cell import SQUARE, Kind, Piece, pieces, spelled
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX
from mailbot.text.folding import folded, key, unstruck
from mailbot.text.values import is_blank


@dataclass(frozen=True, slots=True)
class Choice:
    """The themes of one row, in the campaign's order.

    Attributes:
        doubtful: a person must look.
        marked: told by ticks, not by names alone.
    """

    themes: tuple[str, ...] = ()
    doubtful: bool = False
    marked: bool = False


NONE: Final = Choice()
UNCLEAR: Final = Choice(doubtful=True)
LONGEST: Final = 2000
"""Characters of a themes cell; a longer one chooses nothing."""


def choose(texts: Sequence[str], templates: Sequence[str], themes: tuple[str, ...]) -> list[Choice]:
    """The themes that each row's cell chooses.

    Args:
        texts: the themes cells of the filled rows, in their order.
        templates: those of the rows that are otherwise blank: what the form looked like before.
        themes: the campaign's.
    """
    parts = [pieces(text[:LONGEST], themes) for text in texts]
    ticks = any(piece.on for found in parts for piece in found)
    # × means "not this one" where others are ticked; alone it may mean either
    boxes = not ticks and _crosses_are_ticks(parts)
    cells = [_themes_cell(text[:LONGEST], themes, cross_is_tick=boxes) for text in texts]
    before = [_themes_cell(text[:LONGEST], themes) for text in templates]
    column = _ColumnFacts(
        _SIDED.intersection(*(cell.readings for cell in (*cells, *before) if cell.readings)),
        any((0 < len(cell.names) < len(themes) or cell.struck) and not cell.marks for cell in cells),
        any(len(cell.names) == len(themes) and not cell.marks for cell in before),
    )
    return [
        UNCLEAR
        if len(text) > LONGEST or _negates(cell, themes, text) or (cell.crossed and not ticks and not boxes)
        else _choice(text, cell, column, themes)
        for text, cell in zip(texts, cells, strict=True)
    ]


def _crosses_are_ticks(parts: Sequence[Sequence[Piece]]) -> bool:
    """`[x]` beside `[ ]` is how a box is ticked by keyboard; a loose × or one in （ ） says no as often as yes."""
    squares = {(piece.kind, piece.text == SQUARE) for found in parts for piece in found}
    return (Kind.BOX, True) in squares and (Kind.CROSS, False) not in squares


# --- one cell ---

TOUCHING, BLANK, BREAK, FAR = range(4)
"""What stands between two items of a cell: nothing; blanks or words; a line break or a mark between names; more."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A name, a box or a loose tick; a × is one of the latter two that is not on. `gap`: what stands before it."""

    kind: Kind
    on: bool
    gap: int


class Side(Enum):
    """On which side of its name a mark stands."""

    BEFORE = "before"
    BEHIND = "behind"
    NEAREST = "nearest"


_Hypothesis = tuple[Side, Side]
"""Where a column's boxes stand, and where its loose ticks: beside their names, or beside the names' boxes."""
_SIDED: Final = frozenset((boxes, ticks) for boxes in Side for ticks in Side if Side.NEAREST not in {boxes, ticks})
_ALIKE: Final = frozenset((side, side) for side in Side)
_NEAREST: Final = frozenset((side, Side.NEAREST) for side in Side)


@dataclass(frozen=True, slots=True)
class _ThemesCell:
    """A themes cell: its names, those of them that are struck, and its marks.

    Attributes:
        boxed: a box is among the marks.
        crossed: a mark of doubtful meaning (×) is.
        marks: how many.
        ticked: one of them is on.
        readings: the names that are ticked under each hypothesis that fits.
    """

    names: tuple[str, ...]
    struck: frozenset[str]
    boxed: bool
    crossed: bool
    marks: int
    ticked: bool
    readings: Mapping[_Hypothesis, frozenset[str]]


@functools.lru_cache(maxsize=64)
def _themes_cell(text: str, themes: tuple[str, ...], *, cross_is_tick: bool = False) -> _ThemesCell:
    """A cell taken apart, once for all the rows that say the same: those left blank do."""
    found = pieces(text, themes)
    names = tuple(piece.theme for piece in found if piece.theme)
    items = _items(found, cross_is_tick=cross_is_tick)
    return _ThemesCell(
        names,
        frozenset(piece.theme for piece in found if piece.theme and piece.struck),
        any(item.kind is Kind.BOX for item in items),
        any(piece.kind is Kind.CROSS for piece in found),
        len(items) - len(names),
        any(item.on for item in items),
        _readings(items, names) if len(items) > len(names) else {},
    )


def _items(found: Sequence[Piece], *, cross_is_tick: bool) -> list[_Item]:
    # a line break within a name: in so narrow a cell other breaks mean nothing either
    broken = any("\n" in piece.text for piece in found if piece.theme)
    # ☑ among no empty boxes is one more way to write a tick
    alone = all(piece.on for piece in found if piece.kind is Kind.BOX)
    items: list[_Item] = []
    gap = TOUCHING
    for piece in found:
        if piece.kind in {Kind.SPACE, Kind.TEXT, Kind.BREAK}:
            gap = max(gap, BREAK if piece.kind is Kind.BREAK and not broken else BLANK)
            continue
        crossed = piece.kind is Kind.CROSS
        loose = not piece.text if crossed else piece.kind is Kind.BOX and alone
        kind = Kind.TICK if loose else Kind.BOX if crossed else piece.kind
        on = piece.on or (crossed and cross_is_tick)
        if items and gap == TOUCHING and kind is items[-1].kind is not Kind.THEME:
            items[-1] = _Item(kind, on or items[-1].on, items[-1].gap)
        else:
            items.append(_Item(kind, on, gap))
        gap = TOUCHING
    return items


# --- whose mark is it? ---


def _readings(items: Sequence[_Item], names: Sequence[str]) -> dict[_Hypothesis, frozenset[str]]:
    """The names that a cell ticks under each hypothesis that fits it.

    Those count that leave the fewest names without a mark; among them, those by which no mark touches another's name,
    if marks can stand on one side at all so.
    """
    known = dict(zip((at for at, item in enumerate(items) if item.kind is Kind.THEME), range(len(names)), strict=True))
    fitting: dict[_Hypothesis, tuple[dict[int, int], bool]] = {}
    for boxes in Side:
        boxed = _owners(items, Kind.BOX, boxes, known)
        for ticks in Side if boxed is not None else ():
            if boxed is not None and (loose := _owners(items, Kind.TICK, ticks, known | boxed[0])) is not None:
                fitting[boxes, ticks] = boxed[0] | loose[0], boxed[1] or loose[1]
    most = max((len(set(owners.values())) for owners, _ in fitting.values()), default=0)
    fitting = {one: found for one, found in fitting.items() if len(set(found[0].values())) == most}
    if any(not strained for one, (_, strained) in fitting.items() if one in _SIDED):
        fitting = {one: found for one, found in fitting.items() if not found[1]}
    return {
        one: frozenset(names[name] for at, name in owners.items() if items[at].on)
        for one, (owners, _) in fitting.items()
    }


def _owners(
    items: Sequence[_Item], kind: Kind, side: Side, known: Mapping[int, int]
) -> tuple[dict[int, int], bool] | None:
    """The name (by its number) of each mark of a kind (by its place), and whether one of them touches another's name.

    None where a mark has no name, or a name has two such marks.
    """
    own: dict[int, int] = {}
    strained = False
    for at, item in enumerate(items):
        if item.kind is kind:
            name, strains = _name_of(items, at, side, known)
            if name is None or name in own.values():
                return None
            own[at], strained = name, strained or strains
    return own, strained


def _name_of(items: Sequence[_Item], at: int, side: Side, known: Mapping[int, int]) -> tuple[int | None, bool]:
    """The name of a mark, and whether the mark stands nearer to another's."""
    (left, before), (right, behind) = (_neighbour(items, at, step, known) for step in (-1, 1))
    if left == right:
        return left, False
    if side is Side.NEAREST:
        if left is None or right is None:
            return (right if left is None else left), False
        return (None if before == behind else left if before < behind else right), False
    own, near, other, far = (right, behind, left, before) if side is Side.BEFORE else (left, before, right, behind)
    # blanks against line breaks tell nothing where a narrow cell broke the line
    return own, other is not None and far < near and (far == TOUCHING or near > BREAK)


def _neighbour(items: Sequence[_Item], at: int, step: int, known: Mapping[int, int]) -> tuple[int | None, int]:
    """The name of the next item on a side, over loose ticks if it is a box's; and how far away it stands."""
    gap, kind = TOUCHING, items[at].kind
    while 0 <= at + step < len(items):
        gap = max(gap, items[max(at, at + step)].gap)
        at += step
        if at in known:
            # a tick belongs to another's box only where it touches it
            return known[at], FAR if gap > TOUCHING and items[at].kind is Kind.BOX else gap
        if items[at].kind is kind:
            break
    return None, FAR


# --- a column ---


@dataclass(frozen=True, slots=True)
class _ColumnFacts:
    """What the rows tell together.

    Attributes:
        fitting: the hypotheses that fit every row.
        names_only: rows name fewer themes than there are, or strike some, without marks: who is left is chosen.
        bare: the blank form itself names every theme without a mark.
    """

    fitting: frozenset[_Hypothesis]
    names_only: bool
    bare: bool


def _choice(text: str, cell: _ThemesCell, column: _ColumnFacts, themes: tuple[str, ...]) -> Choice:
    if not cell.names:
        return NONE if is_blank(text) or (cell.marks and not cell.ticked) else UNCLEAR
    if len(set(cell.names)) < len(cell.names):
        return UNCLEAR
    if cell.struck:
        # unchosen names are struck through; marks, where there are, must say the same
        left = frozenset(cell.names) - cell.struck
        agrees = left in cell.readings.values() if cell.ticked else not cell.marks
        return Choice(_ordered(left, themes), doubtful=not left or not agrees)
    if cell.marks:
        return _by_marks(cell, column, themes)
    # names without a mark: the chosen ones, unless the blank form names them all just so
    chosen = _ordered(frozenset(cell.names), themes)
    if len(chosen) < len(themes) or len(themes) == 1:
        return Choice(chosen)
    return NONE if column.bare else Choice(chosen, doubtful=not column.names_only)


def _ordered(chosen: frozenset[str], themes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(theme for theme in themes if theme in chosen)


def _by_marks(cell: _ThemesCell, column: _ColumnFacts, themes: tuple[str, ...]) -> Choice:
    if not cell.ticked:
        # an empty box lost beside a name, or only the wanted name left with its box: something was meant
        odd = cell.marks < len(cell.names) or len(cell.names) < len(themes)
        return Choice(doubtful=odd and not cell.crossed)
    # a tick that replaced its box stands where the other rows have theirs
    alike = frozenset() if cell.boxed else column.fitting & _ALIKE
    for hypotheses in (frozenset(cell.readings), column.fitting, _NEAREST & _ALIKE, _NEAREST, alike):
        told = {chosen for one, chosen in cell.readings.items() if one in hypotheses}
        if len(told) == 1:
            return Choice(_ordered(told.pop(), themes), marked=True)
    return UNCLEAR


# --- a choice that says no ---

_NAME: Final = "\x00"
_NO: Final = r"[不非除无没未勿别免]|排除|except|exclud|exempt|other\s*than|without|neither|\bnot?\b|\bnon|\bnor\b"
_WITHIN: Final = rf"[^{_NAME},，;；。\n]"
_NEGATION: Final = re.compile(
    rf"(?:{_NO}|原[为属选报]){_WITHIN}{{0,8}}{_NAME}|{_NAME}{_WITHIN}{{0,4}}?(?:{_NO}|以?外|改)", re.IGNORECASE
)
"""不属于高端升级, 除高端升级外均可, 非绿色低碳: a word that says no before a name, or right behind one."""
_ASIDE: Final = re.compile(r"\([^()]*\)")
_APART: Final = re.compile(rf"[\s{BOX}{TICK}{TICKED_BOX}]+")


def _negates(cell: _ThemesCell, themes: tuple[str, ...], text: str) -> bool:
    """Whether words turn a name into what is not chosen; beside marks what stands in brackets or apart is a note."""
    plain = folded(unstruck(text)) if cell.names else ""
    plain = _APART.sub("\n", _ASIDE.sub("\n", plain)) if cell.marks else plain
    return bool(plain) and _NEGATION.search(spelled(themes).sub(_NAME, plain)) is not None


# --- a theme a column ---

_YES: Final = frozenset({"是", "1", "y", "yes", "true", "t", "对", "有", "v", "r", "p", "选", "选择", "已选", "*"})
_NOT: Final = frozenset({"否", "0", "n", "no", "false", "f", "不选", "未选", "不"})
_ON, _OFF = rf"\(?[{TICK}{TICKED_BOX}]\)?", rf"(?:\(?[{BOX}]\)?|\(\))"
_OF_TWO: Final = re.compile(rf"(?P<yes>{_ON}是{_OFF}否|是{_ON}否{_OFF})|{_OFF}是{_ON}否|是{_OFF}否{_ON}")
"""`☑是□否`, both choices in one cell."""


def column_tick(text: str, theme: str) -> bool | None:
    """Whether a cell in a theme's own column ticks it; None where that cannot be told."""
    plain = key(text)
    if of_two := _OF_TWO.fullmatch(plain):
        return of_two["yes"] is not None
    bare = plain.replace(key(theme), "").strip("()[]【】〔〕 _") if plain != key(theme) else TICK[0]
    if not bare or is_blank(folded(text)) or bare in _NOT or set(bare) <= set(BOX):
        return False
    return True if bare in _YES or set(bare) <= set(TICK + TICKED_BOX + BOX) else None


def choose_in_columns(rows: Sequence[Mapping[str, Sequence[str]]], themes: tuple[str, ...]) -> list[Choice]:
    """The themes that each row ticks in the themes' own columns.

    Args:
        rows: for each, the texts of the cells below each theme's head.
        themes: the campaign's.
    """
    ticks = [
        [(theme, text, column_tick(text, theme)) for theme, texts in row.items() for text in texts] for row in rows
    ]
    # a × alone: no where others hold √, unclear where nothing else does
    crosses = set(CROSS + "x") if any(tick for row in ticks for _, _, tick in row) else set()
    choices = []
    for row in ticks:
        chosen = frozenset(theme for theme, _, tick in row if tick)
        doubtful = any(tick is None and not set(key(text)) <= crosses for _, text, tick in row)
        choices.append(Choice(_ordered(chosen, themes), doubtful, marked=bool(chosen)))
    return choices
