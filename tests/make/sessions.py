"""A session over a ledger of the tests: words and settings are real, no server and no reader stands behind it."""

import hashlib
from dataclasses import replace
from functools import cache
from typing import Final, cast

from mailbot.check.rules import deadline
from mailbot.extract.works import Bench
from mailbot.model.rules import Rules
from mailbot.reply.compose import Writer
from mailbot.session import Session
from mailbot.settings.keys import OrganizerSettings, Settings
from mailbot.templating import Wording
from tests.make.ledger import Books

SECRET: Final = b"secret"


def sha256(content: bytes) -> str:
    """Stands for the store: what an enclosed file would be kept as."""
    return hashlib.sha256(content).hexdigest()


@cache
def wording() -> Wording:
    """The packaged words."""
    return Wording(None, Rules())


def session(ledger: Books, of: Rules | None = None, **changes: object) -> Session:
    """What a journey works with; its clock is the ledger's, a minute later at each look."""
    now = of or ledger.rules
    organizers = OrganizerSettings(("Organizer@example.org",))
    settings = replace(
        Settings(campaign=now.campaign, video=now.video, organizers=organizers, roster=now.roster),
        **{"data_dir": ledger.folder, **changes},  # type: ignore[arg-type]
    )
    return Session(
        settings,
        ledger.db,
        cast("Bench", None),  # no file is read where a person decides
        Writer(wording(), settings, deadline(now.campaign), deadline(now.campaign), sha256),
        frozenset(),
        SECRET,
        lambda: ledger.later(minutes=1),
        lambda _seconds: False,
    )
