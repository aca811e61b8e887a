"""An .rtf as paragraphs and tables (Rich Text Format 1.9.1)."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mailbot.form.formats.runs import RunLook, StyledText
from mailbot.form.formats.tables import Edged, of_edged
from mailbot.model.document import Block, Document, Fact, FactKind, laid_out
from mailbot.text.symbols import carried_link, parted_link

RTF_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 500
_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_COLOURS: Final = re.compile(rb"\{\\colortbl([^{}]{0,20000})\}")
_WHITE: Final = re.compile(rb"\\red255\s*\\green255\s*\\blue255")
_BEHIND: Final = re.compile(rb"\\(?:clcbpat|clcfpat|clshdng|cbpat|cfpat|shading|chcbpat|chshdng|highlight|cb)\d")
_SKIPPED: Final = frozenset({
    b"stylesheet", b"colortbl", b"info", b"pict", b"object", b"listtable", b"listoverridetable", b"revtbl",
    b"rsidtbl", b"themedata", b"colorschememapping", b"datastore", b"latentstyles", b"xmlnstbl", b"generator",
    b"bkmkstart", b"bkmkend", b"footnote", b"annotation", b"nonshppict", b"pntext", b"listtext",
    b"shprslt", b"do", b"falt", b"panose", b"nesttableprops", b"userprops", b"pgdsctbl", b"filetbl",
})  # fmt: skip
_CHARSETS: Final = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 204: "cp1251",
    238: "cp1250",
}  # fmt: skip
_SPECIAL: Final = {
    b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group inherits: font, struck, set off, hidden, skipped text, bytes behind a unicode word, font entry."""

    font: int = 0
    struck: bool = False
    loud: frozenset[bytes] = frozenset()
    hidden: bool = False
    white: bool = False
    skip: bool = False
    fallback: int = 1
    place: bytes = b""


@dataclass(slots=True)
class _RtfReader:
    """The document as it is read."""

    state: _Group = field(default_factory=_Group)
    stack: list[_Group] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    charsets: dict[int, str] = field(default_factory=dict)
    codepage: str = "gb18030"
    pending: bytearray = field(default_factory=bytearray)
    ignore: int = 0
    starred: bool = False
    words: StyledText = field(default_factory=StyledText)
    in_table: bool = False
    cells: list[StyledText] = field(default_factory=list)
    edges: list[int] = field(default_factory=lambda: [0])
    down: set[int] = field(default_factory=set)
    falling: bool = False
    rows: list[Edged] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    high: int = 0
    code: str = ""
    facts: set[FactKind] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    boxed: bool | None = None
    by_default: bool = True
    whites: frozenset[int] = frozenset()


def read_rtf(path: Path) -> Document:
    """What an .rtf shows."""
    with path.open("rb") as file:
        data = file.read(RTF_BYTES)
    reader = _RtfReader(whites=_whites(data))
    for token in _TOKEN.finditer(data):
        word, number, code, symbol_, brace, text = token.groups()
        if brace:
            _brace(reader, brace)
        elif word:
            _word(reader, word, int(number) if number else None)
        elif code:
            _byte(reader, bytes([int(code, 16)]))
        elif symbol_:
            _symbol(reader, symbol_)
        elif text:
            _byte(reader, text)
    _say(reader, "")
    _paragraph(reader)
    _table(reader)
    return Document(tuple(reader.blocks), facts=tuple(map(Fact, sorted(reader.facts))), links=tuple(reader.links))


def _whites(data: bytes) -> frozenset[int]:
    """The numbers of colours that are white on paper; none where something has a colour of its own behind it."""
    table = _COLOURS.search(data)
    if table is None or _BEHIND.search(data):
        return frozenset()
    return frozenset(number for number, colour in enumerate(table[1].split(b";")) if _WHITE.fullmatch(colour.strip()))


def _brace(reader: _RtfReader, brace: bytes) -> None:
    _drain(reader)
    reader.ignore = 0
    if brace == b"{":
        if len(reader.stack) < MAX_DEPTH:
            reader.stack.append(reader.state)
    elif reader.stack:
        reader.state = reader.stack.pop()


