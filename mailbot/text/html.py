"""An HTML document as its reader sees it. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from mailbot.text.charset import clean

_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SKIPPED: Final = frozenset({"script", "style", "head", "title", "noscript", "template", "object", "svg"})
HTML_CHARACTERS: Final = 1024 * 1024
"""Characters of an HTML body that are looked at, pictures written into it left out."""
_PICTURE: Final = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%\s]*", re.ASCII)


def read_html(html: str) -> "etree._Element | None":
    """The document's root; None where there is nothing to read."""
    data = clean(_PICTURE.sub("", html)[:HTML_CHARACTERS]).encode("utf-8")
    if not data.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def html_text(root: "etree._Element | None") -> str:
    """The text as a reader sees it: blocks on lines of their own, table cells apart by tabs, entities decoded."""
    if root is None:
        return ""
    text = "".join(_pieces(root)).replace("\xa0", " ")
    lines = (re.sub(r"[ \f\v\r]+", " ", line).strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip("\t") for line in lines)).strip()


def linked_text(root: "etree._Element | None") -> tuple[str, list[Mapping[str, str]]]:
    """A document's text with a sign `U+E000 n U+E001` where the n-th link stands, and the links' attributes.

    A link is anything with an address: `href`, or the `downloadlink` of QQ's attachment blocks. `text` is added to the
    attributes: what the link shows.
    """
    links: list[Mapping[str, str]] = []
    if root is None:
        return "", links
    text = "".join(_pieces(root, links)).replace("\xa0", " ")
    return re.sub(r"[ \f\v\r]+", " ", text), links


def _pieces(root: "etree._Element", links: list[Mapping[str, str]] | None = None) -> Iterator[str]:
    skipping = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            skipping += tag in _SKIPPED
            if skipping:
                continue
            if tag in _BLOCKS or tag == "br":
                yield "\n"
            if links is not None and (address := element.get("href") or element.get("downloadlink")):
                links.append({**dict(element.items()), "href": address, "text": _shown(element)})
                yield f"\ue000{len(links) - 1}\ue001"
            if element.text:
                yield _squeezed(element.text)
            continue
        if not skipping and tag in {"td", "th"}:
            yield "\t"
        elif not skipping and tag in _BLOCKS:
            yield "\n"
        skipping -= tag in _SKIPPED
        if not skipping and element.tail:
            yield _squeezed(element.tail)


def _shown(element: "etree._Element") -> str:
    text = ""
    for piece in element.itertext():
        text += piece
        if len(text) > 300:  # a file's name is no longer
            break
    return text[:300]


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def html_charset(data: bytes) -> str:
    """The charset that an HTML document names for itself in its first KiB; empty where it does not."""
    found = _META.search(data, 0, 4096)
    return found[1].decode("latin-1") if found else ""
