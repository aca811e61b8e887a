"""One work told in a line, as the digest, the workbook and the judges' package list it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mailbot.model.entry import EntryStatus
from mailbot.model.finding import SEVERITY, Code, Severity

WARNINGS: Final = frozenset(code.value for code, severity in SEVERITY.items() if severity is Severity.WARNING)
"""Findings for which nothing is missing."""


@dataclass(frozen=True, slots=True)
class ListedVideo:
    """The video of a listed work.

    Attributes:
        sha256: hex digest; the store's name for it.
        size: bytes.
        container: by content, such as `mp4`; empty where the file could not be opened.
        filename: as its sender called it.
        duration: seconds; 0 where unknown.
        width: pixels as shown; 0 where unknown.
        height: likewise.
        aspect: `16:9`, `9:16` or `W:H`; empty where unknown.
        contact_sheet: SHA-256 of a small JPEG in the store; empty where there is none.
    """

    sha256: str
    size: int = 0
    container: str = ""
    filename: str = ""
    duration: float = 0.0
    width: int = 0
    height: int = 0
    aspect: str = ""
    contact_sheet: str = ""


@dataclass(frozen=True, slots=True)
class ListedWork:
    """An entry as a list shows it.

    Attributes:
        number: its public number.
        status: where it stands.
        title: as written; empty where no row tells it.
        themes: ticked themes, in the form's order.
        unit: 单位名称.
        recommender: 推荐单位联系人及联系方式.
        contact: 联系人.
        phone: 手机号码.
        sender: the address that sent it.
        received_at: when its mail came, in the campaign's time zone.
        reasons: codes of its findings, in their order.
        link: where the video is to be fetched, with its extraction code; empty where none was given.
        video: None while there is none.
        extra: the campaign's other fields by their names.
        by_person: a person has decided its status.
        note: the last deciding person's words.
        maker: the unit that made it, under the name that it is counted by.
        recommending_unit: likewise the unit that recommends it.
        recommender_unclear: a person must say which unit that is.
    """

    number: str
    status: EntryStatus
    received_at: datetime
    title: str = ""
    themes: tuple[str, ...] = ()
    unit: str = ""
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    sender: str = ""
    reasons: tuple[str, ...] = ()
    link: str = ""
    video: ListedVideo | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    by_person: bool = False
    note: str = ""
    maker: str = ""
    recommending_unit: str = ""
    recommender_unclear: bool = False

    @property
    def waits_for_its_link(self) -> bool:
        """Whether nothing is missing but that its video is fetched from a link."""
        return self.status is EntryStatus.INCOMPLETE and set(self.reasons) - WARNINGS == {Code.ROW_VIDEO_BY_LINK}
