"""The digest: what the ledger counted, laid out for each organizer, with the workbook; owed once a day."""

import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from mailbot.digest.figures import out_on
from mailbot.digest.page import MOST_HAPPENINGS, MOST_NEW, MOST_URGENT, Desk, Page, make
from mailbot.digest.sheets import Counted, SheetTerms, for_judges, for_organizers
from mailbot.digest.sources import Disk, Links, Sources
from mailbot.digest.told import Labels
from mailbot.digest.workbook import FILENAME, XLSX, workbook
from mailbot.ledger import digests, lists, outbox, tallies, units
from mailbot.ledger.connection import writing
from mailbot.model.campaign_form import FieldKind
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import Attachment, Letter, LetterKind, OutboxItem
from mailbot.model.listing import ListedWork
from mailbot.model.tally import OpenItem, OpenKind, Queue, ThemeTally
from mailbot.reply.mime import picture, sender_address
from mailbot.session import Session

AGAIN: Final = ":again"
"""In the key of a digest that was made a second time."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A day's digest, not yet addressed to anyone.

    Attributes:
        sources: what the ledger counted.
        labels: the words for it.
    """

    sources: Sources
    labels: Labels

    def page(self, session: Session, organizer: str) -> Page:
        """The page as an organizer reads it, with orders that are good from that address alone."""
        desk = Desk(sender_address(session.settings.smtp.sender), organizer, session.secret)
        return make(self.sources, self.labels, desk)


def make_digest(session: Session, day: date) -> Digest:
    """The digest of a day, counted now."""
    settings, db = session.settings, session.ledger
    now = session.now().astimezone(settings.campaign.zone)
    days = settings.links.warn_days
    soon = now.date() + timedelta(days=days)
    causes = tallies.causes(db)
    urgent = tuple(tallies.open_items(db, soon, MOST_URGENT))
    numbers = [item.number for item in urgent if item.number]
    rivals = lists.rivals(db, numbers)
    day_began = datetime.combine(day, time(0), settings.campaign.zone)
    happened, happenings = tallies.happenings(db, day_began, MOST_HAPPENINGS)
    usage = shutil.disk_usage(settings.data_dir)
    waiting = sum(cause.count for cause in causes if cause.kind is OpenKind.LINK)
    sources = Sources(
        day=day,
        made_at=now,
        deadline=session.writer.deadline,
        totals=tallies.totals(db),
        yesterday=tallies.day_tally(db, day),
        before=tallies.day_tally(db, day - timedelta(days=1)),
        queue=_queue(session, now),
        disk=Disk(usage.free, usage.total),
        links=Links(tallies.dying_links(db, now.date(), soon), days, waiting),
        themes=_themes(session),
        makers=tallies.unit_tallies(db, "maker"),
        recommenders=tallies.unit_tallies(db, "recommending_unit"),
        unsent=tuple(unit.name for unit in units.unsent(db)),
        causes=causes,
        urgent=urgent,
        works=lists.works_of(db, [*numbers, *(rival for others in rivals.values() for rival in others)]),
        rivals=rivals,
        versions=lists.versions(db, numbers),
        new=lists.newest(db, day, MOST_NEW),
        happened=happened,
        happenings=happenings,
    )
    return Digest(sources, Labels.of(session.writer.wording))


def _queue(session: Session, now: datetime) -> Queue:
    due, held = tallies.letters_waiting(session.ledger)
    midnight = datetime.combine(now.date(), time(0), session.settings.campaign.zone)
    sent = outbox.sent_since(session.ledger, midnight).total
    return Queue(due, held, sent, out_on(due, sent, session.settings.outbox.daily_cap, now.date()))


def _themes(session: Session) -> tuple[ThemeTally, ...]:
    if session.settings.form.of(FieldKind.CHOICE) is None:
        return ()
    counted = tallies.theme_tallies(session.ledger)
    return tuple(counted.get(theme, ThemeTally(theme)) for theme in session.settings.campaign.themes)


def digest_workbook(session: Session) -> bytes:
    """推荐汇总表.xlsx of everything."""
    settings, db, zone = session.settings, session.ledger, session.settings.campaign.zone
    today = session.now().astimezone(zone).date()
    soon = today + timedelta(days=settings.links.warn_days)
    counted = Counted(
        tallies.unit_tallies(db, "maker"), tallies.unit_tallies(db, "recommending_unit"), _themes(session),
        tallies.day_tallies(db), (_here(item, session) for item in tallies.open_items(db, soon)), units.unsent(db),
        has_roster=bool(settings.roster.units),
    )  # fmt: skip
    return workbook(for_organizers(_campaign(session), lambda: lists.works(db), counted))


