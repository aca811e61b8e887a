"""Findings: what is right, wrong or missing, as codes. The words stand in `templates/findings.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

JsonScalar = str | int | float | bool | None
Details = Mapping[str, JsonScalar]


class Severity(StrEnum):
    """How much a finding weighs in the verdict."""

    ERROR = "error"
    """The work cannot be accepted as it is."""
    WARNING = "warning"
    """Worth mending; does not stand in the way."""
    INFO = "info"
    """Told, not held against anyone."""


class Code(StrEnum):
    """Every finding that mailbot can make. A name that stands here does not change."""

    VIDEO_UNREADABLE = "video-unreadable"
    VIDEO_TRUNCATED = "video-truncated"
    VIDEO_NOT_MP4 = "video-not-mp4"
    VIDEO_TOO_SHORT = "video-too-short"
    VIDEO_TOO_LONG = "video-too-long"
    VIDEO_LOW_RESOLUTION = "video-low-resolution"
    VIDEO_WRONG_ASPECT = "video-wrong-aspect"
    VIDEO_NO_PICTURE = "video-no-picture"
    VIDEO_BLANK = "video-blank"
    VIDEO_SOUND_LONGER = "video-sound-longer"
    VIDEO_DUPLICATE = "video-duplicate"
    VIDEO_SIMILAR = "video-similar"
    VIDEO_ROW_MISSING = "video-row-missing"
    FORM_MISSING = "form-missing"
    FORM_UNREADABLE = "form-unreadable"
    FORM_ENCRYPTED = "form-encrypted"
    FORM_EMPTY = "form-empty"
    FORM_UNIT_MISSING = "form-unit-missing"
    FORM_TOO_LONG = "form-too-long"
    FORM_SCANNED = "form-scanned"
    FORM_UNCERTAIN = "form-uncertain"
    ROW_TITLE_MISSING = "row-title-missing"
    ROW_THEME_MISSING = "row-theme-missing"
    ROW_CONTACT_MISSING = "row-contact-missing"
    ROW_PHONE_MISSING = "row-phone-missing"
    ROW_FIELD_MISSING = "row-field-missing"
    ROW_PHONE_INVALID = "row-phone-invalid"
    ROW_VIDEO_MISSING = "row-video-missing"
    ROW_VIDEO_BY_LINK = "row-video-by-link"
    ROW_MATCH_UNCERTAIN = "row-match-uncertain"
    ENTRY_MENDED = "entry-mended"
    ENTRY_TWICE = "entry-twice"
    VIDEO_NOT_TAKEN = "video-not-taken"
    MAIL_LATE = "mail-late"
    MAIL_UNREADABLE = "mail-unreadable"
    MAIL_TOO_MANY = "mail-too-many-works"
    MAIL_SENDER_UNVERIFIED = "mail-sender-unverified"
    WITHDRAWAL_UNCLEAR = "withdrawal-unclear"
    WITHDRAWAL_UNCONFIRMED = "withdrawal-unconfirmed"
    PART_ENCRYPTED = "part-encrypted"
    MAIL_TOO_LARGE = "mail-too-large"
    PART_TOO_LARGE = "part-too-large"
    PART_UNSAFE = "part-unsafe"


SEVERITY: Final[Mapping[Code, Severity]] = dict.fromkeys(Code, Severity.ERROR) | {
    Code.VIDEO_BLANK: Severity.WARNING,
    Code.VIDEO_SOUND_LONGER: Severity.WARNING,
    Code.VIDEO_SIMILAR: Severity.WARNING,
    Code.FORM_UNIT_MISSING: Severity.WARNING,
    Code.FORM_TOO_LONG: Severity.WARNING,
    Code.FORM_SCANNED: Severity.WARNING,
    Code.FORM_UNCERTAIN: Severity.WARNING,
    Code.ROW_PHONE_INVALID: Severity.WARNING,
    Code.MAIL_SENDER_UNVERIFIED: Severity.WARNING,
    Code.ENTRY_MENDED: Severity.WARNING,
    Code.WITHDRAWAL_UNCLEAR: Severity.WARNING,
    Code.WITHDRAWAL_UNCONFIRMED: Severity.WARNING,
    Code.MAIL_TOO_MANY: Severity.WARNING,
    Code.ENTRY_TWICE: Severity.WARNING,
    Code.VIDEO_NOT_TAKEN: Severity.WARNING,
    Code.ROW_MATCH_UNCERTAIN: Severity.WARNING,
    Code.ROW_VIDEO_BY_LINK: Severity.INFO,
}


WAIVED: Final = "waived"
"""The detail of a finding that is told and not held against the work: the campaign's policy waives it, or a person."""
BY_PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, without its words.

    Attributes:
        code: what it is.
        details: the measured values and names that the words quote; JSON scalars only.
    """

    code: Code
    details: Details = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it weighs: a property of the code, but for what the campaign's policy, or a person, waives."""
        return Severity.WARNING if self.details.get(WAIVED) else SEVERITY[self.code]
