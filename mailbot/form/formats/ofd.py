"""An .ofd (GB/T 33190), as far as it is told whether it may be the form: its words, without their places."""

from pathlib import Path

from mailbot.form.formats.package import Package
from mailbot.model.document import Document

MAX_PAGES = 20


def read_ofd(path: Path) -> Document:
    """An .ofd's words, one paragraph a piece of text. Raises PackageBroken."""
    with Package(path) as package:
        pages = [name for name in package.names("doc_") if name.endswith("/content.xml")][:MAX_PAGES]
        roots = [root for name in pages if (root := package.xml(name)) is not None]
    codes = (code for root in roots for code in root.iter("{*}TextCode"))
    return Document(tuple(text for code in codes if (text := (code.text or "").strip())))
