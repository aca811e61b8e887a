"""What a mail's leaves become: bodies kept in memory, everything else a file in the store."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from typing import Final

from mailbot.model.filetype import looks_like_mail
from mailbot.model.finding import Code, Finding
from mailbot.model.limits import Limits
from mailbot.model.mail import Part, PartKind
from mailbot.parse import embedded
from mailbot.parse.headers import Headers
from mailbot.parse.signed import KINDS, MOST, Sealed, unseal
from mailbot.parse.split import Leaf, Splitter
from mailbot.parse.transfer import begins_file
from mailbot.store import Store, Stored
from mailbot.text.charset import decode

BODY: Final = 2 * 1024 * 1024
"""Bytes of one body that are read as words; a longer one is kept as a file besides."""
BODIES: Final = 4 * BODY
"""Bytes of all bodies that are held; the bodies behind them are kept as files only."""
HEAD: Final = 64 * 1024
"""Bytes of a file that are looked at to tell a mail, and kept of a report."""
NESTED: Final = 8
"""Mails within one another that are opened."""
_REPORTS: Final = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_NO_MAILS: Final = _REPORTS | {"message/external-body", "message/http", "message/feedback-report"}


@dataclass(frozen=True, slots=True)
class Body:
    """A text body.

    Attributes:
        leaf: its headers and types.
        data: content, transfer encoding undone, charset not.
        html: text/html.
        inside: names of the mails around it; empty for the mail's own.
    """

    leaf: Leaf
    data: bytes
    html: bool
    inside: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathered:
    """Everything a mail's leaves gave.

    Attributes:
        bodies: text bodies, nested mails' among them.
        parts: files in the store.
        reports: type and first bytes of delivery and disposition reports.
        nested: headers of the mails within.
        findings: what could not be taken whole.
    """

    bodies: list[Body] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    reports: list[tuple[str, bytes]] = field(default_factory=list)
    nested: list[Headers] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Gatherer:
    """Takes the leaves of one mail."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._leaves = 0
        self._room = BODIES
        self.found = Gathered()

    def take(self, splitter: Splitter, inside: tuple[str, ...] = ()) -> None:
        """Every leaf, nested mails opened on the way. Raises OSError for our own disk only."""
        for leaf in splitter.leaves():
            self._leaves += 1
            if self._leaves > self._limits.parts:
                if self._leaves == self._limits.parts + 1:
                    self._find(Code.PART_TOO_LARGE, limit="parts", most=self._limits.parts)
                return
            if _is_body(leaf):
                self._take_body(leaf, inside)
            else:
                self._take_file(leaf, inside)

    def _find(self, code: Code, **details: str | int) -> None:
        self.found.findings.append(Finding(code, {"filename": "", **details}))

    # --- bodies ---

    def _take_body(self, leaf: Leaf, inside: tuple[str, ...]) -> None:
        blocks = leaf.blocks
        if self._room <= 0:
            self._keep(leaf, leaf_name(leaf), blocks, inside)
            return
        head = _up_to(blocks, BODY)
        self._room -= len(head)
        if begins_file(head):
            self._keep(leaf, leaf_name(leaf), chain((head,), blocks), inside)
            return
        if embedded.seen(head) and leaf.kind.value != "text/html":
            head = self._take_embedded(leaf, chain((head,), blocks), inside)
            blocks = iter(())
        rest = next(blocks, b"")
        if rest or leaf_name(leaf) or (inside and head.strip()):
            self._keep(leaf, leaf_name(leaf), chain((head, rest), blocks), inside)
        self.found.bodies.append(Body(leaf, head, leaf.kind.value == "text/html", inside))

    def _take_embedded(self, leaf: Leaf, blocks: Iterable[bytes], inside: tuple[str, ...]) -> bytes:
        """Files written into the text, each stored; gives the text around them."""
        text = bytearray()
        stream = embedded.pieces(blocks)
        piece = next(stream, None)
        while piece is not None:
            if piece.name is None:
                text += piece.data[: max(BODY - len(text), 0)]
                piece = next(stream, None)
                continue
            name = decode(piece.name, leaf.kind.get("charset"))
            with self._store.incoming() as incoming:
                incoming.write(piece.data)
                while (piece := next(stream, None)) is not None and piece.name is not None and not piece.begins:
                    incoming.write(piece.data)
            self._add(name, "application/octet-stream", incoming.stored, inside)
        return bytes(text)

    # --- files ---

    def _take_file(self, leaf: Leaf, inside: tuple[str, ...]) -> None:
        name = leaf_name(leaf)
        head = self._keep(leaf, name, leaf.blocks, inside)
        kind = leaf.kind.value
        if kind == "message/external-body" and (address := leaf.kind.get("url")):
            self.found.bodies.append(Body(leaf, re.sub(r"\s+", "", address).encode(), html=False, inside=inside))
        if kind in _REPORTS:
            self.found.reports.append((kind, head))
        whole = kind.startswith("message/") and kind not in _NO_MAILS
        if whole or looks_like_mail(head[:HEAD]):
            self._open_mail(self.found.parts.pop(), inside)
        elif kind in KINDS:
            self._unseal(self.found.parts[-1], inside)

    def _keep(self, leaf: Leaf, name: str, blocks: Iterable[bytes], inside: tuple[str, ...]) -> bytes:
        """Store a file; gives its first bytes."""
        blocks = iter(blocks)
        head = _up_to(blocks, HEAD)
        digest = hashlib.sha256(head).hexdigest() if len(head) < HEAD else ""
        if digest in self._store:  # a logo or a signature that every mail has: it need not be made durable again
            stored = Stored(digest, len(head))
        else:
            with self._store.incoming() as incoming:
                incoming.write(head)
                incoming.write_all(blocks)
            stored = incoming.stored
        self._add(name, leaf.kind.value, stored, inside)
        return head

    def _add(self, name: str, kind: str, stored: Stored, inside: tuple[str, ...]) -> None:
        self.found.parts.append(Part(name, kind, stored.sha256, stored.size, inside=inside))

    def _open_mail(self, part: Part, inside: tuple[str, ...]) -> None:
        mail = Part(part.filename, part.content_type, part.sha256, part.size, PartKind.MAIL, inside)
        self.found.parts.append(mail)
        if len(inside) >= NESTED:
            return
        with self._store.path(part.sha256).open("rb") as file:
            splitter = Splitter(file, self._limits.depth)
            slot = len(self.found.nested)
            self.take(splitter, (*inside, part.filename or "mail.eml"))
            self.found.nested.insert(slot, splitter.headers)

    def _unseal(self, part: Part, inside: tuple[str, ...]) -> None:
        """Take the mail's content out of an opaque signature; say so where it is encrypted."""
        if part.size > MOST or len(inside) >= NESTED:
            return
        kind, content = unseal(self._store.path(part.sha256).read_bytes())
        if kind is Sealed.ENCRYPTED:
            self.found.findings.append(Finding(Code.PART_ENCRYPTED, {"filename": part.filename}))
        if content:
            self.take(Splitter(BytesIO(content), self._limits.depth), (*inside, part.filename or "smime.p7m"))


