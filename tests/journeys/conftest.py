"""The stage of every journey."""

from pathlib import Path

import pytest

from mailbot.sandbox import Readers
from tests.journeys.stage import Stage
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver


@pytest.fixture
def stage(tmp_path: Path, dovecot: Dovecot, smtp_receiver: SmtpReceiver, readers: Readers) -> Stage:
    """A campaign with the default rules."""
    made = Stage(tmp_path, dovecot, smtp_receiver, readers)
    made.configure()
    return made
