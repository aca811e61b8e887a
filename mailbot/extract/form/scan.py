"""Scans and photos of a form: table lines by OpenCV, text by RapidOCR, boxes by their pixels."""

from pathlib import Path

from mailbot.extract.form.grid import Document


class NotRead(ValueError):
    """A picture that could not be read here, though it may be a form.

    Attributes:
        why: in a word.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_picture(path: Path) -> Document:
    """What a picture shows. Raises NotRead."""
    raise NotRead("ocr")


def read_scanned_pdf(path: Path) -> Document:
    """What a PDF without text shows. Raises NotRead."""
    raise NotRead("ocr")
