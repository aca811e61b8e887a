"""A mail comes in: parse → extract → check → ledger, on one page.

The first two are functions of the mail, and several mails are read at once (`read`); then each is processed in its
turn, and everything that follows from it is written in one transaction. Killed anywhere, the next round goes on: what
is spooled is processed, what is done is known.
"""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from mailbot.check.decide import decide, listed
from mailbot.check.intent import same_words, triage
from mailbot.extract.works import Bench, extract_works
from mailbot.ledger import entries, mails
from mailbot.ledger.exchange import exchange
from mailbot.ledger.mails import PendingMail
from mailbot.ledger.record import record, until_written
from mailbot.likeness.index import among
from mailbot.model.decision import Arrival, Decision
from mailbot.model.entry import EntryStatus, Exchange, Likeness
from mailbot.model.errors import TemporaryError
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import Letter
from mailbot.model.mail import Mail, Triage, Verdict
from mailbot.model.order import Obeyed
from mailbot.model.works import VideoFile, Works
from mailbot.parse.bounded import read_mail
from mailbot.reply.discreet import findings_without_names, without_names
from mailbot.reply.envelope import recipient
from mailbot.session import Session
from mailbot.stages import Stage, timed

LOG: Final = logging.getLogger(__name__)
AT_ONCE: Final = timedelta(minutes=2)
"""An answer that comes so soon behind our letter, in the same words as the last, was written by a machine."""


FindLikenesses = Callable[[VideoFile], tuple[Likeness, ...]]
"""The entries whose films look like a new one."""
Obey = Callable[[PendingMail, Mail], Obeyed | None]
"""Carries out what an organizer's mail orders; None for every other mail."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail says and brings, before anything is decided."""

    mail: Mail
    works: Works


def read(waiting: PendingMail, session: Session) -> ReadMail:
    """Read a spooled mail and its files, on the engine; the ledger is not touched, so any thread may do it.

    Raises:
        TemporaryError: trouble of our own; the mail waits.
    """
    bench = session.bench
    with timed(Stage.PARSE):
        parsed = bench.engine.submit(_parsed, bench, waiting.sha256, session.own).result()
    mail = _believed(parsed, waiting, session)
    with timed(Stage.EXTRACT):
        works = Works() if waiting.cut else extract_works(mail, bench)
    if session.stopped():
        raise TemporaryError("mailbot is asked to stop; a reader that was ended for it says nothing of its file")
    return ReadMail(mail, works)


def process(
    waiting: PendingMail,
    material: Callable[[], ReadMail],
    session: Session,
    likenesses: FindLikenesses,
    obey: Obey,
) -> bool:
    """Take one mail that was begun all the way to the ledger.

    Args:
        waiting: the mail.
        material: what it says and brings, or the error with which reading it ended.
        session: the rooms.
        likenesses: searches films.
        obey: carries out orders.

    Returns:
        False where it ended as `failed`; True where it is done, or waits for another try.
    """
    if waiting.attempts >= mails.MAX_ATTEMPTS:
        mails.fail(session.ledger, waiting.id, "stopped mailbot again and again; see the log", session.now())
        return False
    try:
        if waiting.cut:
            refuse_cut(waiting, material().mail, session)
            return False
        take_in(waiting, material(), session, likenesses, obey)
    except (TemporaryError, OSError, CancelledError) as error:
        if session.stopped():
            mails.leave(session.ledger, waiting)
            return True
        LOG.warning("mail-waits mail=%d reason=%s", waiting.id, error)
        mails.postpone(session.ledger, waiting, str(error), session.now())
    except Exception as error:
        if session.stopped():
            mails.leave(session.ledger, waiting)
            return True
        # The one guard a mail: what it brings to light in our own code must neither lose it nor stop the others.
        LOG.exception("mail-failed mail=%d", waiting.id)
        mails.fail(session.ledger, waiting.id, f"{type(error).__name__}: {error}", session.now())
        return False
    return True


def take_in(waiting: PendingMail, material: ReadMail, session: Session, likenesses: FindLikenesses, obey: Obey) -> None:
    """One mail, from what it says and brings to everything that follows from it.

    Raises:
        TemporaryError: trouble of our own; nothing is written.
    """
    mail, works = material.mail, material.works
    leaves = [part.sha256 for part in mail.parts]
    for original in mails.originals(session.ledger, waiting.id, mail, leaves):
        if same_words(_read(original, session), mail):
            mails.mark_copy(session.ledger, waiting.id, original.id, mail, session.now())
            return
    obeyed = obey(waiting, mail)
    if obeyed is not None:
        verdict = Verdict(Triage.ORDER, answer=bool(obeyed.letters), reason=obeyed.reason)
        decision = Decision(_arrival(waiting, mail), Works(), verdict, attention=obeyed.attention, orders=obeyed.orders)
        _record(decision, obeyed.letters, session)
        return

    @timed(Stage.DECIDE)
    def decide_and_write() -> None:
        decision = think(waiting, mail, works, session, likenesses)
        _record(decision, letters(waiting, decision, session), session)
        LOG.info("mail-done mail=%d triage=%s entries=%d", waiting.id, decision.verdict.triage, len(decision.entries))

    until_written(decide_and_write)


