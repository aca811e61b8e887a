"""Put the rooms together: what every command and every job of the daemon works with."""

import os
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailbot.check.rules import deadline
from mailbot.engine import local_engine
from mailbot.extract.works import Bench
from mailbot.ledger.connection import Ledger
from mailbot.ops.bench import open_bench, open_engine
from mailbot.ops.privacy import private
from mailbot.ops.shown import open_books
from mailbot.prints import Gallery
from mailbot.reply.compose import Writer
from mailbot.reply.mime import sender_address
from mailbot.sandbox import close_to_others
from mailbot.session import Session
from mailbot.settings.found import FOLDER
from mailbot.settings.keys import Settings
from mailbot.store import Store
from mailbot.templating import Wording

KEY_FILE: Final = "orders.key"
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class House:
    """Everything that threads share; each opens the ledger for itself.

    Attributes:
        settings: the configuration.
        bench: readers of files, with spool and store.
        writer: words.
        own: addresses of this mailbox, lower case.
        secret: signs the orders in a digest.
        stop: set when mailbot is asked to end.
        gallery: prints of all films, for every thread.
    """

    settings: Settings
    bench: Bench
    writer: Writer
    own: frozenset[str]
    secret: bytes
    stop: threading.Event
    gallery: Gallery

    def ledger(self) -> AbstractContextManager[Ledger]:
        """The ledger, opened for this thread."""
        return open_books(self.settings, self.writer.wording)

    def session(self, db: Ledger) -> Session:
        """What the journeys work with, in this thread."""
        return Session(self.settings, db, self.bench, self.writer, self.own, self.secret, now, self.stop.wait)


def now() -> datetime:
    """The clock, read here and in the daemon only."""
    return datetime.now(UTC)


def _wording(settings: Settings) -> Wording:
    wording = Wording(settings.file.absolute().parent / FOLDER, settings.rules)
    wording.check()
    return wording


@contextmanager
def reading_bench(settings: Settings, desk: Path | None = None) -> Iterator[tuple[Bench, Wording]]:
    """Only what reading files takes: nothing of the data folder is opened or made.

    Args:
        settings: the configuration.
        desk: where files are laid before readers; None for a temporary folder.
    """
    with local_engine(settings.work.workers) as engine, open_bench(settings, engine, desk) as bench:
        yield bench, _wording(settings)


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """Build the house and end its children with it.

    Raises:
        ConfigError: a template or findings.toml is wrong.
    """
    close_to_others()
    with (
        private(settings.data_dir),
        open_engine(settings) as engine,
        open_bench(settings, engine, settings.desk_dir) as bench,
    ):
        wording = _wording(settings)
        yield House(
            settings=settings,
            bench=bench,
            writer=_writer(wording, settings, bench.store),
            own=own_addresses(settings),
            secret=_secret(settings.data_dir / KEY_FILE),
            stop=threading.Event(),
            gallery=Gallery(),
        )


def _writer(wording: Wording, settings: Settings, store: Store) -> Writer:
    campaign = settings.campaign
    return Writer(
        wording,
        settings,
        deadline(campaign),
        deadline(campaign, campaign.completion_days),
        lambda content: store.put([content]).sha256,
    )


def own_addresses(settings: Settings) -> frozenset[str]:
    """The addresses by which this mailbox sends and receives, lower case."""
    users = {mailbox.user.lower() for mailbox in settings.mailbox if "@" in mailbox.user}
    return frozenset(users | {sender_address(settings.smtp.sender)})


def _secret(file: Path) -> bytes:
    """The key that signs orders: made once, whole or not at all, readable by mailbot alone."""
    if file.is_file():
        return file.read_bytes()
    descriptor, temporary = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "wb") as new:
        new.write(secrets.token_bytes(KEY_BYTES))
    try:
        os.link(temporary, file)
    except FileExistsError:
        # another mailbot was quicker: its key counts
        pass
    finally:
        Path(temporary).unlink()
    return file.read_bytes()
