"""A document in one XML file: Word 2003 XML, Word's flat package, flat OpenDocument, XML Spreadsheet 2003.

Word and WPS save the first two as .xml, systems that export call all of them .doc or .xls.
"""

from collections.abc import Callable
from typing import Final

from mailbot.form.formats.docx import of_word_xml
from mailbot.form.formats.flat import NAMESPACE as SHEET
from mailbot.form.formats.flat import of_sheet_xml
from mailbot.form.formats.odf import of_odf_xml
from mailbot.model.document import Document

_READERS: Final[tuple[tuple[str, Callable[[bytes], Document]], ...]] = (
    (SHEET, of_sheet_xml),
    ("http://schemas.microsoft.com/office/word/2003/wordml", of_word_xml),
    ("http://schemas.microsoft.com/office/2006/xmlPackage", of_word_xml),
    ("<office:document ", of_odf_xml),
)


def reader_of(head: str) -> Callable[[bytes], Document] | None:
    """What reads a text file whose beginning is this; None where it is no such document."""
    if not head.lstrip("\ufeff \r\n\t").startswith("<?xml"):
        return None
    return next((reader for mark, reader in _READERS if mark in head), None)
