"""What every command shares: the config option, the house, JSON and tables, errors as one line."""

import functools
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from mailbot.cli.tables import ZONE, plain
from mailbot.cli.tongue import speech
from mailbot.ledger.connection import Ledger, open_ledger
from mailbot.model.check import CheckLine
from mailbot.model.errors import AccountError, ConfigError, Refused, TemporaryError
from mailbot.model.letter import Letter
from mailbot.ops.privacy import private
from mailbot.ops.shown import open_books
from mailbot.settings.found import FOLDER, find_config
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load
from mailbot.templating import Wording

P = ParamSpec("P")
T = TypeVar("T")

REFUSED: Final = 1
USAGE: Final = 2
CODED: Final = frozenset({"status", "state", "kind", "triage", "severity", "before", "after", "findings"})
"""Columns whose values are words of the code."""


class EntryNumber(click.ParamType[str]):
    """An entry's number, completed from the ledger by the shell."""

    name = "number"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Numbers that begin so, or whose running number does, with their titles."""
        from mailbot.ledger import entries  # noqa: PLC0415 - a shell that completes asks for it, no command does

        del param
        try:
            settings = load(find_config(ctx.find_root().obj, os.environ))[0]
            with private(settings.data_dir), open_ledger(settings.ledger_file, settings.campaign.themes) as db:
                return [CompletionItem(number, help=title) for number, title in entries.beginning(db, incomplete)]
        except (ConfigError, TemporaryError):
            return []


number_argument = click.argument("number", type=EntryNumber())
limit_option = click.option("--limit", type=click.IntRange(1), default=None, help="So many at most.")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else there.")


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Turn mailbot's own errors into one line on stderr and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            complain(str(error))
            sys.exit(USAGE)
        except (Refused, TemporaryError, AccountError) as error:
            complain(str(error))
            sys.exit(REFUSED)

    return run


def complain(text: str) -> None:
    """An error, on stderr, in the campaign's language."""
    click.echo(f"mailbot: {speech().told(text)}", err=True)


def tell(text: str, *, err: bool = True) -> None:
    """What a command did, in the campaign's language."""
    click.echo(speech().told(text), err=err)


def show_line(line: CheckLine) -> None:
    """A check of `doctor`, on stdout."""
    say = speech()
    click.echo(f"{say.say('ok' if line.well else 'FAIL'):<4}  {say.told(line.what)}: {say.told(line.told)}")


def said(row: Mapping[str, object]) -> list[object]:
    """A row's cells, words of the code (statuses, kinds, findings) in the campaign's language."""
    return [_said(value) if name in CODED else value for name, value in row.items()]


def _said(value: object) -> object:
    if isinstance(value, list):
        return "、".join(str(_said(one)) for one in value)
    return speech().say(value) if isinstance(value, str) and value else value


def settings_of(context: click.Context) -> tuple[Settings, tuple[str, ...]]:
    """The configuration that `--config` names, and what reading it warned of."""
    found = load(find_config(context.obj, os.environ))
    context.meta[ZONE] = found[0].campaign.zone
    return found


@contextmanager
def books_of(context: click.Context) -> Iterator[tuple[Ledger, Wording]]:
    """The ledger of the named configuration and the words for it: all that looking things up takes."""
    settings, warnings = settings_of(context)
    for warning in warnings:
        complain(warning)
    wording = Wording(settings.file.absolute().parent / FOLDER, settings.rules)
    with private(settings.data_dir), open_books(settings, wording) as db:
        yield db, wording


def show_json(document: Any) -> None:  # noqa: ANN401 - any JSON
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def show_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """A JSON list on stdout, each row as soon as it is known; the same text as `show_json` makes of the whole list."""
    before = "[\n  "
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, indent=2, default=str).replace("\n", "\n  ")
        click.echo(f"{before}{text}", nl=False)
        before = ",\n  "
    click.echo("[]" if before.startswith("[") else "\n]")


def show_letters(letters: Sequence[Letter]) -> None:
    """Letters as their readers will see them, on stdout."""
    if not letters:
        tell("No letter goes out.")
    for letter in letters:
        head = [f"To: {letter.envelope.recipient}", f"Subject: {letter.subject}"]
        head += [f"Attachment: {attachment.filename}" for attachment in letter.attachments]
        click.echo(plain("\n".join([*map(speech().told, head), "", letter.text])))


@contextmanager
def bytes_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes on stderr, where that is a terminal; gives what tells it how much is done, and of how much."""
    from rich.console import Console  # noqa: PLC0415 - few commands show one
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell


def log_to_stderr(*, debug: bool) -> None:
    """Logs as one line an event, on stderr: for people at a terminal, else as JSON."""
    from mailbot.cli.log import JsonLine, PlainLine  # noqa: PLC0415 - for commands that log

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLine(whole=debug) if sys.stderr.isatty() else JsonLine(whole=debug))
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if debug else logging.INFO)
