"""accept, reject, withdraw, edit, assign, attach, redecide, replay: a person's hand."""

import getpass
from functools import partial
from pathlib import Path
from typing import Final

import click

from mailbot import arrivals, intake, prints, review
from mailbot.cli.common import as_json, guarded, house_of, show_json, show_table
from mailbot.ledger import mails
from mailbot.ledger.record import see_to
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.errors import Refused
from mailbot.ops.house import now

VERBS: Final = {
    "accept": (EntryStatus.ACCEPTED, "Take an entry in, whatever the findings; its submitter is told."),
    "reject": (EntryStatus.REJECTED, "Refuse an entry; its submitter is told."),
    "withdraw": (EntryStatus.WITHDRAWN, "Take an entry back for its submitter, who is told."),
}


def _verb(name: str, status: EntryStatus, told: str) -> click.Command:
    @click.command(name, help=told)
    @click.argument("number")
    @click.option("--note", default="", help="Why; quoted to the submitter.")
    @click.pass_context
    @guarded
    def command(context: click.Context, number: str, note: str) -> None:
        with house_of(context) as house, house.ledger() as db:
            _told(review.settle(house.session(db), number, status, getpass.getuser(), note))

    return command


@click.command()
@click.argument("mail_ids", metavar="MAIL-ID...", type=int, nargs=-1, required=True)
@click.option("--note", default="", help="What was done; kept in the history.")
@click.pass_context
@guarded
def seen(context: click.Context, mail_ids: tuple[int, ...], note: str) -> None:
    """Say that mails that needed a person are seen to: they leave the digest's list."""
    event = Event(EventKind.SEEN, actor=getpass.getuser(), note=note)
    with house_of(context) as house, house.ledger() as db:
        unknown = [mail_id for mail_id in mail_ids if not see_to(db, mail_id, event, now())]
    if unknown:
        raise Refused(f"{', '.join(map(str, unknown))}: no mail that needs a person has this id.")


def _told(entry: Entry) -> None:
    click.echo(f"{entry.number} is {entry.status} now. The letter to its submitter is in the outbox.", err=True)


@click.command()
@click.argument("number")
@click.option("--title", default=None)
@click.option("--theme", "themes", multiple=True, help="Again for each theme.")
@click.option("--unit", default=None)
@click.option("--contact", default=None)
@click.option("--phone", default=None)
@click.option("--set", "told", metavar="NAME=VALUE", multiple=True, help="Any field of the form; again for each.")
@click.option("--note", default="", help="Why; quoted to the submitter.")
@click.pass_context
@guarded
def edit(
    context: click.Context,
    /,
    number: str,
    themes: tuple[str, ...],
    told: tuple[str, ...],
    note: str,
    **texts: str | None,
) -> None:
    """Mend what was read of an entry; a later mail never overwrites it."""
    changes: dict[Field, object] = {Field(name): value for name, value in texts.items() if value is not None}
    if themes:
        changes[Field.THEMES] = themes
    with house_of(context) as house, house.ledger() as db:
        own, others = review.set_fields(house.settings.form, told)
        _told(review.edit(house.session(db), number, {**changes, **own}, getpass.getuser(), note, others))


@click.command()
@click.argument("number")
@click.argument("content", metavar="FILE-SHA256")
@click.pass_context
@guarded
def assign(context: click.Context, number: str, content: str) -> None:
    """Say which received video is this entry's."""
    with house_of(context) as house, house.ledger() as db:
        _told(review.assign(house.session(db), number, content, getpass.getuser()))


@click.command()
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
@guarded
def attach(context: click.Context, number: str, file: Path) -> None:
    """Give an entry a video that came another way (netdisk, disk)."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        entry = review.find(session, number)
        video = arrivals.take_video(file, house.session(db))
        _told(review.put_video(session, entry, video, EventKind.ATTACHED, getpass.getuser()))


@click.command()
@click.option("--preview", is_flag=True, help="Only list which entries flip and which letters follow.")
@as_json
@click.pass_context
@guarded
def redecide(context: click.Context, *, preview: bool, as_json: bool) -> None:
    """After a change of rules or deadline: decide every open entry again from the stored facts."""
    with house_of(context) as house, house.ledger() as db:
        flips = review.redecide(house.session(db), getpass.getuser(), preview=preview)
    rows = [
        {
            "number": flip.after.number,
            "title": flip.after.title,
            "before": flip.before.status.value,
            "after": flip.after.status.value,
            "letter_to": flip.recipient,
        }
        for flip in flips
    ]
    if as_json:
        show_json(rows)
    else:
        title = f"{len(rows)} entries {'would flip' if preview else 'flipped'}"
        show_table(title, ("number", "title", "before", "after", "letter to"), [list(row.values()) for row in rows])


@click.command()
@click.argument("mail_id", metavar="MAIL-ID", type=int)
@click.option("--apply", "apply", is_flag=True, help="Make it so.")
@as_json
@click.pass_context
@guarded
def replay(context: click.Context, mail_id: int, *, apply: bool, as_json: bool) -> None:
    """Process a spooled mail again with today's rules; show the difference."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        mail = mails.spooled(db, mail_id)
        if mail is None:
            raise Refused(f"{mail_id}: no such mail. 'mailbot entry NUMBER' lists an entry's mails.")
        alike = partial(prints.at_first_sight, gallery=house.gallery, session=session)
        before, decision = intake.replay(mail, session, alike, apply=apply)
    rows = [
        {
            "number": entry.number,
            "title": entry.title,
            "before": before[entry.number].value if entry.number in before else "",
            "after": entry.status.value,
            "findings": [finding.code.value for finding in entry.findings],
        }
        for entry in decision.entries
    ]
    if as_json:
        show_json({"mail_id": mail_id, "triage": decision.verdict.triage.value, "applied": apply, "entries": rows})
        return
    title = f"mail {mail_id}: {decision.verdict.triage}, {len(rows)} entries {'changed' if apply else 'would change'}"
    show_table(title, ("number", "title", "before", "after", "findings"), [list(row.values()) for row in rows])


COMMANDS: Final = (
    *(_verb(name, status, told) for name, (status, told) in VERBS.items()),
    edit,
    assign,
    attach,
    redecide,
    seen,
    replay,
)
