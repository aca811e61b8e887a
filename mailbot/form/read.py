"""Any file as a form: its reader in a bounded child, its meaning by the clerk.

`read_form` and `read_body_form` are called in the parent process and never raise for a stranger's file.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.form.clerk import NO_FORM
from mailbot.model.campaign_form import FormRules
from mailbot.model.errors import ReadingFailed
from mailbot.model.filetype import DOCUMENTS, PICTURES, FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.form import FormReading
from mailbot.model.limits import Limits
from mailbot.ocr.scan import NotRead, look
from mailbot.sandbox import ByName, Readers
from mailbot.text.folding import key

PRELOAD: Final = ("mailbot.form.understand",)
"""For `Readers(preload=…)`: what a warm child has imported before its first file."""
BODY_CHARACTERS: Final = 2_000_000
FORMATS: Final = DOCUMENTS | PICTURES
"""What can be a form."""

read_document: Final[Callable[[Path, FileType, FormRules], FormReading]] = ByName(PRELOAD[0], "read_document")
read_seen: Final[Callable[[bytes, FormRules], FormReading]] = ByName(PRELOAD[0], "read_seen")
read_body: Final[Callable[[str, str, FormRules], FormReading]] = ByName(PRELOAD[0], "read_body")


def read_form(
    path: Path,
    file_type: FileType,
    rules: FormRules,
    readers: Readers,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> FormReading:
    """A file of the store as a form with its reader's findings; neither where the file is none.

    `limits`: for a scan, which is looked at in a process of its own.
    """
    if file_type not in FORMATS:
        return NO_FORM
    try:
        reading = readers.read(read_document, path, file_type, rules)
        if not reading.pictures or (reading.form is not None and reading.form.rows):
            return reading
        seen = readers.call(read_seen, look(path, file_type, rules.choices, limits, reading.pictures), rules)
        understood = seen if seen.form is not None or seen.findings else reading
        return replace(understood, pictures=(), links=reading.links)
    except ReadingFailed as failed:
        return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": failed.trouble.value}),))
    except NotRead as unread:
        return FormReading(None, (Finding(Code.FORM_SCANNED, {"read": False, "why": unread.why}),))


def read_body_form(text: str, html: str, rules: FormRules, readers: Readers) -> FormReading:
    """A form that stands in the mail itself: a table in its HTML, or one typed in its text; none in most letters."""
    said = key(f"{text}\n{html}")
    if rules.choices and not any(key(theme) in said for theme in rules.choices) and "&#" not in html:
        return NO_FORM
    try:
        return readers.call(read_body, text[:BODY_CHARACTERS], html[:BODY_CHARACTERS], rules)
    except ReadingFailed:
        return NO_FORM