def _symbol(reader: _RtfReader, symbol: bytes) -> None:
    if symbol == b"*":
        reader.starred = True
    elif symbol in b"\\{}":
        _byte(reader, symbol)
    elif symbol == b"~":
        _say(reader, " ")
    elif symbol == b"_":
        _say(reader, "-")
    elif symbol in b"\r\n":
        _word(reader, b"par", None)


def _byte(reader: _RtfReader, data: bytes) -> None:
    if reader.ignore:
        kept = data[reader.ignore :]
        reader.ignore = max(reader.ignore - len(data), 0)
        data = kept
    if not reader.state.skip:
        reader.pending += data


def _drain(reader: _RtfReader) -> None:
    """The bytes so far as characters of their font's charset."""
    if not reader.pending:
        return
    charset = reader.charsets.get(reader.state.font, reader.codepage)
    if charset == "symbol":
        text = reader.pending.decode("latin-1")
    else:
        plain = reader.codepage if charset == "cp1252" and any(byte > 127 for byte in reader.pending) else charset
        text = reader.pending.decode(plain, "replace")
    reader.pending.clear()
    _put(reader, text)


def _say(reader: _RtfReader, text: str) -> None:
    _drain(reader)
    if text and not reader.state.skip:
        _put(reader, text)


def _put(reader: _RtfReader, text: str) -> None:
    if reader.state.place == b"fonttbl":
        name = reader.fonts.get(reader.state.font, "") + text
        reader.fonts[reader.state.font] = name.split(";")[0] if ";" in name else name
        return
    if reader.state.place == b"fldinst":
        reader.code += text
        return
    if reader.state.hidden or reader.state.white:
        reader.facts |= {FactKind.UNSEEN} if reader.state.white and text.strip() else set()
        return
    font = reader.fonts.get(reader.state.font, "").strip()
    reader.words.add(text, RunLook(font, reader.state.struck, bool(reader.state.loud)))


def _word(reader: _RtfReader, word: bytes, number: int | None) -> None:
    _drain(reader)
    starred, reader.starred = reader.starred, False
    if word == b"u" and number is not None:
        _unicode(reader, number)
        return
    reader.ignore = 0
    # a text box in a table's cell: what it says, and over which words it lies, shows only on the page
    reader.facts |= {FactKind.FLOATING} if word == b"shptxt" and reader.in_table else set()
    if word in _SKIPPED or (starred and word not in {b"shppict", b"ffdata", b"fldinst", b"formfield"}):
        reader.state = replace(reader.state, skip=True)
    elif word in _SPECIAL:
        _say(reader, _SPECIAL[word])
    elif word in _FORMAT:
        _format(reader, word, number)
    else:
        _structure(reader, word, number)


def _unicode(reader: _RtfReader, number: int) -> None:
    code = number & 0xFFFF
    reader.ignore = reader.state.fallback
    if 0xD800 <= code < 0xDC00:  # the first of a surrogate pair
        reader.high = code
    elif 0xDC00 <= code < 0xE000 and reader.high:
        pair = 0x10000 + ((reader.high - 0xD800) << 10) + code - 0xDC00
        reader.high = 0
        _say(reader, chr(pair))
    elif not 0xD800 <= code < 0xE000:
        _say(reader, chr(code))


_LOUD: Final = frozenset({b"b", b"ab", b"ul", b"uld", b"uldb", b"ulw", b"ulth", b"ulwave", b"highlight", b"chcbpat"})
"""Words that set text off by bold (`ab`: as LibreOffice writes it), an underline or a colour behind it; 0 ends it."""
_FORMAT: Final = _LOUD | {b"f", b"strike", b"striked", b"v", b"deleted", b"cf", b"plain", b"uc", b"fonttbl",
                          b"fcharset", b"ansicpg", b"deff", b"af", b"cpg", b"ulnone"}  # fmt: skip