def _here(item: OpenItem, session: Session) -> OpenItem:
    """An open item with its beginning in the campaign's time zone: a sheet's dates know none."""
    return OpenItem(
        item.kind, item.cause, item.since.astimezone(session.settings.campaign.zone), item.number, item.mail_id,
        item.about, item.until, item.error, item.why,
    )  # fmt: skip


def _campaign(session: Session) -> SheetTerms:
    settings, wording = session.settings, session.writer.wording
    return SheetTerms(settings.campaign.name, settings.form, settings.campaign.themes, wording, Labels.of(wording))


def accepted_works(session: Session) -> tuple[ListedWork, ...]:
    """The works that judges get, by number."""
    return tuple(lists.works(session.ledger, (EntryStatus.ACCEPTED,)))


def judges_workbook(session: Session, works: tuple[ListedWork, ...], *, blind: bool) -> bytes:
    """推荐汇总表.xlsx of a package's works.

    Args:
        session: the rooms.
        works: in the package.
        blind: leave out whatever tells whose a work is.
    """
    return workbook(for_judges(_campaign(session), works, blind=blind))


def digest_letter(session: Session, digest: Digest, organizer: str = "", key: str = "preview") -> Letter:
    """The digest as it is sent to an organizer, its pictures attached, without the workbook."""
    page = digest.page(session, organizer)
    (letter,) = session.writer.to_organizers(key, LetterKind.DIGEST, {"page": page}, _pictures(page), only=organizer)
    return letter


def _pictures(page: Page) -> list[Attachment]:
    return [Attachment(f"{number}.jpg", "image/jpeg", sheet) for sheet, number in page.sheets().items()]


def write_preview(session: Session, digest: Digest, folder: Path) -> None:
    """Write the digest's page with its pictures, its plain text and its workbook into a folder."""
    organizer = next(iter(session.settings.organizers.digest_to), "")
    letter = digest_letter(session, digest, organizer)
    html = letter.html
    folder.mkdir(parents=True, exist_ok=True)
    for item in letter.attachments:
        (folder / item.filename).write_bytes(session.bench.store.path(item.sha256).read_bytes())
        html = html.replace(picture(item), item.filename)
    (folder / "digest.html").write_text(html, encoding="utf-8")
    (folder / "digest.txt").write_text(letter.text, encoding="utf-8")
    (folder / FILENAME).write_bytes(digest_workbook(session))


def owe_digest(session: Session, day: date) -> bool:
    """Owe a day's digest to every organizer, once.

    Returns:
        False where it was owed before. With `organizers.quiet` a day on which nothing happened counts as told.
    """
    if digests.made(session.ledger, day):
        return False
    digest = make_digest(session, day)
    desk = Desk("", "", session.secret)
    if session.settings.organizers.quiet and make(digest.sources, digest.labels, desk).nothing_happened:
        digests.record_digest(session.ledger, day, [], digest.sources.yesterday.works.as_dict(), session.now())
        return True
    send_digest(session, day, digest, f"digest:{day}")
    return True


def send_digest(session: Session, day: date, digest: Digest, key: str) -> None:
    """Owe a digest under a key of its own."""
    kept = session.bench.store.put([digest_workbook(session)])
    book = Attachment(FILENAME, XLSX, kept.sha256)
    letters = [
        _with(digest_letter(session, digest, organizer, key), book)
        for organizer in session.settings.organizers.digest_to
    ]
    digests.record_digest(session.ledger, day, letters, digest.sources.yesterday.works.as_dict(), session.now())


def _with(letter: Letter, book: Attachment) -> Letter:
    return replace(letter, attachments=(book, *letter.attachments))


def make_again(session: Session, lost: OutboxItem) -> None:
    """Owe an organizer a digest anew that could not leave because a file of it is lost; any other letter is not made.

    What is lost for good is left out, so it is made again but once.
    """
    _, _, rest = lost.letter.key.partition("digest:")
    if lost.letter.kind is not LetterKind.DIGEST or not rest or AGAIN in rest:
        return
    day = lost.created_at.astimezone(session.settings.campaign.zone).date() - timedelta(days=1)
    kept = session.bench.store.put([digest_workbook(session)])
    organizer, key = lost.letter.envelope.recipient, f"{lost.letter.key}{AGAIN}"
    letter = _with(
        digest_letter(session, make_digest(session, day), organizer, key), Attachment(FILENAME, XLSX, kept.sha256)
    )
    there = tuple(item for item in letter.attachments if session.bench.store.is_sound(item.sha256))
    with writing(session.ledger):
        outbox.owe(session.ledger, replace(letter, attachments=there), None, session.now())
