"""What parses a mail in its bounded child, which alone imports it."""

from pathlib import Path

from mailbot.model.limits import Limits
from mailbot.model.mail import Mail
from mailbot.parse.mail import parse_mail
from mailbot.store import Tray


def parse_into(path: Path, folder: Path, own: frozenset[str], limits: Limits) -> Mail:
    """In the child: parse a mail, its files into a folder."""
    return parse_mail(path, Tray(folder), own, limits)
