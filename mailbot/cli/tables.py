"""Tables on stdout: one line a row for a program, laid out by the terminal's width for a person."""

import itertools
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import click

from mailbot.cli.spoken import columns
from mailbot.cli.tongue import speech

STYLES: Final = {"accepted": "green", "rejected": "red", "review": "yellow", "incomplete": "cyan"}
"""Colours of statuses; those that no longer count are not coloured."""
PAGE: Final = 500
"""Rows that a terminal's table is laid out by: its columns are as wide as their widest cell."""
READABLE: Final = 12
"""Columns of the terminal that a text of several lines needs at least."""
FRAME: Final = 3
"""Columns that a table's lines and blanks take besides each cell."""
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")
ZONE: Final = "mailbot.zone"
"""Where a command's context keeps the campaign's time zone: a terminal shows all moments by one clock."""


@dataclass(frozen=True, slots=True)
class Coloured:
    """A cell in a terminal's colour; elsewhere its text."""

    text: str
    style: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Several:
    """Numbers of entries: all of them; in a terminal the first, and how many there are."""

    numbers: tuple[str, ...]

    def __str__(self) -> str:
        return "、".join(self.numbers)


def coloured(status: str, label: str) -> Coloured:
    """An entry's status as a terminal shows it."""
    return Coloured(label, STYLES.get(status, ""))


def show_table(
    title: str | None,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    whole: Sequence[str] = (),
    spare: Sequence[str] = (),
) -> None:
    """A table on stdout; control characters of strangers' texts are not let out to the terminal.

    A pipe or a file gets one line a row, its cells apart by tabs, as they come; a terminal a table every
    `PAGE` rows.

    Args:
        title: above the table; a terminal alone shows it. None: no table without rows.
        head: names of the columns, in English.
        rows: cells.
        whole: columns that are never broken over lines, whatever the terminal's width.
        spare: columns that are left out of a terminal which is too narrow, one after the other.
    """
    say = speech().say
    if not sys.stdout.isatty():
        for row in itertools.chain([[say(name) for name in head]], rows):
            click.echo("\t".join(re.sub(r"\s+", " ", plain(cell)) for cell in row))
        return
    from rich.console import Console  # noqa: PLC0415 - for a terminal alone

    console, left = Console(markup=False, highlight=False), iter(rows)
    page = list(itertools.islice(left, PAGE))
    while page or title is not None:
        console.print(laid_table(title or "", head, page, console.width, whole, spare))
        page, title = list(itertools.islice(left, PAGE)), None


def laid_table(
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    width: int,
    whole: Sequence[str],
    spare: Sequence[str],
) -> Any:  # noqa: ANN401 - rich's table
    """Rows laid out for a terminal of so many columns. Arguments as of `show_table`."""
    from rich.table import Table  # noqa: PLC0415 - for a terminal alone

    cells = [[_shown(cell) for cell in row] for row in rows]
    names = [_shown(speech().say(name)) for name in head]
    kept, least = _fitting(head, [names, *cells], width, whole, spare)
    table = Table(title=speech().told(title) or None, title_justify="left", header_style="bold")
    for place in kept:
        table.add_column(names[place], overflow="fold", no_wrap=head[place] in whole, width=least.get(place))
    for row in cells:
        table.add_row(*(row[place] for place in kept))
    return table


def _fitting(
    head: Sequence[str], rows: Sequence[Sequence[Any]], width: int, whole: Sequence[str], spare: Sequence[str]
) -> tuple[list[int], dict[int, int]]:
    """The columns for which there is room, and how wide some must be so that no number and no moment is broken.

    `rows` begin with the titles.
    """
    widths = [max(row[place].cell_len for row in rows) for place in range(len(head))]
    least = {
        place: max(columns(word) for row in rows for word in row[place].plain.split() or [""])
        for place in range(len(head))
        if all(_is_kept_whole(row[place].plain) for row in rows[1:])
    }
    needs = [
        widths[place] if name in whole else max(least.get(place, 0), min(widths[place], READABLE))
        for place, name in enumerate(head)
    ]
    kept = list(range(len(head)))
    for name in spare:
        if sum(needs[place] + FRAME for place in kept) < width:
            break
        kept.remove(head.index(name))
    cramped = sum(widths[place] + FRAME for place in kept) >= width
    return kept, least if cramped else {}


def _is_kept_whole(text: str) -> bool:
    """Whether a cell is empty, a moment, or begins with a number of an entry."""
    return not text or re.fullmatch(r"(?=[\w-]*\d)[\w:-]*", text.split(maxsplit=1)[0], re.ASCII) is not None


def _shown(cell: object) -> Any:  # noqa: ANN401 - rich's text
    from rich.text import Text  # noqa: PLC0415 - for a terminal alone

    if isinstance(cell, Coloured):
        return Text(cell.text, cell.style)
    if isinstance(cell, Several) and len(cell.numbers) > 1:
        return Text(speech().say("{first} ({count} in all)", first=cell.numbers[0], count=len(cell.numbers)))
    return Text(MOMENT.sub(_by_the_campaigns_clock, plain(cell)))


def _by_the_campaigns_clock(found: re.Match[str]) -> str:
    """A moment to the minute; one that no calendar has as it is written."""
    context = click.get_current_context(silent=True)
    try:
        moment = datetime.fromisoformat(found[0])
    except ValueError:
        return found[0]
    zone = context.meta.get(ZONE) if context else None
    return f"{moment.astimezone(zone) if zone else moment:%Y-%m-%d %H:%M}"


def plain(value: object) -> str:
    """A value as printable text."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)
