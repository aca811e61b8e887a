"""Sample data by which `mailbot doctor` tries every template: each name defined, something in each loop."""

from datetime import UTC, datetime
from typing import Any, Final

from mailbot.digest.page import Desk, make
from mailbot.digest.sources import Disk, Links, Sources
from mailbot.digest.told import Labels
from mailbot.model.decision import Answer, Concern, EventKind
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.limits import MIB
from mailbot.model.listing import ListedVideo, ListedWork
from mailbot.model.mail import Link, Part
from mailbot.model.order import Order, OrderState, Verb
from mailbot.model.tally import Backlog, DayTally, Figures, Happening, OpenItem, OpenKind, Queue, ThemeTally, UnitTally
from mailbot.model.video import VideoFacts
from mailbot.model.works import VideoFile
from mailbot.ops.house import House, now
from mailbot.review.carry import Told

DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
SAMPLE_DETAILS: Final[Details] = {
    "aspect": "4:3",
    "available": 30.0,
    "allowed": "16:9 或 9:16",
    "candidates": "视频1.mp4、视频2.mp4",
    "container": "mov",
    "deadline": "2024-08-01T00:00:00+08:00",
    "duration": 42.0,
    "expires": "2024-08-15",
    "field": "联系人",
    "filename": "推荐汇总表.docx",
    "height": 720,
    "label": "作者",
    "left_out": 20,
    "limit": 200,
    "max_seconds": 480,
    "min_long_side": 1920,
    "min_seconds": 60,
    "most": 50,
    "min_short_side": 1080,
    "number": "GYQG-2024-0001",
    "phone": "1380000",
    "provider": "baidu",
    "received": "2024-08-02T09:00:00+08:00",
    "rows": 500,
    "same_sender": True,
    "score": 0.9,
    "sound": 90.0,
    "title": "智造未来",
    "url": "https://pan.example.com/s/1",
    "width": 1280,
}
"""Details of findings, as their words may quote them."""


def sample(house: House, kind: LetterKind) -> dict[str, Any]:
    """What a letter of a kind is rendered with; each loop of its template has something to go through."""
    if kind is LetterKind.ALERT:
        return {"cause": "first_round", "details": {"held": 60, "limit": 50}, "items": ["GYQG-2024-0001"], "at": now()}
    if kind is LetterKind.CANARY:
        return {"mark": "0-492x1-0f3a", "at": now(), "answer": True}
    if kind is LetterKind.ORDERS:
        order = Order("a@example.org", Verb.REJECT, "GYQG-2024-0001", OrderState.DONE, 1, "画面有广告")
        told = Told(order, "示例", "画面有广告", ("示例",), "0001 通过")
        return {"told": [told], "done": 1, "refused": 0, "held": 0, "confirm": "邮件1 确认",
                "confirm_href": "mailto:a@example.org", "brings_files": True}  # fmt: skip
    if kind is LetterKind.DIGEST:
        return _sample_digest(house)
    answer = Answer(kind, sample_entries(), findings=sample_findings(), waiting=sample_entries())
    return house.writer.about_works(answer, now(), now(), greeting="王一鸣", note="示例说明")


def _sample_digest(house: House) -> dict[str, Any]:
    day = DAY.astimezone(house.settings.campaign.zone)
    video = ListedVideo("0" * 64, 85 * MIB, "mp4", "智造未来.mp4", 90.0, 1920, 1080, "16:9", "0" * 64)
    work = ListedWork("GYQG-2024-0001", EntryStatus.REVIEW, day, "智造未来", ("数智赋能",), "某某公司",
                      contact="王一鸣", phone="13800000000", reasons=(Code.VIDEO_SIMILAR,), video=video)  # fmt: skip
    doubt = OpenItem(OpenKind.ENTRY, Code.VIDEO_SIMILAR, day, work.number, 1, why=(Code.VIDEO_SIMILAR.value,))
    link = OpenItem(OpenKind.LINK, Code.ROW_VIDEO_BY_LINK, day, work.number, 1, until="2024-08-15T10:00:00")
    mail = OpenItem(OpenKind.MAIL, Concern.INQUIRY, day, mail_id=1, about="a@example.org 咨询")
    one = Figures(1, 0, 0, 0, 1)
    unit = UnitTally("某某公司", one, {"数智赋能": 1})
    sources = Sources(
        day=day.date(), made_at=day, deadline=house.writer.deadline, totals=one, yesterday=DayTally(day.date(), 1, one),
        before=DayTally(day.date()), queue=Queue(3, 1, 0, day.date()), disk=Disk(MIB, 100 * MIB), links=Links(1, 3, 2),
        themes=(ThemeTally("数智赋能", 1, 0),), makers=(unit,), recommenders=(unit,), unsent=("云岭市工业和信息化局",),
        causes=tuple(Backlog(item.kind, item.cause, 1, day) for item in (doubt, link, mail)),
        urgent=(doubt, link, mail), works={work.number: work}, rivals={work.number: (work.number,)},
        versions={work.number: 1}, new=(work,), happened=1,
        happenings=(Happening(day, EventKind.DECIDED, work.number, work.title, "a@example.org", EntryStatus.ACCEPTED,
                              "已核实"),),
    )  # fmt: skip
    labels = Labels.of(house.writer.wording)
    return {"page": make(sources, labels, Desk("a@example.org", "a@example.org", house.secret))}


def sample_entries() -> tuple[Entry, ...]:
    """An entry of each kind, for trying templates."""
    part = Part("智造未来.mp4", "video/mp4", "0" * 64, 85 * MIB)
    facts = VideoFacts("mp4", "h264", 1920, 1080, 42.0, 25.0, has_audio=True)
    video = VideoFile(part, facts)
    link = Link("https://pan.example.com/s/1", "baidu", "a1b2")
    base = Entry("GYQG-2024-0001", "a@example.org", 1, DAY, EntryStatus.ACCEPTED, "智造未来",
                 ("数智赋能",), "某某公司", "", "王一鸣", "13800000000", video=video, has_row=True)  # fmt: skip
    rejected = Entry("GYQG-2024-0002", "a@example.org", 1, DAY, EntryStatus.REJECTED, video=video,
                     findings=sample_findings())  # fmt: skip
    by_link = Entry("GYQG-2024-0003", "a@example.org", 1, DAY, title="绿动厂房", link=link, has_row=True)
    return (base, rejected, by_link)


def sample_findings() -> tuple[Finding, ...]:
    """Every finding there is, each with all the details that any of them has."""
    return tuple(Finding(code, SAMPLE_DETAILS) for code in Code)
