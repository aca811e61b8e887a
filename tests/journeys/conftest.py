"""The stage of every journey."""

from pathlib import Path

import pytest

from tests.journeys.stage import Stage
from tests.make.readers import WarmReaders
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver


@pytest.fixture
def stage(tmp_path: Path, dovecot: Dovecot, smtp_receiver: SmtpReceiver, warm: WarmReaders) -> Stage:
    """A campaign with the default rules."""
    made = Stage(tmp_path, dovecot, smtp_receiver, warm)
    made.configure()
    return made
