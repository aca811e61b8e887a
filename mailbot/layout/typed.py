"""Typed text as paragraphs and tables: runs of lines whose cells are parted alike. Pure."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.model.document import Block, Document, of_texts
from mailbot.text.labels import Label, Vocabulary
from mailbot.text.symbols import adopted

HEAD_LENGTH: Final = 2000
"""Characters of a line in which a header is looked for."""
MAX_LINES: Final = 20000
_QUOTED: Final = frozenset({",", "\t", ";"})
_RULES: Final = frozenset({"|", "│", "┃", "｜"})
_TABLE_MARKS: Final = ("\t", "|", "│", "┃", "｜")


def of_text(text: str, vocabulary: Vocabulary) -> Document:
    """Typed text: runs of lines with the same cells, however parted, are tables; the rest are paragraphs."""
    lines = adopted(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_LINES]
    return Document(tuple(_gathered(lines, vocabulary)))


def _gathered(lines: Sequence[str], vocabulary: Vocabulary) -> Iterator[Block]:
    first = next((found for line in lines if (found := _header_delimiter(line, vocabulary))), None)
    first = first or _labels_delimiter(lines, vocabulary)
    if first in _QUOTED:
        yield from _parted(_quoted(lines, first))
        return
    number = 0
    while number < len(lines):
        delimiter = _header_delimiter(lines[number], vocabulary)
        if first in _RULES and lines[number].count(first) > 1:
            delimiter = first
        if delimiter is None:
            if lines[number].strip():
                yield lines[number].strip()
            number += 1
            continue
        rows, number = _table(lines, number, delimiter)
        yield of_texts(rows)


def _header_delimiter(line: str, vocabulary: Vocabulary) -> str | None:
    """What parts the cells of a header line; None where the line is none."""
    for delimiter in (*_TABLE_MARKS, ",", "，", ";", "  ", " "):
        if len(vocabulary.known(_split(line[:HEAD_LENGTH], delimiter))) >= vocabulary.enough:
            return delimiter
    return None


def _parted(rows: Sequence[list[str]]) -> Iterator[Block]:
    """Lines without a delimiter among a table's are what stands around it."""
    while rows:
        alone = len(rows[0]) < 2
        until = next((number for number, row in enumerate(rows) if (len(row) < 2) is not alone), len(rows))
        if alone:
            yield from (cell for row in rows[:until] for cell in row if cell)
        else:
            yield of_texts(rows[:until])
        rows = rows[until:]


def _labels_delimiter(lines: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """What parts labels from their values in a sheet without a header line, as `作品名称,…` line by line."""
    for delimiter in ("\t", ","):
        rows = (_split(line[:HEAD_LENGTH], delimiter) for line in lines)
        labels = vocabulary.known(cell for cells in rows if len(cells) > 1 for cell in cells[::2])
        if len(labels) >= vocabulary.enough and Label.TITLE in labels:
            return delimiter
    return None


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == ",":
        return next(csv.reader([line]), [])
    if delimiter == "  ":
        return re.split(r"[ \u3000\xa0]{2,}|\u3000", line.strip())
    if delimiter == " ":
        return line.split()
    inner = line.strip() if delimiter != "\t" else line.rstrip("\n")
    if delimiter in "|│┃｜":
        inner = inner.removeprefix(delimiter).removesuffix(delimiter)
    return inner.split(delimiter)


_RULE: Final = re.compile(r"[\s|+\-=─━┼┌┐└┘├┤┬┴:：_]+")


def _table(lines: Sequence[str], start: int, delimiter: str) -> tuple[list[list[str]], int]:
    head = _split(lines[start], delimiter)
    rows = [head]
    number = start + 1
    gaps = 0
    while number < len(lines) and gaps < 2:  # a table goes on after one blank line
        line = lines[number]
        if not line.strip() or _RULE.fullmatch(line):
            gaps += not line.strip()
        else:
            cells = _split(line, delimiter)
            if len(cells) < 2 or (len(cells) != len(head) and delimiter in {" ", "  "}):
                break
            rows.append(cells)
            gaps = 0
        number += 1
    return rows, number


def _quoted(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Lines whose cells may be quoted and hold line breaks (RFC 4180)."""
    try:
        rows = list(csv.reader((line + "\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        rows = [line.split(delimiter) for line in lines]
    return [[cell.strip() for cell in row] for row in rows]
