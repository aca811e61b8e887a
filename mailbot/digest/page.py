"""What the digest says: figures, new entries, what needs a person, and the workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from mailbot.digest.figures import Figures, count, of_day
from mailbot.digest.tokens import Order, Verb, subject
from mailbot.digest.workbook import workbook
from mailbot.model.decision import Concern
from mailbot.model.entry import EntryStatus
from mailbot.model.linked import LinkState
from mailbot.templating import Wording

KINDS: Final = {"entry": "作品待复核", "link": "视频待下载", "mail": "邮件待处理", "letter": "答复待处理"}
LETTER_STATES: Final = {"held": "待放行", "unknown": "发送结果不明", "failed": "发送失败", "undeliverable": "被退回"}
CONCERNS: Final[Mapping[str, str]] = {
    Concern.UNDATED: "邮箱未给出收信时间，收信时间按收信服务器的 Received 记录或收取时刻计，请核对是否逾期",
    Concern.UNFETCHED: "收件服务器一直未能给出这封邮件的内容，请登录网页邮箱查看并处理",
    Concern.INQUIRY: "来信待阅复",
}
MOST_PICTURED: Final = 10
"""Concerns whose works are shown with a contact sheet, each some 30 kB."""
ORDERS: Final = {Verb.ACCEPT: "通过", Verb.REJECT: "不通过"}


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's digest.

    Attributes:
        figures: of the day.
        context: for the digest's templates.
        workbook: 推荐汇总表.xlsx.
    """

    figures: Figures
    context: dict[str, Any]
    workbook: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """What a digest is made from.

    Attributes:
        entries: rows of the view `entry_list`, with `status_label` and what `lists.listed_in_full` tells besides.
        attention: rows of the view `attention`.
        themes: rows of the view `theme_totals`.
        units: rows of the view `unit_totals`.
        days: rows of the view `day_totals`.
    """

    entries: Sequence[Mapping[str, Any]]
    attention: Sequence[Mapping[str, Any]]
    themes: Sequence[Mapping[str, Any]]
    units: Sequence[Mapping[str, Any]]
    days: Sequence[Mapping[str, Any]]


def make(
    day: date,
    made_at: datetime,
    sources: Sources,
    *,
    campaign: str,
    themes: Sequence[str],
    wording: Wording,
    mailbox: str,
    secret: bytes,
) -> Digest:
    """Gather a day's digest.

    Args:
        day: in the campaign's time zone.
        made_at: when it is made.
        sources: what the ledger knows.
        campaign: its name.
        themes: its themes, in the form's order.
        wording: the names of findings.
        mailbox: the address that orders go to.
        secret: signs the orders.
    """
    words: dict[str, str] = {**CONCERNS, **wording.labels()}
    new = [row for row in of_day(sources.entries, day) if row["status"] != EntryStatus.REPLACED]
    today = next((row for row in sources.days if row["day"] == day.isoformat()), None)
    totals = {row["theme"]: row for row in sources.themes}
    counted = [{"theme": theme, "received": 0, "accepted": 0, **totals.get(theme, {})} for theme in themes]
    figures = count(new)
    entries = {row["number"]: row for row in sources.entries}
    concerns = [_concern(row, entries, words, mailbox, secret) for row in sources.attention]
    _spare_pictures(concerns)
    context = {
        "day": datetime.combine(day, datetime.min.time(), made_at.tzinfo),
        "made_at": made_at,
        "mails_today": today["mails"] if today else 0,
        "today": figures.as_dict(),
        "total": count(sources.entries).as_dict(),
        "themes": counted,
        "units": [row for row in sources.units if row["unit"]][:30],
        "new": [_work(row, words) for row in new],
        "attention": concerns,
    }
    return Digest(figures, context, workbook(campaign, sources.entries, themes, words, sources.units))


def _spare_pictures(concerns: Sequence[dict[str, Any]]) -> None:
    """Keep the pictures of the first few concerns only: a digest is a mail, not an album."""
    for concern in concerns[MOST_PICTURED:]:
        for rival in concern["rivals"]:
            rival["sheet"] = ""


def _work(row: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    return {**row, "title": row["title"] or row["filename"], "reasons": _reasons(row, words)}


def _reasons(row: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Why a work stands where it does; where a person decided it, the person's words and not the file's faults."""
    if row["status"] == EntryStatus.WITHDRAWN:
        return []
    if row["by_person"]:
        return [f"人工审定：{row['person_note']}" if row["person_note"] else "人工审定"]
    return [words.get(code, code) for code in row["reasons"]]


def _concern(
    row: Mapping[str, Any],
    entries: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, str],
    mailbox: str,
    secret: bytes,
) -> dict[str, Any]:
    entry = entries.get(row["number"])
    return {
        "kind": KINDS.get(row["kind"], row["kind"]),
        "number": row["number"],
        "mail_id": row["mail_id"],
        "title": entry["title"] if entry else "",
        "since": datetime.fromisoformat(row["since"]),
        "about": "" if entry else row["about"],
        "why": _why(row, words),
        "link": entry["link"] if row["kind"] == "link" and entry else "",
        "orders": _orders(row, entry, mailbox, secret) if row["kind"] == "entry" and entry else [],
        "rivals": _rivals(entry, entries) if row["kind"] == "entry" and entry else [],
    }


def _rivals(entry: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The entry itself and those that it may be the same work as, with their pictures, side by side."""
    shown = [entry, *(entries[number] for number in entry["rivals"] if number in entries)]
    return [{"number": one["number"], "title": one["title"], "sheet": one["contact_sheet"]} for one in shown]


def _why(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """The view's codes in Chinese; a server's own words stay as they are."""
    text = str(row["why"] or "")
    if row["kind"] == "letter":
        state, _, error = text.partition(" ")
        return f"{LETTER_STATES.get(state, state)}{'：' + error if error else ''}"
    if row["kind"] == "link":
        told = text.split(" ")[1:]
        until = next((f"，有效期至 {word.replace('T', ' ')[:16]}" for word in told if word[0].isdigit()), "")
        return f"视频以链接方式提供，需下载{until}{'；自动下载未成功' if LinkState.FAILED in told else ''}"
    return "、".join(words.get(code, code) for code in text.split("、"))


def _orders(row: Mapping[str, Any], entry: Mapping[str, Any], mailbox: str, secret: bytes) -> list[dict[str, str]]:
    return [
        {
            "label": label,
            "href": f"mailto:{mailbox}?subject={quote(subject(Order(verb, row['number'], entry['version']), secret))}",
        }
        for verb, label in ORDERS.items()
    ]
