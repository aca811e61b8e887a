"""What the digest's page says, as typed records: its templates only lay them out. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from mailbot.digest.sources import FULL, Sources
from mailbot.digest.told import Labels
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedWork
from mailbot.model.order import Verb
from mailbot.model.tally import UNCLEAR_RECOMMENDER, Backlog, Happening, OpenItem, OpenKind, UnitTally
from mailbot.orders.lines import MARK, short_number
from mailbot.orders.spoken import Spoken
from mailbot.orders.tokens import Grant, token

MOST_URGENT: Final = 10
"""Open items that the page tells one by one; the rest is counted, the workbook lists all."""
MOST_NEW: Final = 6
"""New works that are shown with a contact sheet, each some 30 kB."""
MOST_HAPPENINGS: Final = 5
MOST_UNITS: Final = 5
MOST_UNSENT: Final = 30
MOST_RIVALS: Final = 2


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order that an organizer can give.

    Attributes:
        label: what it does.
        href: a mailto: link with the signed subject.
        text: what says the same in a mail of one's own.
    """

    label: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A work beside another, with its contact sheet.

    Attributes:
        number: its number.
        title: its title, or its file's name.
        sheet: SHA-256 of the JPEG in the store; empty where there is none.
    """

    number: str
    title: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """One of the most urgent open items.

    Attributes:
        kind: what it is about, worded.
        number: of the entry; empty where it is about none.
        mail_id: of the mail; None where it is about an entry.
        title: of the entry, or sender and subject of the mail.
        why: worded.
        since: when it began.
        unit: that made the work; likewise contact, phone and link.
        until: when its link dies, as written.
        pictures: the work itself and those that it may be the same as.
        orders: what can be ordered about it.
    """

    kind: str
    number: str
    mail_id: int | None
    title: str
    why: str
    since: datetime
    unit: str = ""
    contact: str = ""
    phone: str = ""
    link: str = ""
    until: str = ""
    pictures: tuple[Picture, ...] = ()
    orders: tuple[OrderLink, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseLine:
    """Open items of one cause.

    Attributes:
        label: kind and cause, worded.
        count: how many.
        share: per cent of the largest cause, for the bar.
    """

    label: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class NewWork:
    """A work that came on the day.

    Attributes:
        number: its number.
        title: or its file's name.
        unit: that made it.
        recommender: the unit that recommends it; empty where it is the same, or nobody knows.
        themes: ticked.
        status: where it stands, as a code.
        label: likewise, worded.
        reasons: why, worded.
        sheet: contact sheet; empty where there is none.
    """

    number: str
    title: str
    unit: str
    recommender: str
    themes: tuple[str, ...]
    status: EntryStatus
    label: str
    reasons: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A decision, withdrawal or correction.

    Attributes:
        at: when.
        what: worded.
        number: of the entry.
        title: of the entry.
        to: the status that it came to, worded; empty where that is not told.
        by: who; empty for what a submitter's mail brought about.
        note: the person's words.
    """

    at: datetime
    what: str
    number: str
    title: str
    to: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Desk:
    """To whom orders go, and from whom they will come.

    Attributes:
        mailbox: the address that orders are sent to.
        organizer: who reads this digest; its orders are good from this address alone.
        secret: signs them.
    """

    mailbox: str
    organizer: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """The digest's page.

    Attributes:
        sources: the figures as the ledger counted them.
        day: the day that it tells of, as a moment for the date filters.
        days_left: whole days to the deadline; negative once it has passed.
        open_count: everything that waits for a person.
        urgent: the most urgent of it.
        causes: all of it, counted by cause.
        new: works of the day.
        changed: decisions, withdrawals and corrections since the day began.
        makers: the first units by works made; likewise recommenders.
        unsent: the first units that have sent nothing yet.
    """

    sources: Sources
    day: datetime
    days_left: int
    open_count: int
    urgent: tuple[Urgent, ...]
    causes: tuple[CauseLine, ...]
    new: tuple[NewWork, ...]
    changed: tuple[Changed, ...]
    makers: tuple[UnitTally, ...]
    recommenders: tuple[UnitTally, ...]
    unsent: tuple[str, ...]

    def sheets(self) -> dict[str, str]:
        """SHA-256 of each contact sheet that the page shows -> the number of its work."""
        shown = [picture for item in self.urgent for picture in item.pictures if picture.sheet]
        return {picture.sheet: picture.number for picture in shown} | {
            work.sheet: work.number for work in self.new if work.sheet
        }

    @property
    def nothing_happened(self) -> bool:
        """Whether nothing came, nothing was changed and nothing waits for a person."""
        return not (self.sources.yesterday.mails or self.sources.happened or self.open_count)


