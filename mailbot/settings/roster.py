"""units.csv -> the roster; each error with its line and its cure, all of them at once."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailbot.model.errors import ConfigError
from mailbot.model.roster import PUBLIC_MAIL, Roster, RosterUnit
from mailbot.settings.found import ROSTER_EXAMPLE

HEADS: Final = {
    "name": ("单位名称", "单位", "规范名称", "名称", "name", "unit"),
    "also": ("其他名称", "别名", "曾用名", "简称", "other names", "other_names", "also"),
    "mail": ("邮箱域名", "域名", "邮箱", "mail domains", "mail_domains", "domains", "mail"),
    "city": ("城市", "设区市", "地市", "市", "city"),
    "province": ("省份", "省", "province"),
    "expected": ("应报送", "是否应报送", "应报", "expected"),
}
YES: Final = frozenset({"是", "应报", "应报送", "√", "yes", "y", "true", "1", "expected"})
NO: Final = frozenset({"", "否", "不", "no", "n", "false", "0"})
SEVERAL: Final = re.compile(r"[、，,；;|/\s]+")
NAMES: Final = re.compile(r"[、，,；;|/\n]+")
DOMAIN: Final = re.compile(r"(?:[^@\s]{1,64}@)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
EXAMPLE: Final = f"{ROSTER_EXAMPLE} shows how"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its number, the file's first being 1, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read_roster(path: Path) -> Roster:
    """Read a roster: UTF-8 with or without Excel's BOM, GB18030, or Excel's Unicode text; commas, semicolons or tabs.

    Raises:
        ConfigError: with one line an error: file, line, what is wrong, what to do.
    """
    rows = _rows(path)
    if not rows:
        return Roster()
    columns, wrong = _columns(rows[0][1])
    lines = [
        _Line(number, {column: cells[at].strip() for column, at in columns.items() if at < len(cells)})
        for number, cells in rows[1:]
    ]
    if "name" in columns:
        wrong += _complaints(lines)
    if wrong:
        raise ConfigError("\n".join(f"{path}:{line}" for line in wrong))
    return Roster(tuple(map(_unit, lines)))


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of its line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: the roster cannot be read ({error.strerror}). Check units.file and the file's rights."
        ) from None
    text = _decoded(path, raw)
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        rows = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ConfigError(f"{path}:{reader.line_num}: is no CSV ({error}). Save it as CSV again; {EXAMPLE}.") from None
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def _decoded(path: Path, raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names: Sequence[str] = ("utf-16",)
    else:
        names = ("utf-8-sig", "gb18030")
    for name in names:
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{path}: is neither UTF-8 nor GB18030. Save it as CSV UTF-8.")


def _columns(heads: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Column -> its place, and what is wrong with the heads."""
    named = {head: column for column, known in HEADS.items() for head in known}
    columns: dict[str, int] = {}
    wrong = []
    for at, head in enumerate(heads):
        column = named.get(head.strip().lower())
        if column is None and head.strip():
            wrong.append(f"1: no column is called {head.strip()!r}. Call it one of {_known()}; {EXAMPLE}.")
        elif column in columns:
            wrong.append(f"1: two columns tell the {column} ({head.strip()!r} is the second). Leave one.")
        elif column is not None:
            columns[column] = at
    if "name" not in columns:
        wrong.append(f"1: no column is called {HEADS['name'][0]!r}. The first line must name the columns; {EXAMPLE}.")
    return columns, wrong


def _known() -> str:
    return "、".join(known[0] for known in HEADS.values())


def _complaints(lines: Sequence[_Line]) -> list[str]:
    wrong, names, addresses = [], dict[str, int](), dict[str, int]()
    for line in lines:
        wrong += [f"{line.number}: {text}" for text in _of_line(line)]
        unit = _unit(line)
        for name in filter(None, (unit.name, *unit.also)):
            if name in names and names[name] != line.number:
                wrong.append(
                    f"{line.number}: the name {name!r} stands in line {names[name]} too. Leave it to one unit."
                )
            names.setdefault(name, line.number)
        for mail in unit.mail:
            if "@" in mail and addresses.setdefault(mail, line.number) != line.number:
                wrong.append(f"{line.number}: the address {mail!r} stands in line {addresses[mail]} too. "
                             "Leave it to one unit.")  # fmt: skip
    return wrong


def _of_line(line: _Line) -> Iterator[str]:
    if not line.cells.get("name"):
        yield "the unit's name is blank. Write it, or delete the line."
    if line.cells.get("expected", "").lower() not in YES | NO:
        yield f"expected is {line.cells['expected']!r}. Write 是 or 否 (yes or no)."
    for mail in _mail(line):
        if mail in PUBLIC_MAIL:
            yield f"anyone has a mailbox of {mail!r}. Write the unit's whole address, such as office@{mail}."
        elif DOMAIN.fullmatch(mail) is None:
            yield f"{mail!r} is no mail domain. Write it as example.gov.cn, or a whole address."


def _mail(line: _Line) -> list[str]:
    return [mail.lower().removeprefix("@") for mail in SEVERAL.split(line.cells.get("mail", "")) if mail]


def _unit(line: _Line) -> RosterUnit:
    cells = line.cells
    return RosterUnit(
        cells.get("name", ""),
        tuple(name.strip() for name in NAMES.split(cells.get("also", "")) if name.strip()),
        tuple(_mail(line)),
        cells.get("city", ""),
        cells.get("province", ""),
        cells.get("expected", "").lower() in YES,
    )
