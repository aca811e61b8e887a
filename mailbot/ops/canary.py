"""A mail from the mailbox to itself, through the whole loop: sent, found by polling, answered, and the answer found.

It flies in a ledger of its own that is thrown away: what else lies in the mailbox is not looked at, and nobody else is
answered. The daemon meets both mails as its own: they begin no entry, are not answered and not counted.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final, cast

from mailbot import intake, outgoing, polling
from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import Mailbox
from mailbot.ledger import mails, outbox
from mailbot.ledger.connection import writing
from mailbot.model.errors import TemporaryError
from mailbot.model.folder import Folder, Listing
from mailbot.model.letter import Envelope, Letter, LetterKind
from mailbot.model.mail import Mail, MailRef
from mailbot.model.order import Obeyed, Verb
from mailbot.ops.house import House, now, open_house
from mailbot.orders.tokens import TOKEN, Grant, Standing, standing, token
from mailbot.reply.mime import sender_address
from mailbot.session import Session
from mailbot.settings.keys import After, Hold, LinkFetch, Settings

OUT: Final = "canary"
BACK: Final = "canary-answer"
"""What the two mails' tokens are about: confirmations of nothing that an order could name."""
LARGEST: Final = 256 * 1024
"""Bytes: a larger mail is not one of the two."""
BETWEEN: Final = 3.0
"""Seconds between two polls."""
PATIENCE: Final = 180.0
"""Seconds after which a mail that did not come in is given up."""

Tell = Callable[[str, float], None]
"""Told each step, `sent`, `found`, `answered`, `back`, with the seconds since the beginning."""


class CanaryLost(TemporaryError):
    """One of the two mails did not come in."""


@dataclass(slots=True)
class _Flight:
    """How far it is: steps that were told."""

    session: Session
    tell: Tell
    began: float
    steps: list[str] = field(default_factory=list)

    def reach(self, step: str) -> None:
        if step not in self.steps:
            self.steps.append(step)
            self.tell(step, time.monotonic() - self.began)


def can_fly(settings: Settings) -> bool:
    """Whether mail goes out to a server and comes in from one."""
    return settings.smtp.kind == "smtp" and settings.mailbox[0].kind == "imap"


def fly(settings: Settings, tell: Tell, *, patience: float = PATIENCE, between: float = BETWEEN) -> None:
    """Send a canary from the first mailbox to itself and wait until its answer is back.

    Args:
        settings: as the daemon has them.
        tell: told each step.
        patience: seconds in which each of the two mails must come in.
        between: seconds between two polls.

    Raises:
        CanaryLost: one of them did not.
        MailbotError: a server refuses.
    """
    with _house(settings) as house, house.ledger() as db:
        session = house.session(db)
        flight = _Flight(session, tell, time.monotonic())
        known = _known(settings)
        address = sender_address(settings.smtp.sender)
        _send(session, _letter(session, address, OUT))
        flight.reach("sent")
        for step in ("found", "back"):
            _await(flight, step, known, address, patience, between)


@contextmanager
def _house(settings: Settings) -> Iterator[House]:
    """A house of its own beside the real one, with the real one's key: nobody but the two mails is answered."""
    with tempfile.TemporaryDirectory(prefix=".canary-", dir=settings.file.parent) as name:
        folder = Path(name)
        key = settings.data_dir / "orders.key"
        if key.is_file():
            shutil.copyfile(key, folder / key.name)
        own = replace(
            settings,
            data_dir=folder,
            mailbox=(replace(settings.mailbox[0], after=After.KEEP),),
            campaign=replace(settings.campaign, answer_from=now() + timedelta(days=1)),
            outbox=replace(settings.outbox, pace_seconds=0, hold=Hold.NONE),
            links=replace(settings.links, fetch=LinkFetch.OFF),
        )
        with open_house(own) as house:
            yield house


@dataclass(frozen=True, slots=True)
class _NewAndSmall:
    """A mailbox without what lay in it at the beginning, and without what is too large to be one of the two mails."""

    inner: Mailbox
    known: frozenset[tuple[str, int]]

    @property
    def name(self) -> str:
        return self.inner.name

    def folders(self) -> tuple[Folder, ...]:
        return self.inner.folders()

    def listing(self, folder: Folder, above: int = 0) -> Listing:
        listing = self.inner.listing(folder, above)
        return replace(listing, uids=tuple(uid for uid in listing.uids if (folder.name, uid) not in self.known))

    def refs(self, folder: Folder, listing: Listing, uids: Sequence[int]) -> tuple[MailRef, ...]:
        return tuple(ref for ref in self.inner.refs(folder, listing, uids) if (ref.size or 0) <= LARGEST)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def _known(settings: Settings) -> frozenset[tuple[str, int]]:
    mailbox = open_mailbox(settings.mailbox[0])
    try:
        return frozenset((folder.name, uid) for folder in mailbox.folders() for uid in mailbox.listing(folder).uids)
    finally:
        mailbox.close()


def _letter(session: Session, address: str, purpose: str) -> Letter:
    mark = token(Grant(address, Verb.CONFIRM, purpose), session.secret, session.now())
    context = {"mark": mark, "at": session.now(), "answer": purpose == BACK}
    key = f"{purpose}:{session.now().isoformat()}"
    return session.writer.to_organizer(key, LetterKind.CANARY, Envelope(address), context)


def _send(session: Session, letter: Letter) -> None:
    with writing(session.ledger):
        outbox.owe(session.ledger, letter, None, session.now())
    if not outgoing.send_due(session):
        (item,) = outbox.in_state(session.ledger)[-1:]
        raise CanaryLost(f"the mail server did not take the test mail: {item.error or item.state}")


def _await(
    flight: _Flight, step: str, known: frozenset[tuple[str, int]], address: str, patience: float, between: float
) -> None:
    """Poll until a step is reached; what comes in goes the way of every mail."""
    session, end = flight.session, time.monotonic() + patience
    while step not in flight.steps:
        if time.monotonic() > end:
            where = ", ".join(session.settings.mailbox[0].folders)
            raise CanaryLost(
                f"{round(patience)} seconds, and the test mail did not come in ({where}). Look for it in the webmail: "
                "in a junk folder, held by a filter, or refused with a notice."
            )
        mailbox = open_mailbox(session.settings.mailbox[0])
        try:
            polling.fetch_new(cast("Mailbox", _NewAndSmall(mailbox, known)), session)
        finally:
            mailbox.close()
        for mail in mails.pending(session.ledger):
            mails.begin(session.ledger, mail)
            material = partial(intake.read, mail, session)
            intake.process(mail, material, session, lambda _: (), lambda _, read: _heard(flight, address, read))
        for item in outbox.due(session.ledger, session.now()):
            if item.letter.kind is LetterKind.CANARY:
                outgoing.send_due(session)
                flight.reach("answered")
        if step not in flight.steps:
            session.pause(between)


def _heard(flight: _Flight, address: str, mail: Mail) -> Obeyed | None:
    """What a mail is to the canary: the first of the two is answered, the answer ends the flight."""
    session, mark = flight.session, TOKEN.search(mail.subject)
    if mark is None or mail.sender.addr.lower() != address:
        return None
    for purpose, step in ((OUT, "found"), (BACK, "back")):
        if standing(mark[0], Grant(address, Verb.CONFIRM, purpose), session.secret, session.now()) is Standing.GOOD:
            letters = (_letter(session, address, BACK),) if step == "found" and step not in flight.steps else ()
            flight.reach(step)
            return Obeyed((), letters, "", f"a canary of mailbot's own: {step}")
    return None
