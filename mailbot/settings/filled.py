"""The example configuration, filled in with what only the admin knows."""

import json
import re
from dataclasses import dataclass
from typing import Final

from mailbot.settings.keys import Extra
from mailbot.settings.language import Language
from mailbot.settings.services import MailServer, Service

PASSWORD_FILE: Final = "mailbox.password"  # noqa: S105 - a file's name
HEAD: Final = "# mailbot's configuration, filled in by 'mailbot setup'. Relative paths are relative to this file."


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """What the admin tells.

    Attributes:
        language: of the commands.
        address: the mailbox's.
        service: where it lies.
        deadline: as TOML writes it, a date or a date-time.
        contact: the line that tells submitters whom to ask; may be empty.
        organizers: who reads the digest.
        answer_from: mails that came before this date are entered and not answered.
        extras: that are installed.
    """

    language: Language
    address: str
    service: Service
    deadline: str
    contact: str
    organizers: tuple[str, ...]
    answer_from: str
    extras: tuple[Extra, ...]


def filled_in(example: str, told: SetupAnswers) -> str:
    """The example's text with these values, its comments kept.

    Args:
        example: `config.example.toml`.
        told: the values.
    """
    text = re.sub(r"\A(?:#.*\n)+", f"{HEAD}\n", example)
    text = _set(text, "language", _quoted(told.language))
    text = _set(text, "extras", json.dumps(list(told.extras)))
    text = _set(text, "deadline", told.deadline)
    text = _set(text, "contact", _quoted(told.contact))
    text = _set(text, "digest_to", json.dumps(list(told.organizers), ensure_ascii=False))
    text = re.sub(r"(?m)^# (answer_from = )\S+( *)", lambda found: f"{found[1]}{told.answer_from}{found[2]}", text)
    organizer = re.search(r'(?m)^organizer = "([^"]*)"', text)
    sender = f"{organizer[1] if organizer else ''} <{told.address}>".strip()
    servers = _mailbox(told.address, told.service.imap) + _smtp(told.address, told.service.smtp, sender)
    text = text[: text.index("[mailbox]\n")] + servers + text[text.index("[outbox]\n") :]
    return text[: text.index("\n# For a 163.com mailbox (")] + "\n" if "\n# For a 163.com mailbox (" in text else text


def _set(text: str, key: str, value: str) -> str:
    """A key's value, and the blanks before its comment as wide as they were."""

    def line(found: re.Match[str]) -> str:
        start = f"{key} = {value}"
        comment = found["comment"]
        return f"{start.ljust(found.start('comment') - found.start())}{comment}" if comment else start

    return re.sub(rf'(?m)^{key} = (?:"[^"\n]*"|\[[^\]\n]*\]|\S+)[ ]*(?P<comment>#.*)?$', line, text, count=1)


def _mailbox(address: str, server: MailServer) -> str:
    return f"""[mailbox]
kind = "imap"
{_server(address, server)}folders = ["INBOX"]
junk = true                            # also read the junk, advertisement and subscription folders
after = "keep"                         # keep | seen | move

"""


def _smtp(address: str, server: MailServer, sender: str) -> str:
    return f"""[smtp]
kind = "smtp"
{_server(address, server)}from = {_quoted(sender)}

"""


def _server(address: str, server: MailServer) -> str:
    return f"""host = {_quoted(server.host)}
port = {server.port}
security = {_quoted(server.security)}
user = {_quoted(address)}
password_file = {_quoted(PASSWORD_FILE)}
"""


def _quoted(text: str) -> str:
    """A TOML basic string (its escapes are JSON's)."""
    return json.dumps(text, ensure_ascii=False)
