"""The servers as pytest fixtures."""

from collections.abc import Iterator

import pytest
import stamina

from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.smtp_receiver import SmtpReceiver, smtp_receiver


@pytest.fixture(name="dovecot")
def _dovecot() -> Iterator[Dovecot]:
    """A Dovecot of the test's own, empty."""
    with dovecot() as server:
        yield server


@pytest.fixture(name="smtp_receiver")
def _smtp_receiver() -> Iterator[SmtpReceiver]:
    """An SMTP receiver of the test's own."""
    with smtp_receiver() as receiver:
        yield receiver


@pytest.fixture
def no_pauses() -> Iterator[None]:
    """Retries happen at once; their number stays."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield
