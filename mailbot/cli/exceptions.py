"""extend, waive, merge, split, message: what a person grants, settles or tells against the usual run."""

import getpass
from datetime import date, datetime
from typing import Any, Final

import click

from mailbot import review
from mailbot.cli.common import guarded, number_argument, show_letters, tell
from mailbot.cli.people import decision
from mailbot.cli.rooms import house_of
from mailbot.model.decision import Remark
from mailbot.model.entry import EntryStatus
from mailbot.session import Session

UNTIL: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


@click.command()
@click.argument("target", metavar="ADDRESS|UNIT|NUMBER")
@click.option("--until", type=click.DateTime(UNTIL), required=True, help="A day, which counts whole, or a moment.")
@decision
def extend(session: Session, person: str, remark: Remark, target: str, until: datetime) -> review.PlannedChange:
    """Give an address, a unit or an entry a longer time; its submitters are told."""
    end: date | datetime = until if (until.hour, until.minute, until.second) != (0, 0, 0) else until.date()
    return review.extend(session, target, end, person, remark)


@click.command()
@number_argument
@click.argument("code", metavar="CODE")
@decision
def waive(session: Session, person: str, remark: Remark, number: str, code: str) -> review.PlannedChange:
    """Hold a finding against an entry no more; it is decided again."""
    return review.waive(session, number, code, person, remark)


@click.command()
@number_argument
@click.argument("other", metavar="OTHER")
@decision
def merge(session: Session, person: str, remark: Remark, number: str, other: str) -> review.PlannedChange:
    """Say that two entries are one work: NUMBER goes on, OTHER gives way to it."""
    return review.merge_entries(session, number, other, person, remark)


@click.command()
@number_argument
@click.option("--title", default="", help="Of the film's own work; without it the film waits for its row.")
@decision
def split(session: Session, person: str, remark: Remark, number: str, title: str) -> review.PlannedChange:
    """Part an entry's film from it, as an entry of its own; the entry keeps its row."""
    return review.split(session, number, title, person, remark)


@click.command()
@click.option("--status", type=click.Choice([status.value for status in EntryStatus]), default=None)
@click.option("--unit", default="", help="Only units whose name contains this.")
@click.option("--theme", default="", help="Only entries that tick this theme.")
@click.option("--missing", is_flag=True, help="Only entries in which something is missing that the submitter owes.")
@click.option("--template", "topic", required=True, metavar="NAME", help="A text of words.toml, table [message].")
@click.option("--note", default="", help="For colleagues: kept in the history, never sent.")
@click.option("--say", default="", help="What the submitters read in the letter.")
@click.option("--preview", is_flag=True, help="Only show the letters that would go out.")
@click.option("--send", is_flag=True, help="Put them into the outbox.")
@click.pass_context
@guarded
def message(
    context: click.Context,
    /,
    topic: str,
    note: str,
    say: str,
    *,
    preview: bool,
    send: bool,
    **group: Any,  # noqa: ANN401
) -> None:
    """Write to the submitters of a group of entries, each once, by a template."""
    if preview == send:
        raise click.UsageError("Say --preview to look at the letters, or --send.")
    status = EntryStatus(group.pop("status")) if group["status"] else group.pop("status")
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        change = review.message(session, review.Audience(status, **group), topic, getpass.getuser(), Remark(note, say))
        if preview:
            show_letters(change.letters)
        else:
            review.write(session, change)
    told = "would go out" if preview else "are in the outbox"
    tell(f"{len(change.letters)} letters {told}.")


COMMANDS: Final = (extend, waive, merge, split, message)