def refuse_cut(waiting: PendingMail, beginning: Mail, session: Session) -> None:
    """Answer a mail that is too large from its beginning; it ends as `failed`, where a person sees it."""
    most = session.settings.limits.mail_mb
    mail = replace(beginning, parts=(), findings=(Finding(Code.MAIL_TOO_LARGE, {"most": most}),))
    history = entries.history(
        session.ledger, _arrival(waiting, mail).sender, Works(), (*mail.references, mail.in_reply_to)
    )
    verdict = triage(mail, Works(), junk=waiting.junk)
    decision = decide(_arrival(waiting, mail), Works(), verdict, history, session.settings.rules)
    why = f"the mail is larger than limits.mail_mb ({most}); its beginning is kept"
    _record(decision, letters(waiting, decision, session), session, failed=why)
    LOG.warning("mail-refused mail=%d reason=too-large", waiting.id)


def _parsed(bench: Bench, sha256: str, own: frozenset[str]) -> Mail:
    return read_mail(bench.spool.sound(sha256), bench.store, own, bench.limits, bench.mail_readers)


def _read(waiting: PendingMail, session: Session) -> Mail:
    """A spooled mail, parsed by this thread."""
    return _believed(_parsed(session.bench, waiting.sha256, session.own), waiting, session)


def _believed(mail: Mail, waiting: PendingMail, session: Session) -> Mail:
    """The mail without an Authentication-Results of another server than the configured one."""
    believed = {settings.label: settings.authserv_id for settings in session.settings.mailbox}.get(waiting.mailbox, "")
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


def think(waiting: PendingMail, mail: Mail, works: Works, session: Session, likenesses: FindLikenesses) -> Decision:
    """What follows from a mail, by what the ledger knows now."""
    arrival = _arrival(waiting, mail)
    verdict = triage(mail, works, junk=waiting.junk)
    history = entries.history(session.ledger, arrival.sender, works, (*mail.references, mail.in_reply_to))
    key_prints = {video.part.sha256: video.key_print for video in works.videos if video.key_print is not None}
    history = replace(
        history,
        likenesses={video.part.sha256: likenesses(video) for video in works.videos},
        within=among(key_prints, session.settings.video.similar),
        exchange=_exchange(mail, arrival, session),
    )
    decision = decide(arrival, works, verdict, history, session.settings.rules)
    if decision.answer is not None and recipient(mail, session.own) is None:
        decision = replace(decision, answer=None, silence="no address that a person reads")
    return listed(decision)


def _exchange(mail: Mail, arrival: Arrival, session: Session) -> Exchange:
    """What was written to and fro before this mail, where it seems to bring nothing new."""
    found = exchange(session.ledger, arrival.sender, arrival.mail_id, (*mail.references, mail.in_reply_to))
    echoes, quick = 0, False
    for before, answered_at in found.inquiries:
        earlier = mails.spooled(session.ledger, before)
        if earlier is None or not same_words(_read(earlier, session), mail):
            break
        echoes += 1
        quick = quick or (answered_at is not None and abs(arrival.received_at - answered_at) < AT_ONCE)
    return replace(found, echoes=echoes, at_once=quick)


def replay(
    mail: PendingMail, session: Session, likenesses: FindLikenesses, *, apply: bool
) -> tuple[dict[str, EntryStatus], Decision]:
    """Process a mail that was processed before, by today's rules and today's ledger.

    Args:
        mail: spooled, whatever its state.
        session: the rooms.
        apply: make it so; else only tell.

    Returns:
        Where the sender's entries stood, and what follows now.
    """
    read = _read(mail, session)
    decision = think(mail, read, extract_works(read, session.bench), session, likenesses)
    before = {entry.number: entry.status for entry in entries.by_sender(session.ledger, read.sender.addr)}
    if apply:
        mails.reopen(session.ledger, mail.id)
        again = (
            letters(mail, decision, session, occasion=f"replay-{session.now().isoformat()}") if decision.entries else ()
        )
        _record(decision, again, session)
    return before, decision


def _record(decision: Decision, owed: tuple[Letter, ...], session: Session, failed: str = "") -> None:
    words, rules = session.writer.wording.message, session.settings.video
    record(session.ledger, decision, owed, words, rules, session.now(), failed=failed)


def letters(waiting: PendingMail, decision: Decision, session: Session, occasion: str = "answer") -> tuple[Letter, ...]:
    """The letter that a decision owes, worded; none where there is none."""
    answer, mail = decision.answer, decision.arrival.mail
    if decision.verdict.triage is Triage.WITHDRAWAL:
        mail = replace(mail, reply_to=())  # who sent the entries shall hear that they are taken back
    to = recipient(mail, session.own)
    if answer is None or to is None:
        return ()
    if answer.discreet:
        to, mail = replace(to, name=""), replace(mail, subject="")
        answer = replace(
            answer, entries=without_names(answer.entries), findings=findings_without_names(answer.findings), waiting=()
        )
    key = f"mail:{waiting.sha256}:{occasion}"
    at, now = decision.arrival.received_at, session.now()
    letter = session.writer.to_submitter(answer, mail, to, key=key, at=at, now=now)
    return (replace(letter, doubtful=answer.discreet),)
