"""Which themes are ticked: by each cell's names and marks, and by the other rows where it does not tell. Pure.

A mark may stand before or behind its name, replace the box or stand beside it; only the chosen names may be left, or
the others struck through. What cannot be told is no choice but a doubt.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.form.pieces import SQUARE, Kind, Piece, pieces
from mailbot.form.values import is_blank
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX
from mailbot.text.folding import folded, key, unstruck


class ChoiceWay(StrEnum):
    """How a cell says its choice."""

    NOTHING = "nothing"
    MARKS = "marks"
    NAMES = "names"
    STRIKES = "strikes"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Choice:
    """The themes of one row.

    Attributes:
        themes: chosen, in the campaign's order.
        way: how the cell said so.
        doubtful: a person must look.
    """

    themes: tuple[str, ...]
    way: ChoiceWay
    doubtful: bool = False


NONE: Final = Choice((), ChoiceWay.NOTHING)
UNCLEAR: Final = Choice((), ChoiceWay.UNCLEAR, doubtful=True)
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
    cells = [_ThemesCell.of(found, cross_is_tick=boxes) for found in parts]
    column = _ColumnFacts.of(cells, [_ThemesCell.of(pieces(text[:LONGEST], themes)) for text in templates], themes)
    choices = [
        UNCLEAR if len(text) > LONGEST or _negates(cell, themes, text) else _choice(text, cell, column, themes)
        for text, cell in zip(texts, cells, strict=True)
    ]
    if not ticks and not boxes:
        return [UNCLEAR if cell.crossed else choice for cell, choice in zip(cells, choices, strict=True)]
    return choices


def _crosses_are_ticks(parts: Sequence[Sequence[Piece]]) -> bool:
    """`[x]` beside `[ ]` is how a box is ticked by keyboard; a loose × or one in （ ） says no as often as yes."""
    crosses = [piece for found in parts for piece in found if piece.kind is Kind.CROSS]
    empty = any(piece.kind is Kind.BOX and piece.text == SQUARE for found in parts for piece in found)
    return empty and all(piece.text == SQUARE for piece in crosses)


# --- one cell ---

TOUCHING, BLANK, BREAK, FAR = range(4)
"""What stands between two items of a cell: nothing; blanks or words; a line break or a mark between names; more."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A name, a box or a loose tick.

    Attributes:
        kind: THEME, BOX or TICK; a × is one of the latter two that is not on.
        on: ticked.
        gap: what stands before it: TOUCHING, BLANK or BREAK.
    """

    kind: Kind
    on: bool
    gap: int


@dataclass(frozen=True, slots=True)
class _ThemesCell:
    """A themes cell: its items in their order, and the names among them.

    Attributes:
        crossed: a mark of doubtful meaning (×) is among them.
        broken: a line break runs through a name: a narrow cell, whose other breaks mean nothing either.
    """

    items: tuple[_Item, ...]
    names: tuple[str, ...]
    struck: frozenset[str]
    crossed: bool
    broken: bool

    @property
    def marks(self) -> list[_Item]:
        return [item for item in self.items if item.kind is not Kind.THEME]

    @property
    def ticked(self) -> bool:
        return any(item.on for item in self.items)

    @classmethod
    def of(cls, found: Sequence[Piece], *, cross_is_tick: bool = False) -> "_ThemesCell":
        names = [piece for piece in found if piece.kind is Kind.THEME]
        broken = any("\n" in piece.text for piece in names)
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
            item = _Item(kind, piece.on or (crossed and cross_is_tick), gap)
            if items and gap == TOUCHING and kind is items[-1].kind is not Kind.THEME:
                items[-1] = _Item(kind, item.on or items[-1].on, items[-1].gap)
            else:
                items.append(item)
            gap = TOUCHING
        return cls(
            tuple(items),
            tuple(piece.theme for piece in names),
            frozenset(piece.theme for piece in names if piece.struck),
            any(piece.kind is Kind.CROSS for piece in found),
            broken,
        )


# --- whose mark is it? ---


class Side(StrEnum):
    """On which side of its name a mark stands."""

    BEFORE = "before"
    BEHIND = "behind"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """Where a column's boxes stand, and where its loose ticks: beside their names, or beside the names' boxes."""

    boxes: Side
    ticks: Side


_SIDED: Final = tuple(_Hypothesis(*sides) for sides in itertools.product((Side.BEFORE, Side.BEHIND), repeat=2))
_ALL: Final = tuple(_Hypothesis(*sides) for sides in itertools.product(Side, repeat=2))
_Readings = Mapping[_Hypothesis, frozenset[str]]


def _readings(cell: _ThemesCell) -> _Readings:
    """The names that a cell ticks under each hypothesis that fits it.

    Those count that leave the fewest names without a mark; among them, those by which no mark touches another's name,
    if marks can stand on one side at all so.
    """
    if not cell.marks:
        return {}
    fitting = {one: found for one in _ALL if (found := _owners(cell, one)) is not None}
    most = max((len(set(owners.values())) for owners, _ in fitting.values()), default=0)
    fitting = {one: found for one, found in fitting.items() if len(set(found[0].values())) == most}
    if any(not strained for one, (_, strained) in fitting.items() if one in _SIDED):
        fitting = {one: found for one, found in fitting.items() if not found[1]}
    return {
        one: frozenset(cell.names[name] for at, name in owners.items() if cell.items[at].on)
        for one, (owners, _) in fitting.items()
    }


def _owners(cell: _ThemesCell, hypothesis: _Hypothesis) -> tuple[dict[int, int], bool] | None:
    """The name (by its number) of each mark (by its place), and whether one of them touches another's name.

    None where a mark has no name, or a name has two boxes or two ticks.
    """
    names = [at for at, item in enumerate(cell.items) if item.kind is Kind.THEME]
    known = {at: number for number, at in enumerate(names)}
    strained = False
    for kind, side in ((Kind.BOX, hypothesis.boxes), (Kind.TICK, hypothesis.ticks)):
        own: dict[int, int] = {}
        for at, item in enumerate(cell.items):
            if item.kind is kind:
                name, strains = _name_of(cell, at, side, known)
                if name is None or name in own.values():
                    return None
                own[at], strained = name, strained or strains
        known |= own
    return {at: name for at, name in known.items() if at not in names}, strained


def _name_of(cell: _ThemesCell, at: int, side: Side, known: Mapping[int, int]) -> tuple[int | None, bool]:
    """The name of a mark, and whether the mark stands nearer to another's."""
    (left, before), (right, behind) = (_neighbour(cell, at, step, known) for step in (-1, 1))
    if left == right:
        return left, False
    if side is Side.NEAREST:
        if left is None or right is None:
            return (right if left is None else left), False
        return (None if before == behind else left if before < behind else right), False
    own, near, other, far = (right, behind, left, before) if side is Side.BEFORE else (left, before, right, behind)
    # blanks against line breaks tell nothing where a narrow cell broke the line
    return own, other is not None and far < near and (far == TOUCHING or near > BREAK)


