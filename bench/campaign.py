"""A campaign in a folder: a Maildir in, a folder out, nothing paused and nothing capped."""

from pathlib import Path
from typing import Final

from tests.make.configs import CAMPAIGN
from tests.make.maildir import maildir

CONFIG: Final = f"""{CAMPAIGN}
daily_cap = 1000000
per_sender_daily = 1000000
first_run_limit = 0
"""


def campaign(folder: Path) -> Path:
    """Its configuration; the mailbox is there and empty."""
    maildir(folder / "inbox")
    file = folder / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file
