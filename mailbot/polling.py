"""A mailbox is polled: list → fetch → spool → ledger.

Each mail is spooled whole and entered in the ledger before anything looks inside it.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from mailbot.fetch.cursor import floor, unseen
from mailbot.fetch.source import Mailbox, MailGone
from mailbot.ledger import mails
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder
from mailbot.model.limits import MIB
from mailbot.model.mail import MailRef
from mailbot.session import Session
from mailbot.settings import After, MailboxSettings
from mailbot.spool import MailTooLarge

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One round over a mailbox.

    Attributes:
        mails: fetched whole and entered.
        left: seen, and not fetched whole; the next round goes on with them.
    """

    mails: int = 0
    left: int = 0


def fetch_new(mailbox: Mailbox, session: Session) -> Fetched:
    """Spool and enter every mail that the ledger does not know.

    Raises:
        MailboxError, AccountError: the mailbox cannot be used now.
    """
    done = left = 0
    for folder in mailbox.folders():
        for ref in _new_mails(mailbox, folder, session):
            try:
                _take(mailbox, ref, session)
                done += 1
            except MailGone:
                session.spool.forget_partial(ref)
                LOG.info("mail-gone uid=%d folder=%s", ref.uid, folder.name)
            except MailboxError as error:
                left += 1
                tries = mails.note_unfetched(session.ledger, ref, session.now())
                LOG.warning("mail-not-fetched uid=%d tries=%d reason=%s", ref.uid, tries, error)
    return Fetched(done, left)


def _new_mails(mailbox: Mailbox, folder: Folder, session: Session) -> Iterator[MailRef]:
    """Mails of a folder that are not entered yet; all its UIDs are compared when that is due or UIDVALIDITY changed."""
    settings = _settings_of(mailbox, session)
    last = mails.known_folder(session.ledger, mailbox.name, folder)
    above = floor(last.uids, last.reconciled_at, session.now(), timedelta(seconds=settings.reconcile_every))
    above = min([above, *(uid - 1 for uid in last.open_uids)])
    listing = mailbox.listing(folder, above)
    if above and listing.uidvalidity != last.uidvalidity:
        above, listing = 0, mailbox.listing(folder)
    gone = last.open_uids - set(listing.uids)
    if gone and listing.uidvalidity == last.uidvalidity:
        mails.forget_unfetched(session.ledger, mailbox.name, folder, last.uidvalidity, gone)
    known = mails.known_uids(session.ledger, mailbox.name, folder, listing.uidvalidity)
    yield from mailbox.refs(folder, listing, unseen(listing.uids, known))
    if above == 0:
        mails.folder_reconciled(session.ledger, mailbox.name, folder, listing, session.now())


def _settings_of(mailbox: Mailbox, session: Session) -> MailboxSettings:
    return next(settings for settings in session.settings.mailbox if settings.label == mailbox.name)


def _take(mailbox: Mailbox, ref: MailRef, session: Session) -> None:
    try:
        raw = session.spool.keep(mailbox.read, ref, session.settings.limits.mail_mb * MIB)
    except MailTooLarge as error:
        mail_id = mails.enter(session.ledger, ref, error.head, session.settings.campaign.zone, session.now())
        mails.fail(session.ledger, mail_id, str(error), session.now())
        LOG.warning("mail-too-large mail=%d", mail_id)
        return
    mail_id = mails.enter(session.ledger, ref, raw, session.settings.campaign.zone, session.now())
    LOG.info("mail-entered mail=%d size=%d folder=%s", mail_id, raw.size, ref.folder)


def settle_on_server(mailbox: Mailbox, session: Session) -> None:
    """Mark or move finished mails, where the configuration says so."""
    if _settings_of(mailbox, session).after is After.KEEP:
        return
    for ref, again in mails.unsettled(session.ledger, mailbox.name):
        mails.settling(session.ledger, ref)
        try:
            mailbox.settle(ref, again=again)
        except MailGone:
            LOG.info("mail-gone uid=%d folder=%s", ref.uid, ref.folder)
        mails.settled(session.ledger, ref)
