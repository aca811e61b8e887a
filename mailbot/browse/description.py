"""docs/ledger.md read as data: what it says of each table, view and column is what a browser shows. Pure."""

import re
from dataclasses import dataclass, field
from typing import Final

HEAD: Final = re.compile(r"## (Table|View) `(\w+)`")
COLUMN: Final = re.compile(r"\| (\w+) \| (.+) \|")
COLUMN_HEAD: Final = "column"


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view.

    Attributes:
        view: whether it is a view.
        text: what stands above its columns; empty where nothing does.
        columns: each column -> what it holds.
    """

    view: bool
    text: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def described(page: str) -> dict[str, Described]:
    """Each table and view of the page, in its order."""
    found: dict[str, Described] = {}
    for section in re.split(r"^(?=## )", page, flags=re.MULTILINE):
        head, _, body = section.partition("\n")
        named = HEAD.fullmatch(head)
        if named is None:
            continue
        lines = body.splitlines()
        rows = [row for line in lines if (row := COLUMN.fullmatch(line)) and row[1] != COLUMN_HEAD]
        text = " ".join(line.strip() for line in lines if line.strip() and not line.startswith("|"))
        found[named[2]] = Described(named[1] == "View", text, {row[1]: row[2] for row in rows})
    return found
