"""Which themes are ticked: by each cell's names and marks, and by the other rows where it does not tell. Pure.

A mark may stand before or behind its name, replace the box or stand beside it; only the chosen names may be left, or
the others struck through. What cannot be told is no choice but a doubt.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.form.pieces import SQUARE, Cell, Group, Kind, Piece, pieces, understood
from mailbot.form.values import is_blank
from mailbot.model.document import BOX, CROSS, TICK, TICKED_BOX
from mailbot.text.folding import folded, key


class Side(StrEnum):
    """On which side of its name a mark stands."""

    BEFORE = "before"
    AFTER = "after"


class Way(StrEnum):
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
    way: Way
    doubtful: bool = False


NONE: Final = Choice((), Way.NOTHING)
UNCLEAR: Final = Choice((), Way.UNCLEAR, doubtful=True)


def choose(texts: Sequence[str], templates: Sequence[str], themes: tuple[str, ...]) -> list[Choice]:
    """The themes that each row's cell chooses.

    Args:
        texts: the themes cells of the filled rows, in their order.
        templates: those of the rows that are otherwise blank: what the form looked like before.
        themes: the campaign's.
    """
    parts = [pieces(text, themes) for text in texts]
    kinds = {piece.kind for found in parts for piece in found}
    ticks = any(piece.on for found in parts for piece in found)
    # × means "not this one" where others are ticked; alone it may mean either
    boxes = _crosses_are_ticks(parts) and not ticks
    cells = [understood(found, cross_is_tick=boxes) for found in parts]
    column = _Column.of(cells, [understood(pieces(text, themes), cross_is_tick=False) for text in templates], themes)
    choices = [_choice(text, cell, column, themes) for text, cell in zip(texts, cells, strict=True)]
    if Kind.CROSS in kinds and not ticks and not boxes:
        return [UNCLEAR if cell.crossed else choice for cell, choice in zip(cells, choices, strict=True)]
    return choices


def _crosses_are_ticks(parts: Sequence[Sequence[Piece]]) -> bool:
    """`[x]` beside `[ ]` is how a box is ticked by keyboard; a loose × or one in （ ） says no as often as yes."""
    crosses = [piece for found in parts for piece in found if piece.kind is Kind.CROSS]
    empty = any(piece.kind is Kind.BOX and piece.text == SQUARE for found in parts for piece in found)
    return empty and all(piece.text == SQUARE for piece in crosses)


@dataclass(frozen=True, slots=True)
class _Column:
    """What the other rows tell.

    Attributes:
        side: where marks stand, as the cells that tell it agree; None where none tells.
        beside: ticks are seen at a box before the first name, or behind one after the last: they belong to the box.
        behind: ticks are seen behind the last name.
        names_only: rows name fewer themes than there are, or strike some, without marks: who is left is chosen.
        bare: the blank form itself names every theme without a mark.
    """

    side: Side | None
    beside: bool
    behind: bool
    names_only: bool
    bare: bool

    @classmethod
    def of(cls, cells: Sequence[Cell], templates: Sequence[Cell], themes: tuple[str, ...]) -> "_Column":
        sure = [cell for cell in (*cells, *templates) if not faint(cell)]
        votes = Counter(next(iter(found)) for cell in sure if len(found := sides(cell)) == 1)
        groups = [(cell, group) for cell in cells for group in cell.groups]
        return cls(
            side=next(iter(votes)) if len(votes) == 1 else None,
            beside=any(_is_beside(cell, group) for cell, group in groups),
            behind=any(group.gap == len(cell.names) and group.loose and not group.boxed for cell, group in groups),
            names_only=any((0 < len(cell.names) < len(themes) or cell.struck) and not cell.groups for cell in cells),
            bare=any(len(cell.names) == len(themes) and not cell.groups for cell in templates),
        )


def _is_beside(cell: Cell, group: Group) -> bool:
    last = group.gap == len(cell.names) and group.on and not group.tick_first
    return group.boxed and group.loose and (group.gap == 0 or last)


def _choice(text: str, cell: Cell, column: _Column, themes: tuple[str, ...]) -> Choice:
    if not cell.names:
        return NONE if is_blank(text) or (cell.groups and not any(group.on for group in cell.groups)) else UNCLEAR
    if len(set(cell.names)) < len(cell.names):
        return UNCLEAR
    if cell.struck:
        return _by_strikes(cell, themes)
    if cell.groups:
        return _by_marks(cell, column, themes)
    return _by_names(cell, column, themes)


def _ordered(chosen: set[str], themes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(theme for theme in themes if theme in chosen)


def _by_names(cell: Cell, column: _Column, themes: tuple[str, ...]) -> Choice:
    """Names without a mark: the chosen ones, unless the blank form names them all just so."""
    chosen = _ordered(set(cell.names), themes)
    if len(chosen) < len(themes) or len(themes) == 1:
        return Choice(chosen, Way.NAMES, doubtful=cell.text and _negated(cell))
    if column.bare:
        return Choice((), Way.NOTHING)
    return Choice(chosen, Way.NAMES, doubtful=not column.names_only)


def _negated(cell: Cell) -> bool:
    return len(cell.names) == 0


def _by_strikes(cell: Cell, themes: tuple[str, ...]) -> Choice:
    """Unchosen names are struck through; marks, where there are, must say the same."""
    left = set(cell.names) - cell.struck
    possible = [ticked for side in sides(cell) if (ticked := assigned(cell, side)) is not None]
    agrees = not any(group.on for group in cell.groups) or any(ticked == left for ticked in possible)
    boxes = bool(cell.groups) and not any(group.on for group in cell.groups)
    return Choice(_ordered(left, themes), Way.STRIKES, doubtful=not left or not agrees or boxes)


def _by_marks(cell: Cell, column: _Column, themes: tuple[str, ...]) -> Choice:
    ticked, doubtful = _ticked(cell, column)
    if ticked is None:
        return UNCLEAR
    if not any(group.on for group in cell.groups):
        # an empty box lost beside a name, or only the wanted name left with its box: something was meant
        odd = len(cell.groups) < len(cell.names) or len(cell.names) < len(themes)
        return Choice((), Way.NOTHING, doubtful=odd and not cell.crossed)
    return Choice(_ordered(ticked, themes), Way.MARKS, doubtful=doubtful)


def _ticked(cell: Cell, column: _Column) -> tuple[set[str] | None, bool]:
    possible = sides(cell)
    if faint(cell) and (column.side is not None or cell.broken):
        return (assigned(cell, column.side), False) if column.side is not None else (None, True)
    if len(possible) > 1:
        answers = {side: assigned(cell, side) for side in possible}
        if column.side in answers and column.side is not None:
            return answers[column.side], False
        first, second = answers.values()
        return (first, False) if first == second else (None, True)
    if len(possible) == 1:
        return _one_sided(cell, next(iter(possible)), column)
    return mixed(cell), False


def _one_sided(cell: Cell, side: Side, column: _Column) -> tuple[set[str] | None, bool]:
    """All marks on one side, except that `name√□name` may mean either name."""
    ticked = assigned(cell, side)
    unsure = [group for group in cell.groups if _between(cell, group, side)]
    if not unsure or ticked is None or (column.beside and not column.behind):
        return ticked, False
    if not column.behind or column.beside:
        return None, True
    shift = 1 if side is Side.BEFORE else -1
    for group in unsure:
        own = group.gap if side is Side.BEFORE else group.gap - 1
        ticked.discard(cell.names[own])
        ticked.add(cell.names[own - shift])
    return ticked, False


def _between(cell: Cell, group: Group, side: Side) -> bool:
    far = group.tick_first if side is Side.BEFORE else not group.tick_first
    inner = 0 < group.gap < len(cell.names)
    return inner and group.boxed and group.loose and group.on and far and group.left == group.right


# --- a theme a column ---

_YES: Final = frozenset({"是", "1", "y", "yes", "true", "t", "对", "有", "v", "r", "p", "选", "选择", "已选", "*"})
_NO: Final = frozenset({"否", "0", "n", "no", "false", "f", "不选", "未选", "不"})

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
    if bare in _YES or (
        all(letter in TICK + TICKED_BOX + BOX for letter in bare)
        and any(letter in TICK + TICKED_BOX for letter in bare)
    ):
        return True
    if bare in _NO or all(letter in BOX for letter in bare):
        return False
    return None


def is_cross(text: str) -> bool:
    """Whether a theme column's cell holds a × alone: no where others hold √, unclear where nothing else does."""
    plain = key(text)
    return bool(plain) and all(letter in CROSS + "x" for letter in plain)


