"""Configs that run without a server: mails from a Maildir, letters into a folder."""

from typing import Final

ON_FOLDERS: Final = """
data_dir = "var"
language = "en"
[mailbox]
kind = "maildir"
path = "var/inbox"
[smtp]
kind = "folder"
path = "var/sent"
"""
"""The shortest."""
CAMPAIGN: Final = """
[campaign]
deadline = 2024-07-31
[mailbox]
kind = "maildir"
path = "inbox"
[smtp]
kind = "folder"
path = "sent"
from = "征选活动组委会 <submissions@163.example>"
[organizers]
digest_to = ["organizer@example.org"]
[outbox]
pace_seconds = 0
"""
"""Of 2024, with organizers; no letter waits for another."""
