"""How mailbot is: what the organizers are told of, while it lasts and when it is over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mailbot import outgoing
from mailbot.ledger import digests, figures
from mailbot.ops.room import shortage
from mailbot.session import Session

UNREACHABLE: Final = timedelta(minutes=30)
UNPROCESSED: Final = timedelta(hours=1)
CAPPED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Condition:
    """One cause, whether it is there or not.

    Attributes:
        cause: names its texts in words.toml.
        lasts: whether it is there.
        about: which of several things.
        details: what the texts quote.
    """

    cause: str
    lasts: bool
    about: str = ""
    details: dict[str, object] = field(default_factory=dict)


def reached(session: Session, label: str) -> None:
    """Note that a mailbox could be polled."""
    digests.set_mark(session.ledger, f"reached:{label}", session.now().isoformat())


def look_after(session: Session) -> tuple[Condition, ...]:
    """Tell the organizers of every trouble that is there, and of each that is over.

    Returns:
        Those that are there.
    """
    found = tuple(troubles(session))
    for trouble in found:
        outgoing.report(session, trouble.cause, trouble.about, (), lasts=trouble.lasts, **trouble.details)
    return tuple(trouble for trouble in found if trouble.lasts)


def troubles(session: Session) -> Iterator[Condition]:
    """Every cause that can be seen at any time."""
    now, db = session.now(), session.ledger
    full = shortage(session.settings)
    yield Condition("disk", bool(full), details={"told": full})
    for mailbox in session.settings.mailbox:
        last = digests.mark(db, f"reached:{mailbox.label}")
        silent = now - datetime.fromisoformat(last) if last else timedelta(0)
        minutes = silent // timedelta(minutes=1)
        yield Condition(
            "unreachable", silent > UNREACHABLE, mailbox.label, {"mailbox": mailbox.label, "minutes": minutes}
        )
    for cause, count in (
        ("waiting", figures.unprocessed_since(db, now - UNPROCESSED)),
        ("failed", figures.failed_unseen(db)),
        ("forged", figures.forged_unseen(db)),
        ("capped", figures.due_since(db, now - CAPPED)),
    ):
        yield Condition(cause, count > 0, details={"count": count})