# --- whose mark is it? ---


def sides(cell: Cell) -> set[Side]:
    """The sides on which all marks of a cell can stand, as far as the cell alone tells."""
    gaps = Counter(group.gap for group in cell.groups)
    if any(count > 1 for count in gaps.values()):
        return set()
    possible = set()
    if not gaps[len(cell.names)]:
        possible.add(Side.BEFORE)
    if not gaps[0]:
        possible.add(Side.AFTER)
    if len(possible) == 2:  # both sides are open: blanks and breaks decide
        nearer = {_nearer(group) for group in cell.groups}
        if len(nearer) == 1 and None not in nearer:
            return {side for side in nearer if side is not None}
    return possible


def faint(cell: Cell) -> bool:
    """Only blanks and line breaks tell the side of a cell's marks: the other rows know better."""
    gaps = {group.gap for group in cell.groups}
    open_ = not gaps & {0, len(cell.names)}
    return bool(gaps) and open_ and all(max(group.left, group.right) < 1 for group in cell.groups)


def _nearer(group: Group) -> Side | None:
    if group.left == group.right:
        return None
    return Side.AFTER if group.left > group.right else Side.BEFORE


def assigned(cell: Cell, side: Side) -> set[str] | None:
    """The names whose mark on this side is a tick; None where a mark has no name there."""
    shift = 0 if side is Side.BEFORE else -1
    ticked = set()
    for group in cell.groups:
        index = group.gap + shift
        if not 0 <= index < len(cell.names):
            return None
        if group.on:
            ticked.add(cell.names[index])
    return ticked


