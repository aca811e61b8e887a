"""An entry: one work of one submitter, and what the ledger knows beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailbot.model.extension import Extension
from mailbot.model.finding import Code, Finding, Severity
from mailbot.model.mail import Link
from mailbot.model.works import VideoFile


class EntryStatus(StrEnum):
    """Where an entry stands."""

    INCOMPLETE = "incomplete"
    """A row without a video, a video without a row, or a row without what it must say; the submitter is told."""
    REVIEW = "review"
    """A person must look."""
    ACCEPTED = "accepted"
    """In the competition."""
    REJECTED = "rejected"
    """Against a rule, with the reason; mended and sent again it becomes accepted."""
    WITHDRAWN = "withdrawn"
    """Taken back by its submitter."""
    REPLACED = "replaced"
    """Another entry of the same submitter took its place."""


OPEN = frozenset({EntryStatus.INCOMPLETE, EntryStatus.REVIEW, EntryStatus.ACCEPTED, EntryStatus.REJECTED})
"""Statuses that a mail may still change."""


class Field(StrEnum):
    """What a person may set, so that no later mail overwrites it."""

    TITLE = "title"
    THEMES = "themes"
    UNIT = "unit"
    RECOMMENDER = "recommender"
    RECOMMENDING_UNIT = "recommending_unit"
    CONTACT = "contact"
    PHONE = "phone"
    VIDEO = "video"
    STATUS = "status"


class RecommenderDoubt(StrEnum):
    """Why nobody but a person can say which unit recommends a work."""

    FORM = "form"
    """Its form names several."""
    ADDRESS = "address"
    """Several units of the roster send from this address."""
    SIGNATURE = "signature"
    """Who signed the mail is several units, or one that made other works than this and has no office to recommend."""
    SEVERAL_MAKERS = "several-makers"
    """The mail brought works of several units, or was handed on, and names nobody who recommends them."""


def extra_field(name: str) -> str:
    """How `Entry.set_by_person` names one of the campaign's other fields, beside the members of `Field`."""
    return f"extra.{name}"


def waived(code: Code) -> str:
    """How `Entry.set_by_person` says that a person waives a finding."""
    return f"waived.{code}"


def parted_from(number: str) -> str:
    """How `Entry.set_by_person` says that a person parted a film from the entry of this number."""
    return f"parted.{number}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One work.

    Attributes:
        number: its public number; never given twice.
        sender: the address that sent it, lower case.
        mail_id: the mail that began it.
        received_at: when that mail arrived, by the campaign's clock.
        status: where it stands.
        title: as written; empty where no row tells it.
        told_title: as the last form row told it, whatever a person made of it since.
        themes: ticked themes.
        unit: 单位名称.
        recommender: 推荐单位联系人及联系方式, as written.
        contact: 联系人.
        phone: 手机号码.
        link: where the video is to be fetched; None where none was given.
        video: the video; None while there is none.
        has_row: a form row tells about it.
        notes: findings that cannot be computed again from the fields: how the form was read, how it was matched.
        findings: every finding of the last decision.
        set_by_person: what a person has set: members of `Field`, other fields as `extra_field` names them, findings
            that are waived (`waived`), the entry that its film was parted from (`parted_from`).
        extra: the campaign's other fields (`CampaignForm.extra`) by their names.
        maker: the unit that made it, under the one name that it is counted by; empty for an individual.
        recommending_unit: likewise the unit that recommends it; empty for an individual, and while nobody knows.
        recommender_doubt: why nobody knows; None where it is known.
        signed: how its mail was signed, as far as that may name a unit.
        for_others: its mail brought works of several units, or another's.
        version: how often the ledger has written it; what a change is based on.
    """

    number: str
    sender: str
    mail_id: int
    received_at: datetime
    status: EntryStatus = EntryStatus.INCOMPLETE
    title: str = ""
    themes: tuple[str, ...] = ()
    unit: str = ""
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    link: Link | None = None
    video: VideoFile | None = None
    has_row: bool = False
    notes: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    set_by_person: frozenset[str] = frozenset()
    told_title: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    maker: str = ""
    recommending_unit: str = ""
    recommender_doubt: RecommenderDoubt | None = None
    signed: str = ""
    for_others: bool = False
    version: int = field(default=0, compare=False)

    @property
    def waits_for_its_link(self) -> bool:
        """Whether nothing is missing but that its video is fetched from a link: its submitter owes nothing."""
        codes = {finding.code for finding in self.findings if finding.severity is not Severity.WARNING}
        return self.status is EntryStatus.INCOMPLETE and codes == {Code.ROW_VIDEO_BY_LINK}


@dataclass(frozen=True, slots=True)
class SameFile:
    """An entry that holds the same video file.

    Attributes:
        number: its number.
        sender: who sent it.
    """

    number: str
    sender: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """An entry whose film looks like another.

    Attributes:
        number: its number.
        sender: who sent it.
        score: share of the shorter film that is found in the other, 0 to 1.
    """

    number: str
    sender: str
    score: float


@dataclass(frozen=True, slots=True)
class WorkElsewhere:
    """An entry of another address, by what it is called.

    Attributes:
        number: its number.
        sender: who sent it.
        title: as written.
        unit: 单位名称.
    """

    number: str
    sender: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Letters and mails to and fro before a mail that seems to bring nothing new.

    Attributes:
        inquiries: ids of the sender's last mails that submitted nothing and were answered, newest first, with the
            moment at which the answer left, where it did.
        in_thread: how many mails without anything new were answered in a row in the thread that it goes on with.
        asked: numbers whose withdrawal the answered letters ask to confirm.
        withdrawn_from: for the sender's own withdrawals, where each entry stood before.
        heard: a letter was sent to its sender before.
        echoes: how many of `inquiries` in a row say the very same.
        at_once: it came right behind our letter, in the same words as the mail that the letter answered.
    """

    inquiries: tuple[tuple[int, datetime | None], ...] = ()
    in_thread: int = 0
    asked: frozenset[str] = frozenset()
    withdrawn_from: Mapping[str, EntryStatus] = field(default_factory=dict)
    heard: bool = False
    echoes: int = 0
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows that bears on a mail.

    Attributes:
        entries: the sender's entries, oldest first, withdrawn and replaced ones included.
        same_files: for each video of the mail or of `entries`, by SHA-256, the entries that hold the same file.
        likenesses: for each new video, by SHA-256, the entries whose films look like it.
        next_seq: the next free sequence number.
        elsewhere: the counting entries of other addresses that have a title and a unit, oldest first.
        thread: numbers that the letters which the mail answers speak of, in their order.
        letters: the plain texts of those letters, oldest first.
        within: for each film of the mail, by SHA-256, its other films that look like it, each with its score.
        exchange: what was written to and fro before.
        extensions: longer times that persons gave to the sender, its units or its entries.
    """

    entries: tuple[Entry, ...] = ()
    same_files: Mapping[str, tuple[SameFile, ...]] = field(default_factory=dict)
    likenesses: Mapping[str, tuple[Likeness, ...]] = field(default_factory=dict)
    next_seq: int = 1
    elsewhere: tuple[WorkElsewhere, ...] = ()
    thread: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    within: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    exchange: Exchange = Exchange()
    extensions: tuple[Extension, ...] = ()

    def holders(self, entry: Entry) -> tuple[SameFile, ...]:
        """The entries that hold the same file as an entry, itself among them; none while it has no video."""
        return self.same_files.get(entry.video.part.sha256, ()) if entry.video else ()
