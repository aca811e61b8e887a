"""What a mail brings, gathered: forms, videos, links. Facts only; nothing is judged yet."""

from dataclasses import dataclass, field

from mailbot.model.finding import Finding
from mailbot.model.form import Form
from mailbot.model.mail import Link, Part
from mailbot.model.prints import Print
from mailbot.model.video import VideoFacts


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form and where it came from.

    Attributes:
        part: the file; for a form in the mail's body a part without a name, with the body's hash.
        form: None where it could not be read.
        findings: of this form.
    """

    part: Part
    form: Form | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A video and where it came from.

    Attributes:
        part: the file.
        facts: None where it could not be opened.
        findings: what is wrong with the file itself (rules are applied later).
        contact_sheet: sha-256 of a small JPEG in the store; empty where none could be made.
        key_print: of the frames that were looked at; for the search before the first answer, never stored.
    """

    part: Part
    facts: VideoFacts | None
    findings: tuple[Finding, ...] = ()
    contact_sheet: str = ""
    key_print: Print | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Works:
    """Everything of a mail that may become entries.

    Attributes:
        parts: every part with its kind known, archive and nested-mail members behind their container.
        forms: the forms, best first where several tell the same rows.
        videos: in the mail's order, each content once.
        links: of the mail's body, of its forms, and of its documents where they are what it brings.
        findings: of parts (encrypted, too large, unsafe).
    """

    parts: tuple[Part, ...] = ()
    forms: tuple[FormFile, ...] = ()
    videos: tuple[VideoFile, ...] = ()
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing submitted: no form, no video, no link, and no part that hides one."""
        return not (self.forms or self.videos or self.links or self.findings)
