"""One campaign played: films, servers, mails, then the production road from poll to digest."""

import logging
import secrets
from datetime import date
from pathlib import Path
from typing import Final

from mailbot import outgoing
from mailbot.demo.films import make_films
from mailbot.demo.mails import FILMS, letters
from mailbot.demo.post import MAILBOX, SubmitterMail
from mailbot.demo.progress import Bars, bars
from mailbot.demo.results import Say, show_results, write_digest, write_letters
from mailbot.demo.servers import Account, Ports, Taken, deliver, embedded
from mailbot.model.errors import TemporaryError
from mailbot.ops.breaker import Breaker
from mailbot.ops.house import House, open_house
from mailbot.ops.round import run_once, send
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load

DIGEST_DAY: Final = date(2024, 7, 31)
CONFIG: Final = """\
# The demo's campaign. Its servers live only as long as the demo; the ledger can be looked at afterwards.
data_dir = "var"

[campaign]
deadline = 2024-07-31
contact = "010-00000000（工作日 9:00—17:00）"

[mailbox]
kind = "imap"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password = "{password}"

[smtp]
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
security = "none"
user = "{user}"
password = "{password}"
from = "征选活动组委会 <{user}>"

[outbox]
pace_seconds = 0

[organizers]
digest_to = ["organizer@example.org"]
"""


def play(folder: Path, say: Say, tables: str) -> None:
    """Everything, in order; `folder` holds no ledger yet, `say` gives a word of the tables its translation.

    `tables` are added to the config.

    Raises:
        TemporaryError: ffmpeg is missing, or the round met trouble.
    """
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecated names there
    account = Account(MAILBOX, secrets.token_urlsafe(12))
    taken: list[Taken] = []
    with bars(say) as shown:

        def take(letter: Taken) -> None:
            taken.append(letter)
            shown.step("send")

        shown.begin("films", len(FILMS))
        films = make_films(FILMS, folder / "films", lambda: shown.step("films"))
        with embedded(account, take) as ports, open_house(_configure(folder, ports, account, tables)) as house:
            mails = letters(films)
            _deliver(mails, ports, account, shown)
            _round(house, len(mails), shown)
            _keep(house, taken, folder)
    show_results(house, folder, say)


def _configure(folder: Path, ports: Ports, account: Account, tables: str) -> Settings:
    file = folder / "config.toml"
    file.touch(mode=0o600)
    written = CONFIG.format(imap=ports.imap, smtp=ports.smtp, user=account.user, password=account.password)
    file.write_text(written + tables, encoding="utf-8")
    return load(file)[0]


def _deliver(mails: tuple[SubmitterMail, ...], ports: Ports, account: Account, shown: Bars) -> None:
    shown.begin("deliver", len(mails))
    each = ((mail.as_bytes(), mail.received_at) for mail in mails)
    deliver(ports.imap, account, each, lambda: shown.step("deliver"))


def _round(house: House, expected: int, shown: Bars) -> None:
    """Poll, process and answer everything; then owe the last day's digest and send it.

    Raises:
        TemporaryError: a mail failed or did not come in, or a server could not be reached.
    """
    outcome = run_once(house, shown.told)
    with house.ledger() as db:
        outgoing.owe_digest(house.session(db), DIGEST_DAY)
    rest = send(house, Breaker(), polled=True, well=True)
    shown.end("send")
    troubles = [*outcome.troubles, *rest.troubles]
    if not (outcome.well and rest.well and outcome.fetched == expected):
        told = f"{outcome.fetched} of {expected} mails came in, {outcome.failed} failed"
        raise TemporaryError(f"the demo's round met trouble: {'; '.join([told, *troubles])}")


def _keep(house: House, taken: list[Taken], folder: Path) -> None:
    """Write what was sent where a person can open it."""
    with house.ledger() as db:
        write_letters(db, ((letter.recipient, letter.raw) for letter in taken), folder / "replies")
        write_digest(house.session(db), DIGEST_DAY, folder / "digest")