def _format(reader: _RtfReader, word: bytes, number: int | None) -> None:
    state, on = reader.state, number != 0
    if word == b"f" and number is not None:
        reader.state = replace(state, font=number)
    elif word in {b"strike", b"striked"}:
        reader.state = replace(state, struck=on)
    elif word in _LOUD:
        reader.state = replace(state, loud=state.loud | {word} if on else state.loud - {word})
    elif word == b"ulnone":
        reader.state = replace(state, loud=frozenset(one for one in state.loud if not one.startswith(b"ul")))
    elif word in {b"v", b"deleted"}:
        reader.state = replace(state, hidden=on)
    elif word == b"cf":
        reader.state = replace(state, white=number in reader.whites)
    elif word == b"plain":
        reader.state = replace(state, struck=False, hidden=False, white=False, loud=frozenset())
    elif word == b"uc" and number is not None:
        reader.state = replace(state, fallback=min(max(number, 0), 10))
    elif word == b"fonttbl":
        reader.state = replace(state, place=word)
    elif word == b"fcharset":
        reader.charsets[state.font] = "symbol" if number == 2 else _CHARSETS.get(number or 0, reader.codepage)
    elif word == b"ansicpg" and number is not None:
        reader.codepage = {936: "gb18030", 950: "cp950", 932: "cp932", 65001: "utf-8"}.get(number, "gb18030")


def _structure(reader: _RtfReader, word: bytes, number: int | None) -> None:
    if word == b"par" and reader.in_table:
        reader.words.parts.append("\n")
    elif word == b"par":
        _paragraph(reader)
    elif word in {b"pard", b"sectd"}:
        reader.in_table = False
    elif word == b"intbl":
        reader.in_table = True
    elif word in _ROWS:
        _row_word(reader, word, number)
    elif word in {b"ffres", b"ffdefres"} and number is not None:
        _field(reader, word, number)
    elif word == b"fftype" and number == 1:
        reader.boxed, reader.by_default = False, True
    elif word == b"fldinst":
        reader.state, reader.code = replace(reader.state, place=word), ""
    elif word == b"fldrslt":
        link = carried_link(reader.code)
        reader.links.append(parted_link(link)[1])
        _say(reader, link)
        reader.code = ""
        if reader.boxed is not None:
            _say(reader, "☑" if reader.boxed else "□")
            reader.boxed = None


_ROWS: Final = frozenset({b"cell", b"nestcell", b"trowd", b"trleft", b"clvmrg", b"cellx", b"row", b"nestrow"})


def _row_word(reader: _RtfReader, word: bytes, number: int | None) -> None:
    if word in {b"cell", b"nestcell"}:
        reader.cells.append(reader.words)
        reader.words = StyledText()
    elif word == b"trowd":
        reader.edges, reader.down, reader.falling = [0], set(), False
    elif word == b"trleft" and number is not None:
        reader.edges[:1] = [number]
    elif word == b"clvmrg":
        reader.falling = True
    elif word == b"cellx" and number is not None:
        if reader.falling:
            reader.down.add(len(reader.edges) - 1)
        reader.edges.append(number)
        reader.falling = False
    elif word in {b"row", b"nestrow"}:
        reader.rows.append(Edged(reader.cells, list(reader.edges), frozenset(reader.down)))
        reader.cells = []


def _field(reader: _RtfReader, word: bytes, number: int) -> None:
    """A form field's check box: `ffres` 1 is ticked, 0 not; 25 means that the default holds."""
    if reader.boxed is None:
        return
    if word == b"ffres":
        reader.boxed, reader.by_default = number == 1, number == 25
    elif reader.by_default:
        reader.boxed = number == 1


def _paragraph(reader: _RtfReader) -> None:
    text, _ = parted_link(reader.words.text)
    reader.words = StyledText()
    if text.strip():
        _table(reader)
        reader.blocks += [line.strip() for line in text.split("\n") if line.strip()]


def _table(reader: _RtfReader) -> None:
    if reader.rows:
        reader.blocks.append(laid_out(of_edged(reader.rows)))
        reader.rows = []