def make(sources: Sources, labels: Labels, desk: Desk) -> Page:
    """Lay out a day's digest for one organizer."""
    most = max((cause.count for cause in sources.causes), default=1)
    return Page(
        sources=sources,
        day=datetime.combine(sources.day, datetime.min.time(), sources.made_at.tzinfo),
        days_left=days_left(sources.deadline, sources.made_at),
        open_count=sum(cause.count for cause in sources.causes),
        urgent=tuple(_urgent(item, sources, labels, desk) for item in sources.urgent[:MOST_URGENT]),
        causes=tuple(_cause(cause, most, labels) for cause in sources.causes),
        new=tuple(_new(work, labels) for work in sources.new[:MOST_NEW]),
        changed=tuple(_changed(one, labels, sources.made_at) for one in sources.happenings[:MOST_HAPPENINGS]),
        makers=tuple(sources.makers[:MOST_UNITS]),
        recommenders=tuple(sources.recommenders[:MOST_UNITS]),
        unsent=tuple(sources.unsent[:MOST_UNSENT]),
    )


def days_left(deadline: datetime, now: datetime) -> int:
    """Days from today to the last day on which works may come: 0 on that day, negative behind it."""
    last = (deadline.astimezone(now.tzinfo) - timedelta(microseconds=1)).date()
    return (last - now.date()).days


def _cause(cause: Backlog, most: int, labels: Labels) -> CauseLine:
    kind, told = labels.kinds[cause.kind], labels.cause(cause.kind, cause.cause)
    label = told if told == kind else f"{kind}{labels.colon}{told}"
    return CauseLine(label, cause.count, max(FULL * cause.count // most, 1))


def _urgent(item: OpenItem, sources: Sources, labels: Labels, desk: Desk) -> Urgent:
    work = sources.works.get(item.number)
    if work is None:
        return Urgent(
            labels.kinds[item.kind], "", item.mail_id, item.about, labels.why(item), item.since,
            orders=_mail_orders(item, desk, labels.spoken, sources.made_at),
        )  # fmt: skip
    is_entry = item.kind is OpenKind.ENTRY and item.cause != UNCLEAR_RECOMMENDER
    return Urgent(
        labels.kinds[item.kind],
        work.number,
        None,
        _title(work),
        labels.why(item),
        item.since,
        work.unit,
        work.contact,
        work.phone,
        work.link if item.kind is OpenKind.LINK else "",
        item.until,
        _pictures(work, sources) if is_entry else (),
        _entry_orders(work.number, sources, desk, labels.spoken) if is_entry else (),
    )


def _title(work: ListedWork) -> str:
    return work.title or (work.video.filename if work.video else "")


def _sheet(work: ListedWork) -> str:
    return work.video.contact_sheet if work.video else ""


def _pictures(work: ListedWork, sources: Sources) -> tuple[Picture, ...]:
    others = [sources.works[number] for number in sources.rivals.get(work.number, ()) if number in sources.works]
    return tuple(Picture(one.number, _title(one), _sheet(one)) for one in (work, *others[:MOST_RIVALS]))


def _entry_orders(number: str, sources: Sources, desk: Desk, spoken: Spoken) -> tuple[OrderLink, ...]:
    version = sources.versions.get(number, 0)
    return tuple(
        _order(Grant(desk.organizer, verb, number, version), desk, spoken, sources.made_at)
        for verb in (Verb.ACCEPT, Verb.REJECT)
    )


def _mail_orders(item: OpenItem, desk: Desk, spoken: Spoken, now: datetime) -> tuple[OrderLink, ...]:
    if item.kind is not OpenKind.MAIL or item.mail_id is None:
        return ()
    return (_order(Grant(desk.organizer, Verb.SEEN, str(item.mail_id)), desk, spoken, now),)


def _order(grant: Grant, desk: Desk, spoken: Spoken, now: datetime) -> OrderLink:
    subject = f"{MARK} {spoken.order(grant.verb, grant.target)} {token(grant, desk.secret, now)}"
    short = grant.target if grant.verb.is_of_mail else short_number(grant.target)
    return OrderLink(
        spoken.words[grant.verb],
        f"mailto:{desk.mailbox}?subject={quote(subject)}",
        spoken.order(grant.verb, short),
    )


def _new(work: ListedWork, labels: Labels) -> NewWork:
    return NewWork(
        work.number, _title(work), work.maker, work.recommending_unit if work.recommending_unit != work.maker else "",
        work.themes, work.status, labels.status(work),
        labels.reasons(work), _sheet(work),
    )  # fmt: skip


def _changed(happening: Happening, labels: Labels, now: datetime) -> Changed:
    to = labels.statuses[happening.after] if happening.after else ""
    return Changed(
        happening.at.astimezone(now.tzinfo),
        labels.happenings.get(happening.kind, happening.kind),
        happening.number,
        happening.title,
        to,
        "" if happening.actor == "mailbot" else happening.actor,
        happening.note,
    )
