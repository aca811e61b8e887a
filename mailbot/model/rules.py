"""The campaign's rules as data: another campaign is another config file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MinLen

from mailbot.model.campaign_form import CampaignForm
from mailbot.model.prints import LikenessRules
from mailbot.model.roster import Roster


class Clock(StrEnum):
    """Which time stamp decides whether a mail is late."""

    RECEIVED = "received"
    """The server's INTERNALDATE (a Maildir file's delivery time)."""
    SENT = "sent"
    """The first trusted Received header; INTERNALDATE where there is none."""


class LatePolicy(StrEnum):
    """What a late mail's works become."""

    REJECT = "reject"
    REVIEW = "review"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Campaign:
    """`[campaign]`: what is asked, by when.

    Attributes:
        name: the campaign's official name, quoted in every letter.
        timezone: IANA name; every date that a person reads is in it.
        deadline: a date (the whole day counts) or a date-time; a naive one is in `timezone`.
        clock: which time stamp decides.
        grace_minutes: how long after the deadline a mail still counts, in minutes.
        late: what a late work becomes.
        answer_from: mails received before are entered, never answered.
        completion_days: how long after the deadline an entry begun before it may be completed, in days.
        reminder_days: how long before the deadline an incomplete entry is reminded of, in days.
        themes: the themes that a form row may tick, in the form's order.
        number: how entry numbers are made, from `year` (of the deadline) and `seq`.
        organizer: who signs the letters.
        contact: the line that tells a submitter whom to ask; empty leaves it out.
    """

    name: Annotated[str, MinLen(1)] = "首届“工业强国·新型工业化”短视频征选活动"
    timezone: str = "Asia/Shanghai"
    deadline: date | datetime = date(2024, 7, 31)
    clock: Clock = Clock.RECEIVED
    grace_minutes: Annotated[int, Ge(0)] = 0
    late: LatePolicy = LatePolicy.REJECT
    answer_from: date | datetime | None = None
    completion_days: Annotated[int, Ge(0)] = 0
    reminder_days: Annotated[int, Ge(0)] = 3
    themes: Annotated[tuple[str, ...], MinLen(1)] = ("高端升级", "数智赋能", "绿色低碳")
    number: str = "GYQG-{year}-{seq:04d}"
    organizer: str = "征选活动组委会"
    contact: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class VideoRules:
    """`[video]`: what a work must be. Bounds are inclusive.

    Attributes:
        containers: container names allowed, as `VideoFacts.container` gives them.
        min_seconds: shortest duration, in seconds.
        max_seconds: longest duration, in seconds.
        tolerance_seconds: by how much either bound may be missed, in seconds.
        min_short_side: pixels of the shorter side as shown, at least.
        min_long_side: pixels of the longer side as shown, at least.
        aspects: display aspects allowed, `W:H`.
        aspect_tolerance: how far, as a ratio, a display aspect may be off.
        full_decode: decode every frame instead of a handful of places.
        similar: when two films count as one work.
    """

    containers: Annotated[tuple[str, ...], MinLen(1)] = ("mp4",)
    min_seconds: Annotated[float, Ge(0)] = 60
    max_seconds: Annotated[float, Gt(0)] = 480
    tolerance_seconds: Annotated[float, Ge(0)] = 0.5
    min_short_side: Annotated[int, Ge(0)] = 1080
    min_long_side: Annotated[int, Ge(0)] = 1920
    aspects: Annotated[tuple[str, ...], MinLen(1)] = ("16:9", "9:16")
    aspect_tolerance: Annotated[float, Ge(0), Le(1)] = 0.01
    full_decode: bool = False
    similar: LikenessRules = field(default_factory=LikenessRules)


@dataclass(frozen=True)
class Rules:
    """Everything that `decide` may look at besides the mail and the ledger."""

    campaign: Campaign = Campaign()
    video: VideoRules = VideoRules()
    form: CampaignForm = field(default_factory=CampaignForm)
    roster: Roster = field(default_factory=Roster, compare=False)
