"""A form read in a bounded child: its format's reader shows a document, the clerk says what it means.

Only children import it, with every format's library; `form/read.py` names its functions.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.form.clerk import NO_FORM, hints_at_form, interpret
from mailbot.form.doubts import doubts
from mailbot.form.formats.doc import read_doc
from mailbot.form.formats.docx import read_docx
from mailbot.form.formats.inner import in_memory, inner_type, unwrapped
from mailbot.form.formats.locks import Locked, unlocked
from mailbot.form.formats.odf import read_odf
from mailbot.form.formats.ofd import read_ofd
from mailbot.form.formats.page import of_html, read_html, read_text
from mailbot.form.formats.pdf import read_pdf
from mailbot.form.formats.rtf import read_rtf
from mailbot.form.formats.stuck import address_in
from mailbot.form.formats.xls import read_xls
from mailbot.form.formats.xlsx import read_xlsx
from mailbot.form.links import links_of
from mailbot.layout.typed import of_text
from mailbot.model.campaign_form import FormRules
from mailbot.model.document import Document
from mailbot.model.filetype import PICTURES, FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormReading
from mailbot.ocr.embedded import page_sized
from mailbot.ocr.scan import NotRead, seen
from mailbot.text.labels import Vocabulary, vocabulary_of

_READERS: Final[dict[FileType, Callable[[Path], Document]]] = {
    FileType.DOCX: read_docx, FileType.XLSX: read_xlsx, FileType.ODT: read_odf, FileType.ODS: read_odf,
    FileType.DOC: read_doc, FileType.XLS: read_xls, FileType.RTF: read_rtf,
}  # fmt: skip
_LAID_OUT: Final[dict[FileType, Callable[[Path, Vocabulary], Document]]] = {
    FileType.OFD: read_ofd, FileType.PDF: read_pdf, FileType.HTML: read_html, FileType.TEXT: read_text,
}  # fmt: skip
"""Formats whose tables may be laid out by blanks: their columns are told by the campaign's labels."""
_LOCKABLE: Final = frozenset({FileType.LOCKED_OFFICE, FileType.DOC, FileType.XLS})
"""Formats of which the password may be known."""


def read_document(path: Path, file_type: FileType, rules: FormRules) -> FormReading:
    """`read_form`'s work in the child. Raises whatever the readers raise on a broken file."""
    if file_type in PICTURES:
        code = Document((), links=(address_in(path.read_bytes()),))
        return replace(NO_FORM, pictures=page_sized(path, file_type), links=links_of(code, None))
    vocabulary = vocabulary_of(rules)
    try:
        document = _shown(path, file_type, vocabulary)
    except Locked:
        data = unlocked(path) if file_type in _LOCKABLE else None
        if data is None:
            return FormReading(None, (Finding(Code.FORM_ENCRYPTED),))
        with in_memory(data) as inner:
            return read_document(inner, inner_type(inner), rules)
    document = _whole(document, vocabulary)
    reading = _understood(document, vocabulary)
    reading = replace(reading, links=links_of(document, reading.form))
    if reading.form is not None and reading.form.rows:
        return reading
    pictures = document.pictures or page_sized(path, file_type)
    lost = not document.blocks or hints_at_form(document, vocabulary.themes)
    if file_type is FileType.OFD and lost and not pictures:
        return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": file_type.value}),))
    return replace(reading, pictures=pictures)


def _understood(document: Document, vocabulary: Vocabulary) -> FormReading:
    """What a document shows as a form; what it hides or only hints at is a doubt, never a value."""
    reading = interpret(document, vocabulary)
    form, told = reading.form, list[Finding]()
    hidden = interpret(replace(document, blocks=document.everything), vocabulary).form if document.everything else None
    if hidden is not None and _says_more(hidden, form):
        code = Code.FORM_UNCERTAIN if form is not None else Code.FORM_UNREADABLE
        told = [Finding(code, {"field": "form", "why": "hidden"})]
    elif form is not None:
        told = list(doubts(document, form, vocabulary))
    return replace(reading, findings=(*reading.findings, *told))


def _says_more(hidden: Form, shown: Form | None) -> bool:
    """Whether a form with what is hidden has more works, or a value where a shown work has none."""
    if shown is None or len(hidden.rows) != len(shown.rows):
        return len(hidden.rows) > (len(shown.rows) if shown is not None else 0)
    lacks = ((name, row, more) for row, more in zip(shown.rows, hidden.rows, strict=True) for name in _OWN)
    return any(getattr(more, name) and not getattr(row, name) for name, row, more in lacks)


_OWN: Final = ("title", "themes", "link", "contact", "phone")


def _shown(path: Path, file_type: FileType, vocabulary: Vocabulary) -> Document:
    if file_type is FileType.LOCKED_OFFICE:
        raise Locked
    laid_out = _LAID_OUT.get(file_type)
    return laid_out(path, vocabulary) if laid_out else _READERS[file_type](path)


def _whole(document: Document, vocabulary: Vocabulary) -> Document:
    """A document with those that are within it, at its end."""
    for data in document.inside:
        with in_memory(unwrapped(data)) as path:
            if (kind := inner_type(path)) is FileType.OTHER:
                continue  # a drawing, an equation: what it shows is a picture
            inner = _shown(path, kind, vocabulary)
        document = replace(
            document,
            blocks=document.blocks + inner.blocks,
            facts=document.facts + inner.facts,
            links=document.links + inner.links,
        )
    return document


def read_seen(answer: bytes, rules: FormRules) -> FormReading:
    """What the eyes saw, understood; a picture that only hints at a form is for a person."""
    vocabulary = vocabulary_of(rules)
    why = ""
    try:
        document = seen(answer, vocabulary)
    except NotRead as unread:
        reading, why = NO_FORM, unread.why
    else:
        reading = _understood(document, vocabulary)
        lost = reading.form is None and (reading.findings or hints_at_form(document, vocabulary.themes))
        doubted = any(finding.code is Code.FORM_UNCERTAIN for finding in reading.findings)
        lost = lost or (doubted and reading.form is not None and not reading.form.rows)
        why = "layout" if lost else ""
    return FormReading(None, (Finding(Code.FORM_SCANNED, {"read": False, "why": why}),)) if why else reading


def read_body(text: str, html: str, rules: FormRules) -> FormReading:
    """`read_body_form`'s work in the child."""
    vocabulary = vocabulary_of(rules)
    documents = [of_html(html, vocabulary)] if html.strip() else []
    for document in (*documents, of_text(text, vocabulary)):
        reading = interpret(document, vocabulary, strict=True)
        if reading.form is not None and reading.form.rows:
            return reading
    return NO_FORM
