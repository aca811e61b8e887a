"""A mail comes in: fetch → spool → parse → extract → check → ledger, in one page.

Each mail is entered in the ledger before anything looks inside it, and everything that follows from it is written in
one transaction. Killed anywhere, the next round goes on: what is spooled is processed, what is done is known.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mailbot.check.decide import decide
from mailbot.extract.works import Bench, extract_works
from mailbot.fetch.cursor import floor, unseen
from mailbot.fetch.source import Mailbox, MailGone
from mailbot.ledger import entries, mails
from mailbot.ledger.connection import Ledger
from mailbot.ledger.mails import PendingMail
from mailbot.ledger.record import record
from mailbot.model.decision import Arrival, Decision
from mailbot.model.entry import EntryStatus, Resemblance
from mailbot.model.errors import MailboxError, Overtaken, TemporaryError
from mailbot.model.folder import Folder
from mailbot.model.letter import Letter
from mailbot.model.limits import MIB
from mailbot.model.mail import Mail, MailRef, Triage, Verdict
from mailbot.model.works import VideoFile, Works
from mailbot.parse.mail import parse_mail, with_row_links
from mailbot.parse.triage import triage
from mailbot.reply.compose import Writer
from mailbot.reply.envelope import envelope_for, greeting, message_id, recipient
from mailbot.settings import After, MailboxSettings, Settings
from mailbot.spool import MailTooLarge, Spool

LOG: Final = logging.getLogger(__name__)
THINK_AGAIN: Final = 3
"""How often a mail is decided anew in a row because a person changed an entry meanwhile."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking mail in needs.

    Attributes:
        settings: the configuration.
        ledger: open for writing.
        spool: raw mail.
        bench: readers of files.
        writer: words for letters and findings.
        own: addresses of this mailbox, lower case.
        now: the clock.
        alike: the entries whose films look like a new one.
        obey: carries out an organizer's signed order; what became of it, empty for any other mail.
    """

    settings: Settings
    ledger: Ledger
    spool: Spool
    bench: Bench
    writer: Writer
    own: frozenset[str]
    now: Callable[[], datetime]
    alike: Callable[[VideoFile], tuple[Resemblance, ...]]
    obey: Callable[[Mail], str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """One round over a mailbox.

    Attributes:
        mails: fetched whole and entered.
        left: seen, and not fetched whole; the next round goes on with them.
    """

    mails: int = 0
    left: int = 0


def fetch_new(mailbox: Mailbox, desk: Desk) -> Fetched:
    """Spool and enter every mail that the ledger does not know.

    Raises:
        MailboxError, AccountError: the mailbox cannot be used now.
    """
    done = left = 0
    for folder in mailbox.folders():
        for ref in _new_mails(mailbox, folder, desk):
            try:
                _take(mailbox, ref, desk)
                done += 1
            except MailGone:
                desk.spool.forget_partial(ref)
                LOG.info("mail-gone uid=%d folder=%s", ref.uid, folder.name)
            except MailboxError as error:
                left += 1
                tries = mails.note_unfetched(desk.ledger, ref, desk.now())
                LOG.warning("mail-not-fetched uid=%d tries=%d reason=%s", ref.uid, tries, error)
    return Fetched(done, left)


def _new_mails(mailbox: Mailbox, folder: Folder, desk: Desk) -> Iterator[MailRef]:
    """Mails of a folder that are not entered yet; all its UIDs are compared when that is due or UIDVALIDITY changed."""
    settings = _settings_of(mailbox, desk)
    last = mails.known_folder(desk.ledger, mailbox.name, folder)
    above = floor(last.uids, last.reconciled_at, desk.now(), timedelta(seconds=settings.reconcile_every))
    above = min([above, *(uid - 1 for uid in last.open_uids)])
    listing = mailbox.listing(folder, above)
    if above and listing.uidvalidity != last.uidvalidity:
        above, listing = 0, mailbox.listing(folder)
    gone = last.open_uids - set(listing.uids)
    if gone and listing.uidvalidity == last.uidvalidity:
        mails.forget_unfetched(desk.ledger, mailbox.name, folder, last.uidvalidity, gone)
    known = mails.known_uids(desk.ledger, mailbox.name, folder, listing.uidvalidity)
    yield from mailbox.refs(folder, listing, unseen(listing.uids, known))
    if above == 0:
        mails.folder_reconciled(desk.ledger, mailbox.name, folder, listing, desk.now())


def _settings_of(mailbox: Mailbox, desk: Desk) -> MailboxSettings:
    return next(settings for settings in desk.settings.mailbox if settings.label == mailbox.name)


def _take(mailbox: Mailbox, ref: MailRef, desk: Desk) -> None:
    try:
        raw = desk.spool.keep(mailbox.read, ref, desk.settings.limits.mail_mb * MIB)
    except MailTooLarge as error:
        mail_id = mails.enter(desk.ledger, ref, error.head, desk.settings.campaign.zone, desk.now())
        mails.fail(desk.ledger, mail_id, str(error), desk.now())
        LOG.warning("mail-too-large mail=%d", mail_id)
        return
    mail_id = mails.enter(desk.ledger, ref, raw, desk.settings.campaign.zone, desk.now())
    LOG.info("mail-entered mail=%d size=%d folder=%s", mail_id, raw.size, ref.folder)


def settle_on_server(mailbox: Mailbox, desk: Desk) -> None:
    """Mark or move finished mails, where the configuration says so."""
    if _settings_of(mailbox, desk).after is After.KEEP:
        return
    for ref, again in mails.unsettled(desk.ledger, mailbox.name):
        mails.settling(desk.ledger, ref)
        try:
            mailbox.settle(ref, again=again)
        except MailGone:
            LOG.info("mail-gone uid=%d folder=%s", ref.uid, ref.folder)
        mails.settled(desk.ledger, ref)


def process(waiting: PendingMail, desk: Desk) -> bool:
    """Take one spooled mail all the way to the ledger.

    Returns:
        False where it ended as `failed`; True where it is done, or waits for another try.
    """
    if waiting.attempts >= mails.MAX_ATTEMPTS:
        mails.fail(desk.ledger, waiting.id, "stopped mailbot again and again; see the log", desk.now())
        return False
    mails.begin(desk.ledger, waiting, desk.now())
    try:
        take_in(waiting, desk)
    except (TemporaryError, OSError) as error:
        LOG.warning("mail-waits mail=%d reason=%s", waiting.id, error)
        mails.postpone(desk.ledger, waiting, str(error))
    except Exception as error:
        # The one guard a mail: what it brings to light in our own code must neither lose it nor stop the others.
        LOG.exception("mail-failed mail=%d", waiting.id)
        mails.fail(desk.ledger, waiting.id, f"{type(error).__name__}: {error}", desk.now())
        return False
    return True


def take_in(waiting: PendingMail, desk: Desk) -> None:
    """One mail, from its spooled bytes to everything that follows from it.

    Raises:
        TemporaryError: trouble of our own; nothing is written.
    """
    mail = _read(waiting, desk)
    original = mails.original_of(desk.ledger, waiting.id, mail, [part.sha256 for part in mail.parts])
    if original is not None:
        mails.mark_copy(desk.ledger, waiting.id, original, mail, desk.now())
        return
    order = desk.obey(mail)
    if order:
        verdict = Verdict(Triage.INQUIRY, answer=False, reason=order)
        _record(Decision(_arrival(waiting, mail), Works(), verdict), (), desk)
        return
    works = works_of(mail, desk.bench)
    for attempt in range(THINK_AGAIN):
        decision = think(waiting, mail, works, desk)
        try:
            _record(decision, letters(waiting, decision, desk), desk)
        except Overtaken:
            if attempt + 1 == THINK_AGAIN:
                raise
        else:
            LOG.info(
                "mail-done mail=%d triage=%s entries=%d", waiting.id, decision.verdict.triage, len(decision.entries)
            )
            return


def works_of(mail: Mail, bench: Bench) -> Works:
    """A mail's works, with the links that its forms tell.

    Raises:
        TemporaryError: trouble of our own.
    """
    works = extract_works(mail, bench)
    cells = [row.link for file in works.forms if file.form is not None for row in file.form.rows if row.link]
    return replace(works, links=with_row_links(works.links, cells))


def _read(waiting: PendingMail, desk: Desk) -> Mail:
    """A spooled mail, parsed; an Authentication-Results of another server than the configured one is not believed."""
    mail = parse_mail(desk.spool.path(waiting.sha256), desk.bench.store, desk.own, desk.settings.limits)
    believed = {settings.label: settings.authserv_id for settings in desk.settings.mailbox}.get(waiting.mailbox, "")
    if mail.authentication is not None and believed and mail.authentication.server.lower() != believed.lower():
        return replace(mail, authentication=None)
    return mail


def _arrival(waiting: PendingMail, mail: Mail) -> Arrival:
    """A mail with the moment at which it came.

    Where the mailbox does not know, its topmost Received field does, which the receiving server wrote; else it came
    when it was fetched, and never after that.
    """
    received = waiting.received_at
    if not waiting.dated and mail.sent_at is not None:
        received = min(received, mail.sent_at.astimezone(received.tzinfo))
    return Arrival(waiting.id, received, mail, waiting.junk, waiting.dated)


def think(waiting: PendingMail, mail: Mail, works: Works, desk: Desk) -> Decision:
    """What follows from a mail, by what the ledger knows now."""
    arrival = _arrival(waiting, mail)
    verdict = triage(mail, works, junk=waiting.junk)
    contents = [video.part.sha256 for video in works.videos]
    history = entries.history(desk.ledger, mail.sender.addr, contents, (*mail.references, mail.in_reply_to))
    history = replace(history, alike={video.part.sha256: desk.alike(video) for video in works.videos})
    decision = decide(arrival, works, verdict, history, desk.settings.rules)
    if decision.answer is not None and recipient(mail, desk.own) is None:
        return replace(decision, answer=None, silence="no address that a person reads")
    return decision


def replay(mail: PendingMail, desk: Desk, *, apply: bool) -> tuple[dict[str, EntryStatus], Decision]:
    """Process a mail that was processed before, by today's rules and today's ledger.

    Args:
        mail: spooled, whatever its state.
        desk: the rooms.
        apply: make it so; else only tell.

    Returns:
        Where the sender's entries stood, and what follows now.
    """
    read = _read(mail, desk)
    decision = think(mail, read, works_of(read, desk.bench), desk)
    before = {entry.number: entry.status for entry in entries.by_sender(desk.ledger, read.sender.addr)}
    if apply:
        mails.reopen(desk.ledger, mail.id)
        again = letters(mail, decision, desk, occasion=f"replay-{desk.now().isoformat()}") if decision.entries else ()
        _record(decision, again, desk)
    return before, decision


def _record(decision: Decision, owed: tuple[Letter, ...], desk: Desk) -> None:
    record(desk.ledger, decision, owed, desk.writer.wording.message, desk.settings.video, desk.now())


def letters(waiting: PendingMail, decision: Decision, desk: Desk, occasion: str = "answer") -> tuple[Letter, ...]:
    """The letter that a decision owes, worded; none where there is none."""
    answer, mail = decision.answer, decision.arrival.mail
    to = recipient(mail, desk.own)
    if answer is None or to is None:
        return ()
    key = f"mail:{waiting.sha256}:{occasion}"
    contact = next((entry.contact for entry in answer.entries if entry.contact), "")
    received = decision.arrival.received_at
    context = desk.writer.about_works(
        greeting(to, contact),
        answer.entries,
        answer.findings,
        received,
        waiting=answer.waiting,
        unchanged=answer.unchanged,
    )
    letter = desk.writer.letter(
        key=key,
        message_id=message_id(key, desk.settings.smtp.sender),
        kind=answer.kind,
        envelope=envelope_for(mail, to),
        context=context,
        numbers=[entry.number for entry in answer.entries],
        held=desk.settings.outbox.holds(answer.kind),
    )
    return (letter,)
