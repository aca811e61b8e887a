"""The servers as pytest fixtures."""

import itertools
from collections.abc import Iterator
from typing import Final

import pytest
import stamina

from tests.servers.coremail import Coremail, coremail
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.hostile import Hostile, hostile
from tests.servers.smtp_receiver import SmtpReceiver, smtp_receiver

ACCOUNTS: Final = itertools.count(1)


@pytest.fixture(name="dovecot_server", scope="session")
def _dovecot_server() -> Iterator[Dovecot]:
    """One Dovecot for all tests."""
    with dovecot() as server:
        yield server


@pytest.fixture(name="dovecot")
def _dovecot(dovecot_server: Dovecot) -> Dovecot:
    """An account of the test's own on it, empty."""
    return dovecot_server.account(f"{next(ACCOUNTS)}@163.example")


@pytest.fixture(name="smtp_receiver")
def _smtp_receiver() -> Iterator[SmtpReceiver]:
    """An SMTP receiver of the test's own."""
    with smtp_receiver() as receiver:
        yield receiver


@pytest.fixture(name="coremail")
def _coremail() -> Iterator[Coremail]:
    """A server that speaks 163's dialect."""
    with coremail() as server:
        yield server


@pytest.fixture(name="hostile")
def _hostile() -> Iterator[Hostile]:
    """A server that cuts, stalls and lies."""
    with hostile() as server:
        yield server


@pytest.fixture
def no_pauses() -> Iterator[None]:
    """Retries happen at once; their number stays."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield
