"""setup: asks what only the admin knows, writes it, tries it."""

import os
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

import click

from mailbot.cli.common import REFUSED, complain, guarded
from mailbot.cli.speech import Speech
from mailbot.cli.spoken import Unusable, ask, one_of
from mailbot.model.errors import AccountError, Refused, TemporaryError
from mailbot.ops import canary
from mailbot.ops import setup as writing
from mailbot.ops.doctor import examine
from mailbot.ops.house import now, open_house
from mailbot.ops.ready import missing_extras
from mailbot.settings.filled import SetupAnswers
from mailbot.settings.found import packaged_templates
from mailbot.settings.keys import LOOPBACK, Security, Settings
from mailbot.settings.language import Language
from mailbot.settings.loading import load
from mailbot.settings.services import BUSINESS, MailServer, Service, service_of

TRIES: Final = 3
"""Passwords that are tried: a mail service locks an account that is refused again and again."""
OTHER: Final = "other"
DEFAULT_EXTRAS: Final = Settings().extras
STEPS: Final = {
    "sent": "test mail sent",
    "found": "test mail found in the mailbox",
    "answered": "its answer sent",
    "back": "the answer is back: the whole way works",
}


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--language", type=click.Choice([one.value for one in Language]), default=None, help="Of questions and commands."
)
@click.option("--quick", is_flag=True, help="Send no test mail.")
@guarded
def setup(folder: Path, language: str | None, *, quick: bool) -> None:
    """Ask what only you know, write the configuration, try everything, send a test mail."""
    either = Speech(Language.ZH, packaged_templates())
    told = language or ask(either, "Language (zh, en)", one_of([one.value for one in Language]), Language.ZH.value)
    speech = Speech(Language(told), packaged_templates())
    _ask_before_overwriting(folder, speech)
    answers = _questions(speech)
    password = _password(answers, speech)
    config = writing.write(folder, answers, password)
    click.echo(speech.say("Wrote {config}; the password is in a file that only you can read.", config=config))
    for extra in missing_extras(DEFAULT_EXTRAS):
        click.echo(speech.say("Not installed: {extra}. pip install 'mailbot[{extra}]' adds it.", extra=extra.value))
    well = _tried(config, speech, flies=not quick)
    command = f"mailbot --config {config} run"
    click.echo(
        speech.say("All is well. Start it: {command}", command=command)
        if well
        else speech.say("Mend what failed, then try again: mailbot --config {config} doctor", config=config)
    )
    sys.exit(0 if well else REFUSED)


def _ask_before_overwriting(folder: Path, speech: Speech) -> None:
    there = writing.there(folder)
    if not there:
        return
    click.echo(speech.say("{names}: there already.", names=", ".join(map(str, there))))
    if ask(speech, "Write anew (y, n)", one_of(["y", "n"]), "n") == "n":
        raise Refused("nothing was written.")


def _questions(speech: Speech) -> SetupAnswers:
    """What only the admin knows, each asked again until it can be used."""
    today = now().astimezone().date().isoformat()
    address = ask(speech, "Mail address of the submission mailbox", _address)
    return SetupAnswers(
        language=speech.language,
        address=address,
        service=service_of(address) or _service(speech),
        deadline=ask(speech, "Deadline (2026-07-31, the whole day counts; or 2026-07-31T18:00:00)", _deadline),
        contact=ask(speech, "Whom submitters may ask (a phone number with office hours; may be empty)", str, ""),
        organizers=ask(speech, "Mail addresses of the organizers, apart by commas", _addresses),
        answer_from=ask(speech, "Answer mails that come in from this day on", _day, today),
        extras=tuple(extra for extra in DEFAULT_EXTRAS if extra not in missing_extras((extra,))),
    )


def _service(speech: Speech) -> Service:
    """Where an address of a domain of one's own lies."""
    click.echo(speech.say("Known services: exmail (Tencent), qiye163 (NetEase), aliyun; other: tell its hosts."))
    name = ask(speech, "Mail service", one_of([*BUSINESS, OTHER]))
    if name != OTHER:
        return BUSINESS[name]

    def server(what: str, port: int) -> MailServer:
        host = ask(speech, f"{what} host", str)
        number = int(ask(speech, f"{what} port", _port, str(port)))
        kinds = [kind.value for kind in Security if kind is not Security.NONE or host in LOOPBACK]
        security = ask(speech, f"{what} protection", one_of(kinds), kinds[0])
        return MailServer(host, number, Security(security))

    return Service(server("IMAP", 993), server("SMTP", 465))


def _password(told: SetupAnswers, speech: Speech) -> str:
    """The password that both servers take: MAILBOT_MAILBOX_PASSWORD, else asked for.

    Raises:
        Refused: none of those tried is taken, or a server cannot be reached.
    """
    known = os.environ.get("MAILBOT_MAILBOX_PASSWORD", "")
    text = "Authorization code (not the login password; it is not shown)"
    for _ in range(1 if known else TRIES):
        password = known or ask(speech, text, str, hidden=True)
        try:
            writing.try_account(told, password)
        except AccountError as error:
            complain(speech.told(str(error)))
        except TemporaryError as error:
            raise Refused(f"{error} Nothing was written.") from None
        else:
            return password
    raise Refused("the account was refused again and again; nothing was written. Make a new code in the webmail.")


def _tried(config: Path, speech: Speech, *, flies: bool) -> bool:
    """Every check of doctor, then the canary."""
    settings, warnings = load(config)
    well = True
    with open_house(settings) as house:
        for line in examine(house, warnings):
            well = well and line.well
            if not line.well:
                click.echo(f"{speech.say('FAIL')}  {speech.told(line.what)}: {speech.told(line.told)}")
    if not well or not flies or not canary.can_fly(settings):
        return well

    def tell(step: str, seconds: float) -> None:
        click.echo(speech.say("{seconds:.0f} s: {step}", seconds=seconds, step=speech.say(STEPS[step])))

    try:
        canary.fly(settings, tell)
    except (AccountError, TemporaryError) as error:
        complain(speech.told(str(error)))
        return False
    return True


def _address(value: str) -> str:
    name, at, domain = value.partition("@")
    if not (name and at and "." in domain) or any(mark in value for mark in " ,，;；<>\"'"):
        raise Unusable("That is no mail address. Write name@163.com.")
    return value


def _addresses(value: str) -> tuple[str, ...]:
    listed = [one for one in value.replace("，", ",").replace("；", ",").replace(";", ",").split(",") if one.strip()]
    if not listed:
        raise Unusable("That is no mail address. Write name@163.com.")
    return tuple(_address(one.strip()) for one in listed)


def _deadline(value: str) -> str:
    told = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
    today = now().astimezone()
    moment = told if isinstance(told, datetime) else datetime.combine(told, time.max)
    if moment.replace(tzinfo=moment.tzinfo or today.tzinfo) <= today:
        raise Unusable("That is past. Write the day until which works may be sent in.")
    return told.isoformat()


def _day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _port(value: str) -> str:
    if not 1 <= int(value) <= 65535:
        raise Unusable("A port is a number from 1 to 65535.")
    return value


COMMANDS: Final = (setup,)
