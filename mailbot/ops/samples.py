"""Sample data by which `mailbot doctor` tries every template: each name defined, something in each loop."""

from datetime import UTC, datetime
from typing import Any, Final

from mailbot.digest.page import Sources, make
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.finding import Code, Details, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.limits import MIB
from mailbot.model.mail import Link, Part
from mailbot.model.video import VideoFacts
from mailbot.model.works import VideoFile
from mailbot.ops.house import House, now

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
    "max_seconds": 480,
    "min_long_side": 1920,
    "min_seconds": 60,
    "min_short_side": 1080,
    "number": "GYQG-2024-0001",
    "phone": "1380000",
    "provider": "baidu",
    "received": "2024-08-02T09:00:00+08:00",
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
        return {"text": "示例告警", "items": ["GYQG-2024-0001《智造未来》"], "at": now()}
    if kind is LetterKind.DIGEST:
        return _sample_digest(house)
    return house.writer.about_works("王一鸣", sample_entries(), sample_findings(), now(), note="示例说明",
                                     waiting=sample_entries())  # fmt: skip


def _sample_digest(house: House) -> dict[str, Any]:
    day = DAY.astimezone(house.settings.campaign.zone)
    entry = {
        "number": "GYQG-2024-0001", "title": "智造未来", "themes": ["数智赋能"], "unit": "某某公司", "recommender": "",
        "contact": "王一鸣", "phone": "13800000000", "sender": "a@example.org", "status": EntryStatus.REVIEW.value,
        "status_label": "待人工复核", "duration": 90.0, "width": 1920, "height": 1080, "aspect": "16:9",
        "received_at": day.isoformat(), "reasons": [Code.VIDEO_SIMILAR.value], "link": "", "version": 1,
        "filename": "", "by_person": False, "person_note": "",
        "contact_sheet": "0" * 64, "rivals": ["GYQG-2024-0001"],
    }  # fmt: skip
    concern = {
        "kind": "entry",
        "number": entry["number"],
        "mail_id": 1,
        "since": day.isoformat(),
        "why": "video-similar",
        "about": "智造未来",
    }
    unit = {"unit": "某某公司", "received": 1, "accepted": 0, "rejected": 0, "review": 1, "incomplete": 0}
    sources = Sources([entry], [concern], [], [unit], [])
    campaign = house.settings.campaign
    return make(day.date(), day, sources, campaign=campaign.name, themes=campaign.themes, wording=house.writer.wording,
                mailbox="a@example.org", secret=house.secret).context  # fmt: skip


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