_NAME: Final = re.compile(r"\S\.[A-Za-z0-9]{2,5}$")
_FOLDERS: Final = re.compile(r"^(?:(?:[A-Za-z]:|\\\\)[^/]*\\|/.*/)")
"""The way to a file on its sender's disk, which old programs send along."""


def _is_body(leaf: Leaf) -> bool:
    if leaf.kind.value not in {"text/plain", "text/html"} or leaf.disposition.value == "attachment":
        return False
    return leaf.root or not leaf_name(leaf)


def leaf_name(leaf: Leaf) -> str:
    """The file name: Content-Disposition's before Content-Type's, a decodable one before a broken one."""
    names = [
        name
        for name in (
            leaf.disposition.get("filename"),
            leaf.kind.get("name"),
            leaf.disposition.get("name"),
            leaf.kind.get("filename"),
        )
        if name
    ]
    described = (leaf.headers.text(f"content-{field}").strip("<>") for field in ("description", "location", "id"))
    instead = next((text for text in described if _NAME.search(text) and "@" not in text), "")
    name = next((name for name in names if "\ufffd" not in name), names[0] if names else instead)
    return _FOLDERS.sub("", name)


def _up_to(blocks: Iterator[bytes], most: int) -> bytes:
    """The first blocks, until they are `most` bytes or more."""
    taken: list[bytes] = []
    size = 0
    while size < most and (block := next(blocks, None)) is not None:
        taken.append(block)
        size += len(block)
    return b"".join(taken)
