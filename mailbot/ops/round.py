"""One round: poll each mailbox, process everything that waits, take dropped files, send everything due."""

import logging
import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from mailbot import arrivals, intake, outgoing, polling, prints, review
from mailbot.fetch.open import open_mailbox
from mailbot.ledger import digests, mails, moments, outbox
from mailbot.ledger.record import until_written
from mailbot.model.decision import EventKind
from mailbot.model.errors import AccountError, Refused, TemporaryError
from mailbot.ops.ahead import Ahead
from mailbot.ops.breaker import Breaker
from mailbot.ops.health import look_after, reached
from mailbot.ops.house import House, now
from mailbot.ops.links import follow_links
from mailbot.ops.room import shortage
from mailbot.session import Session
from mailbot.settings.keys import MailboxSettings

LOG: Final = logging.getLogger(__name__)
SMTP: Final = "smtp"
SMTP_REST: Final = 3600.0
"""Seconds for which the outbox rests after its server refused our account; a mailbox rests until a person restarts."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress is shown."""


@dataclass(slots=True)
class RoundOutcome:
    """What a round came to.

    Attributes:
        fetched: mails entered.
        processed: mails processed.
        failed: mails that ended as `failed`.
        sent: letters that left.
        troubles: what could not be reached or done, a line each.
    """

    fetched: int = 0
    processed: int = 0
    failed: int = 0
    sent: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """No mail failed and every server was reached."""
        return not self.failed and not self.troubles


def nothing_more() -> None:
    """Nobody waits for what was processed."""


class _Progressed:
    """Up to which mail everything is in, and that one was read: told by other threads, waited for by what decides."""

    def __init__(self) -> None:
        self._news = threading.Event()
        self._last = 0
        self.over = False

    def tell(self, mail_id: int) -> None:
        """This mail is in, and all that came before it."""
        self._last = max(self._last, mail_id)
        self._news.set()

    def tell_of_the_end(self, _fetching: object) -> None:
        """Nothing more is fetched in this round."""
        self.over = True
        self._news.set()

    def tell_of_reading(self) -> None:
        """A mail that is in has been read."""
        self._news.set()

    def wait(self) -> None:
        """Wait for news since the last time."""
        self._news.wait()
        self._news.clear()

    def up_to(self, *, several: bool) -> int | None:
        """The id of the last mail that may be processed; None for all. Of several mailboxes none before all are in."""
        return None if self.over else 0 if several else self._last


def take_in(
    house: House,
    breaker: Breaker,
    *,
    patient: bool,
    progress: Progress = silent,
    processed: Callable[[], None] = nothing_more,
) -> RoundOutcome:
    """Poll, process, take dropped files.

    Mails are fetched in the order of their turns, and each is processed as soon as it is in; those of several mailboxes
    when all are in, because decisions follow the same order.

    Args:
        house: the rooms.
        breaker: servers to be left alone.
        patient: leave postponed mails for later; False takes them all.
        progress: told how far it is.
        processed: called after each mail that was processed.
    """
    taking = _Taking(house, breaker, progress, patient=patient)
    if full := shortage(house.settings):
        taking.outcome.troubles.append(full)
        LOG.error("disk-full free=%d", house.bench.store.free_bytes())
        with house.ledger() as db:
            look_after(house.session(db))
        return taking.outcome
    with house.ledger() as db, ThreadPoolExecutor(1, "fetch") as fetcher:
        session = house.session(db)
        tell_of_moments(session)
        until_written(partial(review.count_by_roster, session))
        if not patient:
            mails.try_all(db, now())
        fetching = fetcher.submit(taking.poll)
        fetching.add_done_callback(taking.entered.tell_of_the_end)
        taking.process(session, processed)
        fetching.result()
        taking.take_dropped(session)
    return taking.outcome


