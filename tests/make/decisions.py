"""Mails, works and rules for tests of the decision, and a room that remembers what was decided."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mailbot.check.decide import decide
from mailbot.model.decision import Arrival, Decision
from mailbot.model.entry import Entry, EntryStatus, History, SameFile
from mailbot.model.extension import Extension
from mailbot.model.finding import Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Address, Authentication, Link, Mail, Part, PartKind, Triage, Verdict
from mailbot.model.rules import Campaign, Rules
from mailbot.model.video import VideoFacts
from mailbot.model.works import FormFile, VideoFile, Works

CHINA: Final = ZoneInfo("Asia/Shanghai")
IN_TIME: Final = datetime(2024, 6, 1, 12, tzinfo=CHINA)
LATE: Final = datetime(2024, 8, 1, 0, 0, tzinfo=CHINA)
MAKER: Final = "maker@example.com"
UNIT: Final = "某某装备制造公司"
GOOD: Final = VideoFacts("mp4", "h264", 1920, 1080, 120.0, 25.0, has_audio=True)


def sha(seed: str) -> str:
    """A content's hash."""
    return hashlib.sha256(seed.encode()).hexdigest()


def film(
    name: str = "智造未来.mp4",
    content: str = "",
    *findings: Finding,
    facts: VideoFacts | None = GOOD,
    size: int = 5_000,
) -> VideoFile:
    """A video; films of one content are the same file."""
    return VideoFile(Part(name, "video/mp4", sha(content or name), size, PartKind.VIDEO), facts, findings)


def row(title: str = "智造未来", *, themes: tuple[str, ...] = ("数智赋能",), link: str = "", **said: str) -> FormRow:
    """A row with nothing missing."""
    return FormRow(title, themes, link, said.get("contact", "王一鸣"), said.get("phone", "13800000001"))


def form(*rows: FormRow, unit: str = UNIT, scanned: bool = False, name: str = "附件2.docx") -> FormFile:
    """A form of these rows."""
    part = Part(name, "", sha(f"{name}{rows}{unit}"), 900, PartKind.FORM)
    return FormFile(part, Form(unit, "张老师 010-00000000", rows, scanned=scanned))


def brought(*things: FormFile | VideoFile | Link | Finding) -> Works:
    """What a mail brings."""
    forms = tuple(thing for thing in things if isinstance(thing, FormFile))
    videos = tuple(thing for thing in things if isinstance(thing, VideoFile))
    links = tuple(thing for thing in things if isinstance(thing, Link))
    findings = tuple(thing for thing in things if isinstance(thing, Finding))
    return Works((*(file.part for file in forms), *(file.part for file in videos)), forms, videos, links, findings)


def arrival(works: Works, mail_id: int = 1, *, sender: str = MAKER, at: datetime = IN_TIME, **said: str) -> Arrival:
    """A mail that brings these works."""
    mail = Mail(
        f"<{mail_id}@mail.example.com>",
        Address(sender, "王一鸣"),
        said.get("subject", "报送短视频"),
        body_text=said.get("body", ""),
        parts=works.parts,
        links=works.links,
    )
    return Arrival(mail_id, at, mail)


def rules(**campaign: object) -> Rules:
    """The campaign's rules, some of them changed."""
    return Rules(replace(Campaign(), **campaign))  # type: ignore[arg-type]


@dataclass
class Room:
    """Decides mail after mail, and remembers each decision as the ledger would.

    Attributes:
        rules: of the campaign.
        entries: every entry, by number.
        decisions: in order.
        extensions: longer times that persons gave.
    """

    rules: Rules = field(default_factory=Rules)
    entries: dict[str, Entry] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    extensions: tuple[Extension, ...] = ()

    def history(self, sender: str) -> History:
        """What the ledger would know."""
        holders: dict[str, tuple[SameFile, ...]] = {}
        for entry in self.entries.values():
            if entry.video and entry.status not in {EntryStatus.WITHDRAWN, EntryStatus.REPLACED}:
                content = entry.video.part.sha256
                holders[content] = (*holders.get(content, ()), SameFile(entry.number, entry.sender))
        own = tuple(entry for entry in self.entries.values() if entry.sender == sender)
        return History(own, holders, next_seq=len(self.entries) + 1, extensions=self.extensions)

    def take(
        self,
        *things: FormFile | VideoFile | Link | Finding,
        sender: str = MAKER,
        at: datetime | None = None,
        triage: Triage | None = None,
        answer: bool = True,
        checked: Authentication | None = None,
        **said: str,
    ) -> Decision:
        """Decide a mail and remember what follows."""
        works = brought(*things)
        came = at or IN_TIME + timedelta(minutes=len(self.decisions))
        verdict = Verdict(triage or (Triage.INQUIRY if works.empty else Triage.SUBMISSION), answer, "as the test says")
        mail = arrival(works, len(self.decisions) + 1, sender=sender, at=came, **said)
        mail = replace(mail, mail=replace(mail.mail, authentication=checked))
        return self.keep(decide(mail, works, verdict, self.history(mail.sender), self.rules))

    def keep(self, decision: Decision) -> Decision:
        """Remember a decision."""
        self.decisions.append(decision)
        for entry in decision.entries:
            self.entries[entry.number] = replace(entry, version=entry.version + 1)
        return decision

    def again(self, decision: Decision) -> Decision:
        """Decide a mail once more, with what is known now."""
        mail = decision.arrival
        return decide(mail, decision.works, decision.verdict, self.history(mail.sender), self.rules)

    def states(self) -> Mapping[str, str]:
        """Number's last digits -> status."""
        return {number[-4:].lstrip("0"): entry.status.value for number, entry in self.entries.items()}


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, datetime.max.time(), CHINA).replace(microsecond=0)
