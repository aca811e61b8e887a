"""An office package (OPC, ODF): its parts, read within bounds, as XML without entities."""

import io
import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from lxml import etree

from mailbot.model.document import Fact, FactKind
from mailbot.text.charset import codec_name, decode

MIB: Final = 1024 * 1024
PART_BYTES: Final = 48 * MIB
"""A form's text is never larger; a zip bomb's is."""
PARTS: Final = 5000
_DECLARED: Final = re.compile(
    rb"\s{0,9}<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"'][^>]{0,200}>"
)
"""An XML declaration that names a charset."""


class PackageBroken(ValueError):
    """The package is not what its type says, or holds more than a form would."""


def parse(data: bytes) -> tuple[etree._Element, bool]:
    """A part's XML, and whether it was damaged; entities are not resolved, nothing is fetched.

    Raises:
        PackageBroken: nothing of it can be read.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_in_unicode(data), parser)
    except etree.XMLSyntaxError as error:
        raise PackageBroken(str(error)) from error
    if root is None:
        raise PackageBroken("no XML")
    return root, is_damaged(parser.error_log)


def _in_unicode(data: bytes) -> bytes:
    """XML that names another charset in UTF-8: what calls itself GB2312 is GB18030, which libxml2 does not know."""
    named = _DECLARED.match(data)
    label = named[1].decode("ascii") if named is not None else ""
    if codec_name(label) in {"", "utf-8", "utf-16"}:
        return data
    return _DECLARED.sub(b"", decode(data, label).encode(), count=1)


def is_damaged(log: etree._ListErrorLog) -> bool:
    """Whether XML lost something; a prefix that nobody declared, as old OpenOffice wrote them, loses nothing."""
    errors = (one for one in log if one.level >= etree.ErrorLevels.ERROR)
    return any(one.domain != etree.ErrorDomains.NAMESPACE for one in errors)


def local(element: etree._Element) -> str:
    """An element's name without its namespace: transitional and strict OOXML have different ones."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name; None where there is none, or no element."""
    for key, value in element.items() if element is not None else ():
        if key == name or key.endswith(f"}}{name}"):
            return str(value)
    return None


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The element at a path of local names; None where one of them is missing."""
    for name in names:
        element = next(element.iterchildren(f"{{*}}{name}"), None) if element is not None else None
    return element


def said(element: etree._Element | None, *path: str, of: str = "val") -> str:
    """An attribute of the element at a path of local names; empty where either is missing."""
    return attribute(child(element, *path), of) or ""


def content(element: etree._Element | None) -> str:
    """The text that an element begins with, without blanks around it; empty where there is no element."""
    return (element.text or "").strip() if element is not None else ""


def number(text: str | None, otherwise: int = 0, most: int = 10**8) -> int:
    """What an attribute counts, at most so many; `otherwise` where it is no number, or longer than any."""
    return min(int(text), most) if text and text.isdecimal() and len(text) < 9 else otherwise


STREAM_BYTES: Final = 400 * MIB
"""A sheet may be styled down to its last row; more than this is no sheet."""


class Bounded(io.RawIOBase):
    """A part as a stream that ends in an error where it grows beyond `STREAM_BYTES`."""

    def __init__(self, file: IO[bytes], limit: int = STREAM_BYTES) -> None:
        super().__init__()
        self._file = file
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises PackageBroken beyond the limit, or where they are broken."""
        try:
            data = self._file.read(size if size >= 0 else 65536)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise PackageBroken(str(error)) from error
        self._left -= len(data)
        if self._left < 0:
            raise PackageBroken("a part without end")
        return data


class Package:
    """An open package. Use as a context manager.

    Attributes:
        damaged: a part that was asked for is not whole.
    """

    def __init__(self, path: Path) -> None:
        self.damaged = False
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise PackageBroken(str(error)) from error
        infos = self._zip.infolist()
        if len(infos) > PARTS:
            raise PackageBroken("too many parts")
        self._infos = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def names(self, prefix: str) -> list[str]:
        """The parts below a folder, lower case, sorted."""
        return sorted(name for name in self._infos if name.startswith(prefix.lower()))

    def check_sizes(self) -> None:
        """Refuse a package that states more than a form would hold, before a library reads it whole.

        Raises:
            PackageBroken: a part of XML, or all parts together, are too large.
        """
        sizes = {name: info.file_size for name, info in self._infos.items()}
        if any(size > PART_BYTES for name, size in sizes.items() if name.endswith((".xml", ".rels"))):
            raise PackageBroken(f"a part of more than {PART_BYTES} bytes")
        if sum(sizes.values()) > STREAM_BYTES:
            raise PackageBroken(f"parts of more than {STREAM_BYTES} bytes")

    def size(self, name: str) -> int:
        """A part's stated size in bytes; 0 where there is none."""
        info = self._infos.get(name.lstrip("/").lower())
        return info.file_size if info is not None else 0

    def data(self, name: str) -> bytes | None:
        """A part's bytes; None where there is none.

        Raises:
            PackageBroken: it is too large, encrypted or broken.
        """
        info = self._infos.get(name.lstrip("/").lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise PackageBroken("encrypted part")
        try:
            with self._zip.open(info) as file:
                data = file.read(PART_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise PackageBroken(str(error)) from error
        if len(data) > PART_BYTES:
            raise PackageBroken(f"{name}: more than {PART_BYTES} bytes")
        return data

    def xml(self, name: str) -> etree._Element | None:
        """A part's root element, as much as can be read of it; None where there is none, or it is no XML."""
        data = self.data(name)
        if not data:
            return None
        try:
            root, damaged = parse(data)
        except PackageBroken:
            self.damaged = True
            return None
        self.damaged = self.damaged or damaged
        return root

    def stream(self, name: str) -> Bounded:
        """A part as a stream. Raises PackageBroken."""
        info = self._infos.get(name.lstrip("/").lower())
        if info is None or info.flag_bits & 1:
            raise PackageBroken(f"no {name}")
        try:
            return Bounded(self._zip.open(info))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise PackageBroken(str(error)) from error

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id -> (last word of the type, target); a part's target as a name in the package."""
        folder, _, leaf = name.rpartition("/")
        root = self.xml(f"{folder}/_rels/{leaf}.rels")
        found: dict[str, tuple[str, str]] = {}
        for one in root if root is not None else ():
            target = attribute(one, "Target") or ""
            if attribute(one, "TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found[attribute(one, "Id") or ""] = ((attribute(one, "Type") or "").rpartition("/")[2], target)
        return found


def comments_of(package: Package, *prefixes: str) -> tuple[Fact, ...]:
    """The comments of the parts whose names begin so (ECMA-376 part 1, §17.13.4 and §18.7)."""
    roots = (package.xml(name) for prefix in prefixes for name in package.names(prefix) if name.endswith(".xml"))
    comments = (one for root in roots if root is not None for one in root.iter("{*}comment", "{*}threadedComment"))
    texts = ("".join(text.text or "" for text in one.iter("{*}t", "{*}text")) for one in comments)
    return tuple(Fact(FactKind.COMMENT, text) for text in texts)