class _Taking:
    """One round's taking in: a thread polls, another decides what is in."""

    def __init__(self, house: House, breaker: Breaker, progress: Progress, *, patient: bool) -> None:
        self._house = house
        self._breaker = breaker
        self._progress = progress
        self._patient = patient
        self.outcome = RoundOutcome()
        self.entered = _Progressed()

    def poll(self) -> None:
        """Fetch from every mailbox that is not left alone, one after the other."""
        with self._house.ledger() as db:
            session = self._house.session(db)
            for settings in self._house.settings.mailbox:
                if not self._breaker.open(settings.label) and not self._house.stop.is_set():
                    self._progress("poll", 0, 1)
                    self._poll(session, settings)
                    self._progress("poll", 1, 1)

    def _poll(self, session: Session, settings: MailboxSettings) -> None:
        try:
            with closing(open_mailbox(settings)) as mailbox:
                outgoing.settle_unknown(session, mailbox.sent_since)
                review.note_answers(session, mailbox.written_since)
                fetched = polling.fetch_new(mailbox, session, patient=self._patient, entered=self.entered.tell)
                _tell_of_unsettled(session, settings, polling.settle_on_server(mailbox, session))
        except TemporaryError as error:
            self._trouble(f"{settings.label}: {error}")
            LOG.warning("poll-failed reason=%s", error)
        except AccountError as error:
            self._trouble(f"{settings.label}: {error}")
            LOG.error("poll-refused reason=%s", error)  # noqa: TRY400 - a refusal needs no trace
            self._breaker.trip(settings.label, math.inf)
            outgoing.alert(session, "mailbox_refused", settings.label, error=error)
        else:
            reached(session, settings.label)
            self.outcome.fetched += fetched.mails
            if fetched.left:
                self._trouble(f"{settings.label}: {fetched.left} mails could not be fetched whole yet")

    def process(self, session: Session, processed: Callable[[], None]) -> None:
        """Process everything that waits and is not postponed, until nothing more is fetched."""
        house, outcome = self._house, self.outcome
        likenesses = partial(prints.at_first_sight, gallery=house.gallery, session=session)
        obey = partial(review.obey, session)
        begun, several = now(), len(house.settings.mailbox) > 1
        tried: set[int] = set()
        with Ahead(session, self.entered.tell_of_reading) as ahead:
            while not house.stop.is_set():
                over, last = self.entered.over, self.entered.up_to(several=several)
                waiting = mails.pending(session.ledger, begun, up_to=last, most=2 * ahead.width)
                ahead.fill(mail for mail in waiting if mail.id not in tried)
                turn = ahead.next()
                if turn is not None:
                    mail, material = turn
                    tried.add(mail.id)
                    outcome.processed += 1
                    outcome.failed += not intake.process(mail, material, session, likenesses, obey)
                    self._progress("process", outcome.processed, outcome.processed + ahead.in_hand)
                    processed()
                elif over and not ahead.in_hand:
                    return
                else:
                    self.entered.wait()

    def take_dropped(self, session: Session) -> None:
        """Attach the films that a person put into the folder for them."""
        for number, path in arrivals.dropped(self._house.settings.data_dir, now()):
            try:
                entry = review.find(session, number)
                video = arrivals.take_video(path, session)
                review.write(session, review.put_video(session, entry, video, EventKind.ATTACHED, "inbox-files"))
                path.unlink()
            except (Refused, TemporaryError) as error:
                self._trouble(f"{path.name}: {error}")
                LOG.warning("dropped-file-left size=%d reason=%s", path.stat().st_size, type(error).__name__)

    def _trouble(self, told: str) -> None:
        self.outcome.troubles.append(told)


def tell_of_moments(session: Session) -> None:
    """Take back what a wrong clock wrote, so that nothing waits for it, and tell the organizers."""
    mended = moments.mend(session.ledger, session.now())
    if mended:
        LOG.warning("moments-mended %s", " ".join(mended))
        outgoing.alert(session, "clock", mended=mended)


def _tell_of_unsettled(session: Session, settings: MailboxSettings, declined: str) -> None:
    """Tell the organizers once that a server declines to mark or move finished mails, until it does not any more."""
    mark = f"unsettled:{settings.label}"
    known = digests.mark(session.ledger, mark)
    if declined and not known:
        outgoing.alert(session, "unsettled", settings.label, declined=declined)
    if declined != known:
        digests.set_mark(session.ledger, mark, declined)


def send(house: House, breaker: Breaker, *, polled: bool, well: bool) -> RoundOutcome:
    """Send what is due.

    Until a whole round has gone well on this ledger nothing leaves before a poll has ended, and only where it does not
    owe more than `outbox.first_run_limit`: a used mailbox may hold hundreds of mails that were answered long ago.

    Args:
        house: the rooms.
        breaker: servers to be left alone.
        polled: a poll has ended since mailbot started.
        well: and it went well.
    """
    outcome = RoundOutcome()
    if breaker.open(SMTP) or house.stop.is_set():
        return outcome
    with house.ledger() as db:
        session = house.session(db)
        tell_of_moments(session)
        if not outgoing.first_round_over(session):
            if not polled:
                return outcome
            outgoing.hold_first_round(session)
            if well:
                outgoing.end_first_round(session)
        try:
            outcome.sent = outgoing.send_due(session)
            breaker.mend(SMTP)
        except TemporaryError as error:
            outcome.troubles.append(str(error))
            LOG.warning("send-failed reason=%s", error)
            breaker.trip(SMTP, breaker.longer(SMTP))
        except AccountError as error:
            outcome.troubles.append(str(error))
            LOG.error("send-refused reason=%s", error)  # noqa: TRY400 - a refusal needs no trace
            breaker.trip(SMTP, SMTP_REST)
            outgoing.alert(session, "smtp_refused", error=error)
    return outcome


def look_after_orphans(house: House) -> None:
    """Note which letters an earlier process left in transit; called once, before anything is sent."""
    with house.ledger() as db:
        left = outbox.orphan(db)
    if left:
        LOG.warning("letters-orphaned count=%d", left)


def make_prints(house: House) -> int:
    """Make and search the prints that are owed.

    Returns:
        How many films were searched.
    """
    with house.ledger() as db:
        return prints.work_off(house.session(db), house.gallery)


def run_once(house: House, progress: Progress = silent) -> RoundOutcome:
    """A whole round: poll, process everything pending, send everything due, follow links, search owed prints.

    Nobody else looks after mailbot where cron runs it: what the organizers are to be told leaves with the rest.
    """
    breaker = Breaker()
    look_after_orphans(house)
    taken = take_in(house, breaker, patient=False, progress=progress)
    with house.ledger() as db:
        look_after(house.session(db))
    sent = send(house, breaker, polled=True, well=not taken.troubles)
    if follow_links(house) and not sent.troubles:
        then = send(house, breaker, polled=True, well=not taken.troubles)
        sent = RoundOutcome(sent=sent.sent + then.sent, troubles=[*sent.troubles, *then.troubles])
    make_prints(house)
    return RoundOutcome(taken.fetched, taken.processed, taken.failed, sent.sent, [*taken.troubles, *sent.troubles])
