"""outbox: the letters that we owe."""

import getpass
import itertools
from datetime import UTC, datetime
from typing import Final

import click

from mailbot.cli.common import as_json, books_of, guarded, limit_option, said, show_json, show_letters, show_rows, tell
from mailbot.cli.group import SpokenGroup
from mailbot.cli.tables import show_table
from mailbot.ledger import outbox as table
from mailbot.ledger.record import move_letters
from mailbot.model.errors import Refused
from mailbot.model.letter import LetterState, OutboxItem

ids = click.argument("ids", metavar="ID…", nargs=-1, type=int)
every = click.option("--all", "every", is_flag=True, help="All letters that wait for a person.")
WAITING: Final = (LetterState.HELD, LetterState.UNKNOWN)


@click.group(cls=SpokenGroup, invoke_without_command=True)
@click.option("--state", type=click.Choice([state.value for state in LetterState]), default=None)
@limit_option
@click.option("--after", type=int, default=0, metavar="ID", help="Only letters behind this one.")
@as_json
@click.pass_context
@guarded
def outbox(context: click.Context, *, state: str | None, limit: int | None, after: int, as_json: bool) -> None:
    """The letters that we owe; `release` lets held ones go, `drop` cancels them."""
    if context.invoked_subcommand:
        return
    with books_of(context) as (db, _):
        rows = itertools.islice(table.listed(db, state or "", after=after), limit)
        if as_json:
            show_rows(rows)
        else:
            show_table(
                "",
                _HEAD,
                (said({name: row[name] for name in _HEAD}) for row in rows),
                whole=["id", "state"],
                spare=["attempts", "kind"],
            )


_HEAD: Final = ("id", "state", "kind", "recipient", "subject", "attempts", "error")


def _row(item: OutboxItem) -> dict[str, object]:
    return {
        "id": item.id,
        "state": item.state.value,
        "kind": item.letter.kind.value,
        "recipient": item.letter.envelope.recipient,
        "subject": item.letter.subject,
        "mail_id": item.mail_id,
        "numbers": list(item.letter.numbers),
        "created_at": item.created_at.isoformat(),
        "due_at": item.due_at.isoformat(),
        "attempts": item.attempts,
        "error": item.error,
    }


@outbox.command()
@click.argument("letter", metavar="ID", type=int)
@as_json
@click.pass_context
@guarded
def show(context: click.Context, letter: int, *, as_json: bool) -> None:
    """One letter as it will go out, or went."""
    with books_of(context) as (db, _):
        item = table.by_id(db, letter)
    if item is None:
        raise Refused(f"{letter}: no such letter. 'mailbot outbox' lists them.")
    if as_json:
        files = [attachment.filename for attachment in item.letter.attachments]
        show_json({**_row(item), "text": item.letter.text, "html": item.letter.html, "attachments": files})
        return
    show_letters([item.letter])


@outbox.command()
@ids
@every
@click.pass_context
@guarded
def release(context: click.Context, ids: tuple[int, ...], *, every: bool) -> None:
    """Let held letters go."""
    _move(context, ids, every=every, to=LetterState.DUE, told="released")


@outbox.command()
@ids
@every
@click.pass_context
@guarded
def drop(context: click.Context, ids: tuple[int, ...], *, every: bool) -> None:
    """Cancel letters that have not left."""
    _move(context, ids, every=every, to=LetterState.DROPPED, told="dropped")


def _move(context: click.Context, ids: tuple[int, ...], *, every: bool, to: LetterState, told: str) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name letters by id, or all with --all.")
    with books_of(context) as (db, _):
        wanted = tuple(table.ids(db, WAITING)) if every else ids
        moved = move_letters(db, wanted, to, getpass.getuser(), datetime.now(UTC))
    missing = [str(one) for one in wanted if one not in moved]
    tell(f"{len(moved)} letters {told}.")
    if missing:
        raise Refused(f"{', '.join(missing)}: no such letter, or it does not wait. 'mailbot outbox' lists them.")


COMMANDS: Final = (outbox,)