def _neighbour(cell: _ThemesCell, at: int, step: int, known: Mapping[int, int]) -> tuple[int | None, int]:
    """The name of the next item on a side, over loose ticks if it is a box's; and how far away it stands."""
    gap, kind = TOUCHING, cell.items[at].kind
    while 0 <= at + step < len(cell.items):
        gap = max(gap, cell.items[max(at, at + step)].gap)
        at += step
        if at in known:
            # a tick belongs to another's box only where it touches it
            return known[at], FAR if gap > TOUCHING and cell.items[at].kind is Kind.BOX else gap
        if cell.items[at].kind is kind:
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

    @classmethod
    def of(
        cls, cells: Sequence[_ThemesCell], templates: Sequence[_ThemesCell], themes: tuple[str, ...]
    ) -> "_ColumnFacts":
        told = [set(found) for cell in (*cells, *templates) if (found := _readings(cell))]
        return cls(
            fitting=frozenset(set(_SIDED).intersection(*told)),
            names_only=any((0 < len(cell.names) < len(themes) or cell.struck) and not cell.marks for cell in cells),
            bare=any(len(cell.names) == len(themes) and not cell.marks for cell in templates),
        )


def _choice(text: str, cell: _ThemesCell, column: _ColumnFacts, themes: tuple[str, ...]) -> Choice:
    if not cell.names:
        return NONE if is_blank(text) or (cell.marks and not cell.ticked) else UNCLEAR
    if len(set(cell.names)) < len(cell.names):
        return UNCLEAR
    if cell.struck:
        return _by_strikes(cell, themes)
    return _by_marks(cell, column, themes) if cell.marks else _by_names(cell, column, themes)