def mixed(cell: Cell) -> set[str] | None:
    """Boxes on one side, loose ticks beside boxes or on the other side; None where it cannot be told."""
    boxes = [group for group in cell.groups if group.boxed]
    side = _box_side(cell, boxes)
    if side is None:
        return None
    shift = 0 if side is Side.BEFORE else -1
    ticked = set()
    for number, group in enumerate(cell.groups):
        index = group.gap + shift if group.boxed else _loose_index(cell, number, group)
        if index is None or not 0 <= index < len(cell.names):
            return None
        if group.on:
            ticked.add(cell.names[index])
    return ticked


def _box_side(cell: Cell, boxes: Sequence[Group]) -> Side | None:
    gaps = Counter(group.gap for group in boxes)
    if not boxes or any(count > 1 for count in gaps.values()):
        return None
    before, after = not gaps[len(cell.names)], not gaps[0]
    if before == after:
        return None
    return Side.BEFORE if before else Side.AFTER


def _loose_index(cell: Cell, number: int, group: Group) -> int | None:
    """The name that a tick outside a box belongs to: the one it touches, or the only one within its reach."""
    left, right = group.gap - 1, group.gap
    if left < 0 or right >= len(cell.names):
        return right if left < 0 else left
    if group.left != group.right:
        return left if group.left > group.right else right
    neighbours = [cell.groups[near] for near in (number - 1, number + 1) if 0 <= near < len(cell.groups)]
    same = [near for near in neighbours if near.gap == group.gap and near.boxed]
    return None if len(same) != 1 else _beyond(cell, number, same[0], left, right)


def _beyond(cell: Cell, number: int, box: Group, left: int, right: int) -> int:
    # boxes before names: `name tick box name` is the left name's, `name box tick name` the right one's
    return left if cell.groups.index(box) > number else right
