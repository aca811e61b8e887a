"""A campaign in a folder: a Maildir in, a folder out, nothing paused and nothing capped."""

from pathlib import Path
from typing import Final

CONFIG: Final = """
data_dir = "var"
[campaign]
contact = "010-00000000"
[mailbox]
kind = "maildir"
path = "inbox"
[smtp]
kind = "folder"
path = "sent"
from = "征选活动组委会 <submissions@163.example>"
[outbox]
pace_seconds = 0
daily_cap = 1000000
per_sender_daily = 1000000
first_run_limit = 0
[organizers]
digest_to = ["organizer@example.org"]
"""


def campaign(folder: Path) -> Path:
    """Its configuration; the mailbox is there and empty."""
    for name in ("tmp", "new", "cur"):
        (folder / "inbox" / name).mkdir(parents=True)
    file = folder / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file