def _ordered(chosen: frozenset[str], themes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(theme for theme in themes if theme in chosen)


def _by_names(cell: _ThemesCell, column: _ColumnFacts, themes: tuple[str, ...]) -> Choice:
    """Names without a mark: the chosen ones, unless the blank form names them all just so."""
    chosen = _ordered(frozenset(cell.names), themes)
    if len(chosen) < len(themes) or len(themes) == 1:
        return Choice(chosen, ChoiceWay.NAMES)
    return NONE if column.bare else Choice(chosen, ChoiceWay.NAMES, doubtful=not column.names_only)


def _by_strikes(cell: _ThemesCell, themes: tuple[str, ...]) -> Choice:
    """Unchosen names are struck through; marks, where there are, must say the same."""
    left = frozenset(cell.names) - cell.struck
    agrees = left in _readings(cell).values() if cell.ticked else not cell.marks
    return Choice(_ordered(left, themes), ChoiceWay.STRIKES, doubtful=not left or not agrees)


def _by_marks(cell: _ThemesCell, column: _ColumnFacts, themes: tuple[str, ...]) -> Choice:
    if not cell.ticked:
        # an empty box lost beside a name, or only the wanted name left with its box: something was meant
        odd = len(cell.marks) < len(cell.names) or len(cell.names) < len(themes)
        return Choice((), ChoiceWay.NOTHING, doubtful=odd and not cell.crossed)
    readings = _readings(cell)
    boxed = any(item.kind is Kind.BOX for item in cell.items)
    for hypotheses in (
        set(readings),
        column.fitting,
        {one for one in readings if one.boxes is one.ticks is Side.NEAREST},
        {one for one in readings if one.ticks is Side.NEAREST},
        # a tick that replaced its box stands where the other rows have theirs
        {one for one in column.fitting if one.boxes is one.ticks and not boxed},
    ):
        told = {readings[one] for one in hypotheses if one in readings}
        if len(told) == 1:
            return Choice(_ordered(told.pop(), themes), ChoiceWay.MARKS)
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
    plain = folded(unstruck(text))
    plain = _APART.sub("\n", _ASIDE.sub("\n", plain)) if cell.marks else plain
    for name in sorted(cell.names, key=len, reverse=True):
        plain = re.sub(r"\s*".join(map(re.escape, key(name))), _NAME, plain, flags=re.IGNORECASE)
    return bool(themes) and _NEGATION.search(plain) is not None


# --- a theme a column ---

_YES: Final = frozenset({"是", "1", "y", "yes", "true", "t", "对", "有", "v", "r", "p", "选", "选择", "已选", "*"})
_NOT: Final = frozenset({"否", "0", "n", "no", "false", "f", "不选", "未选", "不"})

_ON, _OFF = rf"\(?[{TICK}{TICKED_BOX}]\)?", rf"(?:\(?[{BOX}]\)?|\(\))"
_YES_OF_TWO: Final = re.compile(rf"{_ON}是{_OFF}否|是{_ON}否{_OFF}")
_NO_OF_TWO: Final = re.compile(rf"{_OFF}是{_ON}否|是{_OFF}否{_ON}")
"""`☑是□否`, both choices in one cell."""


def column_tick(text: str, theme: str) -> bool | None:
    """Whether a cell in a theme's own column ticks it; None where that cannot be told."""
    plain = key(text)
    if _YES_OF_TWO.fullmatch(plain) or _NO_OF_TWO.fullmatch(plain):
        return _YES_OF_TWO.fullmatch(plain) is not None
    bare = plain.replace(key(theme), "").strip("()[]【】〔〕 _") if plain != key(theme) else TICK[0]
    if not bare or is_blank(folded(text)):
        return False
    marks = all(letter in TICK + TICKED_BOX + BOX for letter in bare)
    if bare in _NOT or all(letter in BOX for letter in bare):
        return False
    return True if bare in _YES or marks else None


def choose_in_columns(rows: Sequence[Mapping[str, Sequence[str]]], themes: tuple[str, ...]) -> list[Choice]:
    """The themes that each row ticks in the themes' own columns.

    Args:
        rows: for each, the texts of the cells below each theme's head.
        themes: the campaign's.
    """
    ticks = [
        {theme: [(text, column_tick(text, theme)) for text in texts] for theme, texts in row.items()} for row in rows
    ]
    # a × alone: no where others hold √, unclear where nothing else does
    ticked = any(tick for row in ticks for told in row.values() for _, tick in told)
    choices = []
    for row in ticks:
        chosen = frozenset(theme for theme, told in row.items() if any(tick for _, tick in told))
        unclear = [text for told in row.values() for text, tick in told if tick is None]
        doubtful = any(not (ticked and _is_cross(text)) for text in unclear)
        way = ChoiceWay.MARKS if chosen else ChoiceWay.UNCLEAR if doubtful else ChoiceWay.NOTHING
        choices.append(Choice(_ordered(chosen, themes), way, doubtful))
    return choices


def _is_cross(text: str) -> bool:
    return set(key(text)) <= set(CROSS + "x")
