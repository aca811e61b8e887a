"""A mailbox is polled: list → fetch → spool → ledger.

Each mail is spooled whole and entered in the ledger before anything looks inside it.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from mailbot.fetch.cursor import floor, unseen
from mailbot.fetch.sender import HEAD, sender_of
from mailbot.fetch.source import FetchWay, Mailbox, MailGone, Silent, Unsettled, WrongMail
from mailbot.ledger import digests, mails, sightings, turns
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder, Listing
from mailbot.model.limits import MIB
from mailbot.model.mail import MailRef, RawMail
from mailbot.session import Session
from mailbot.settings.keys import After, MailboxSettings
from mailbot.spool import MailTooLarge, NotWhole
from mailbot.stages import Stage, timed

LOG: Final = logging.getLogger(__name__)
SILENCES: Final = 2
"""Times a server may fall silent over mails; then the rest waits for the next round."""
SIZES_LIE: Final = "sizes-lie"
"""Mark of a mailbox whose server states wrong sizes: all ways of asking brought the same mail, of another size."""
STATEMENTS_CHANGE: Final = "statements-change"
"""Mark of a mailbox whose server states other dates or sizes of the same mail from time to time."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One round over a mailbox.

    Attributes:
        mails: fetched whole and entered.
        left: seen, and not fetched whole; the next round goes on with them.
    """

    mails: int = 0
    left: int = 0


def fetch_new(
    mailbox: Mailbox, session: Session, *, patient: bool = True, entered: Callable[[int], None] = lambda _: None
) -> Fetched:
    """Spool and enter every mail that the ledger does not know, in the order of their turns.

    A mail over which the server falls silent goes to the end; mails that failed in earlier rounds come last.

    Args:
        mailbox: opened.
        session: the rooms.
        patient: leave mails whose next try is still to come.
        entered: called with each mail's id once it is entered, and all whose turn is before it: decisions follow their
            order, so what lies behind a mail that is still to come waits for the end of the poll.

    Raises:
        MailboxError, AccountError: the mailbox cannot be used now.
    """
    fetcher = _Fetcher(mailbox, session)
    waiting, left = _waiting(mailbox, session, patient=patient)
    done = silences = 0
    again: set[MailRef] = set()
    while waiting and silences < SILENCES and not session.stopped():
        ref = waiting.popleft()
        try:
            mail_id = fetcher.take(ref)
            done += 1
            if not again and not left:
                entered(mail_id)
        except MailGone:
            session.bench.spool.forget_partial(ref)
            LOG.info("mail-gone uid=%d folder=%s", ref.uid, ref.folder)
        except MailboxError as error:
            if session.stopped():
                left += 1
                break
            silent = isinstance(error, Silent)
            silences += silent
            tries = len(FetchWay) if isinstance(error, _NoWay) else 1
            tries = sightings.note_unfetched(session.ledger, ref, session.now(), tries)
            LOG.warning("mail-not-fetched uid=%d tries=%d reason=%s", ref.uid, tries, error)
            if silent and ref not in again:
                again.add(ref)
                waiting.append(ref)
            else:
                left += 1
    return Fetched(done, left + len(waiting))


def _waiting(mailbox: Mailbox, session: Session, *, patient: bool) -> tuple[deque[MailRef], int]:
    """Mails to fetch now, in the order of their turns, and how many wait for their next try.

    One that failed in more than a whole round comes last: one fault of the server lets no later mail overtake it.
    """
    refs = [ref for folder in mailbox.folders() for ref in _new_mails(mailbox, folder, session)]
    known = sightings.note_seen(session.ledger, refs, session.now())
    now = session.now()
    ready = [ref for ref in refs if not (patient and known[ref.folder, ref.uid].waits(now))]
    turn_of = _turns(mailbox, ready, session)
    ready.sort(key=lambda ref: (known[ref.folder, ref.uid].attempts > len(FetchWay), turn_of[ref], ref.uid))
    return deque(ready), len(refs) - len(ready)


def _turns(mailbox: Mailbox, refs: Sequence[MailRef], session: Session) -> dict[MailRef, datetime]:
    """When each mail takes its turn. Who sent them is asked where there are so many that one sender may hold up all."""
    now = session.now()
    came = {ref: mails.received(ref, now)[0] for ref in refs}
    senders = mailbox.senders(refs) if len(refs) > turns.BURST else {}
    by_receipt = sorted(refs, key=lambda ref: (came[ref], ref.uid))
    planned = turns.planned(session.ledger, ((senders.get(ref, ""), came[ref]) for ref in by_receipt))
    return dict(zip(by_receipt, planned, strict=True))


def _new_mails(mailbox: Mailbox, folder: Folder, session: Session) -> Iterator[MailRef]:
    """Mails of a folder that are not entered yet; all its UIDs are compared when that is due or UIDVALIDITY changed."""
    settings = _settings_of(mailbox, session)
    last = sightings.known_folder(session.ledger, mailbox.name, folder)
    every = timedelta(seconds=settings.reconcile_every)
    above = floor(last.last_uid, last.reconciled_at, session.now(), every)
    above = min([above, *(uid - 1 for uid in last.open_uids)])
    listing = mailbox.listing(folder, above)
    if above and listing.uidvalidity != last.uidvalidity:
        above, listing = 0, mailbox.listing(folder)
    gone = last.open_uids - set(listing.uids)
    if gone and listing.uidvalidity == last.uidvalidity:
        sightings.forget_unfetched(session.ledger, mailbox.name, folder, last.uidvalidity, gone)
    lowest = min(listing.uids, default=0)
    known = sightings.known_uids(session.ledger, mailbox.name, folder, listing.uidvalidity, lowest - 1)
    yield from mailbox.refs(folder, listing, unseen(listing.uids, known))
    if above == 0:
        yield from _changed(mailbox, folder, listing, session)
        sightings.folder_reconciled(session.ledger, mailbox.name, folder, listing, session.now())


def _changed(mailbox: Mailbox, folder: Folder, listing: Listing, session: Session) -> Iterator[MailRef]:
    """Mails whose UID was entered for another one: the mailbox was made anew under the same UIDVALIDITY."""
    if digests.mark(session.ledger, f"{STATEMENTS_CHANGE}:{mailbox.name}"):
        return
    known = sightings.entered(session.ledger, mailbox.name, folder, listing.uidvalidity)
    for ref in mailbox.refs(folder, listing, [uid for uid in listing.uids if uid in known]):
        if not known[ref.uid].is_still(ref):
            LOG.warning("uid-means-another-mail uid=%d folder=%s", ref.uid, folder.name)
            yield ref


def _settings_of(mailbox: Mailbox, session: Session) -> MailboxSettings:
    return next(settings for settings in session.settings.mailbox if settings.label == mailbox.name)


class _NoWay(MailboxError):
    """Every way of asking brought a wrong mail."""


class _Fetcher:
    """Takes mails out of a mailbox; knows which ways of asking bring them whole.

    Args:
        mailbox: opened.
        session: the rooms.
    """

    def __init__(self, mailbox: Mailbox, session: Session) -> None:
        self._mailbox = mailbox
        self._session = session
        self._ways = list(FetchWay)
        self._trusts_sizes = not digests.mark(session.ledger, f"{SIZES_LIE}:{mailbox.name}")

    @timed(Stage.FETCH)
    def take(self, ref: MailRef) -> int:
        """Spool a mail and enter it; its id in the ledger.

        Raises:
            MailboxError: it could not be fetched whole; `_NoWay` where nothing but wrong mails came.
            MailGone: it is not there any more.
        """
        session = self._session
        before = sightings.mail_at(session.ledger, ref)
        try:
            raw = self._fetch(ref if self._trusts_sizes else replace(ref, size=None))
        except MailTooLarge as error:
            mail_id = self._enter(ref, error.head, cut=True)
            LOG.warning("mail-too-large mail=%d", mail_id)
            return mail_id
        mail_id = self._enter(ref, raw)
        if mail_id == before:
            digests.set_mark(session.ledger, f"{STATEMENTS_CHANGE}:{ref.mailbox}", session.now().isoformat())
        LOG.info("mail-entered mail=%d size=%d folder=%s", mail_id, raw.size, ref.folder)
        return mail_id

    def _enter(self, ref: MailRef, raw: RawMail, *, cut: bool = False) -> int:
        session = self._session
        sender = sender_of(session.bench.spool.head(raw.sha256, HEAD))
        zone = session.settings.campaign.zone
        return mails.enter(session.ledger, ref, raw, zone, session.now(), sender=sender, cut=cut)

    def _fetch(self, ref: MailRef) -> RawMail:
        """A mail, whole: as long as stated, or the very same by every way."""
        came: list[RawMail] = []
        for way in tuple(self._ways):
            read = partial(self._read, way=way)
            limit = self._session.settings.limits.mail_mb * MIB
            try:
                raw = self._session.bench.spool.keep(read, ref, limit, confirmed=_agreed(came))
            except NotWhole as error:
                LOG.warning("mail-not-whole uid=%d way=%s reason=%s", ref.uid, way.name, error)
                came.append(error.came)
            except WrongMail as error:
                LOG.warning("mail-wrong uid=%d way=%s reason=%s", ref.uid, way.name, error)
                self._session.bench.spool.forget_partial(ref)
            else:
                if raw in came:
                    self._distrust_sizes(ref)
                elif came or way is not self._ways[0]:
                    self._ways.sort(key=lambda other: other is not way)
                return raw
        raise _NoWay(f"no way of asking brings it whole; {', '.join(str(raw.size) for raw in came) or 'no'} bytes came")

    def _distrust_sizes(self, ref: MailRef) -> None:
        self._trusts_sizes = False
        digests.set_mark(self._session.ledger, f"{SIZES_LIE}:{ref.mailbox}", self._session.now().isoformat())
        LOG.warning("sizes-not-believed mailbox=%s", ref.mailbox)

    def _read(self, ref: MailRef, offset: int, way: FetchWay) -> Iterator[bytes]:
        """A mail's bytes, until mailbot is asked to stop."""
        for block in self._mailbox.read(ref, offset, way):
            yield block
            if self._session.stopped():
                raise MailboxError("mailbot is asked to stop; the next round goes on here")


def _agreed(came: Sequence[RawMail]) -> frozenset[str]:
    """What all ways but the last one brought alike; empty where they differ, or some are still to be tried."""
    return (
        frozenset({raw.sha256 for raw in came})
        if len(came) == len(FetchWay) - 1 and len(set(came)) == 1
        else frozenset()
    )


def settle_on_server(mailbox: Mailbox, session: Session) -> str:
    """Mark or move finished mails, where the configuration says so.

    Returns:
        Why the server declines it, with the cure; empty where all went well.
    """
    if _settings_of(mailbox, session).after is After.KEEP:
        return ""
    for ref, again in sightings.unsettled(session.ledger, mailbox.name):
        if session.stopped():
            break
        sightings.settling(session.ledger, ref)
        try:
            mailbox.settle(ref, again=again)
        except MailGone:
            LOG.info("mail-gone uid=%d folder=%s", ref.uid, ref.folder)
        except Unsettled as error:
            sightings.forget_settling(session.ledger, ref)
            LOG.warning("mail-not-settled uid=%d reason=%s", ref.uid, error)
            return str(error)
        sightings.settled(session.ledger, ref)
    return ""
