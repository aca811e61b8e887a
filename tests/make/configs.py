"""The shortest config that runs: mails from a Maildir, letters into a folder."""

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
