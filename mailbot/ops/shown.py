"""The ledger, open, with what its views tell people by: the words for codes, the time zone, the roster."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from mailbot.ledger.connection import Ledger, open_ledger
from mailbot.ledger.shown import Shown, keep_shown
from mailbot.settings.keys import Settings
from mailbot.templating import Wording

LISTS: Final = ("status", "cause", "open", "event", "letter_kind", "letter_state", "mail_state", "link_state", "triage")
"""Tables of words.toml that name codes of the ledger."""


def labels_of(wording: Wording) -> Mapping[str, Mapping[str, str]]:
    """Each list of codes -> code -> its word."""
    return {"finding": wording.labels()} | {name: wording.words(name) for name in LISTS}


@contextmanager
def open_books(settings: Settings, wording: Wording) -> Iterator[Ledger]:
    """The ledger, opened for this thread; its views tell by today's words, zone and roster."""
    shown = Shown(settings.campaign.zone, labels_of(wording), settings.roster)
    with open_ledger(settings.ledger_file, settings.campaign.themes) as db:
        keep_shown(db, shown)
        yield db
