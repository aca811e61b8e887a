"""accept, reject, withdraw, edit, assign, attach, seen, redecide, replay: a person's hand."""

import functools
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from mailbot import arrivals, intake, prints, review
from mailbot.cli.common import as_json, guarded, number_argument, said, show_json, show_letters, tell
from mailbot.cli.rooms import house_of
from mailbot.cli.tables import show_table
from mailbot.ledger import mails
from mailbot.ledger.record import see_to
from mailbot.model.decision import Event, EventKind, Remark
from mailbot.model.entry import EntryStatus, Field
from mailbot.model.errors import Refused
from mailbot.ops.house import now
from mailbot.session import Session

VERBS: Final = {
    "accept": (EntryStatus.ACCEPTED, "Take an entry in, whatever the findings; its submitter is told."),
    "reject": (EntryStatus.REJECTED, "Refuse an entry; its submitter is told."),
    "withdraw": (EntryStatus.WITHDRAWN, "Take an entry back for its submitter, who is told."),
}


def decision(plan: Callable[..., review.PlannedChange]) -> Callable[..., None]:
    """A command that makes a change and tells of it, or with --preview only shows its letters.

    Args:
        plan: given the session, who decides and the remark, then the command's own arguments by their names, it gives
            the change. Its docstring is the command's help.
    """

    def command(
        context: click.Context,
        /,
        *,
        note: str,
        say: str,
        preview: bool,
        **told: Any,  # noqa: ANN401 - click's own
    ) -> None:
        with house_of(context) as house, house.ledger() as db:
            session = house.session(db)
            change = plan(session, getpass.getuser(), Remark(note, say), **told)
            if preview:
                show_letters(change.letters)
                return
            review.write(session, change)
        for entry in change.entries:
            tell(f"{entry.number} is {entry.status} now.")
        tell(f"{len(change.letters)} letters are in the outbox." if change.letters else "No letter goes out.")

    found = functools.update_wrapper(click.pass_context(guarded(command)), plan)
    found = click.option("--preview", is_flag=True, help="Only show the letter that would go out.")(found)
    found = click.option("--say", default="", help="What the submitter reads in the letter.")(found)
    return click.option("--note", default="", help="For colleagues: kept in the history, never sent.")(found)


def _verb(name: str, status: EntryStatus, told: str) -> click.Command:
    @click.command(name, help=told)
    @number_argument
    @decision
    def command(session: Session, person: str, remark: Remark, number: str) -> review.PlannedChange:
        return review.settle(session, number, status, person, remark)

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


@click.command()
@number_argument
@click.option("--title", default=None)
@click.option("--theme", "themes", multiple=True, help="Again for each theme.")
@click.option("--unit", default=None)
@click.option("--recommending-unit", default=None, help="The unit that recommends it; no letter goes out for this.")
@click.option("--contact", default=None)
@click.option("--phone", default=None)
@click.option("--set", "told", metavar="NAME=VALUE", multiple=True, help="Any field of the form; again for each.")
@decision
def edit(
    session: Session,
    person: str,
    remark: Remark,
    number: str,
    themes: tuple[str, ...],
    told: tuple[str, ...],
    **texts: str | None,
) -> review.PlannedChange:
    """Mend what was read of an entry; a later mail never overwrites it."""
    changes: dict[Field, object] = {Field(name): value for name, value in texts.items() if value is not None}
    if themes:
        changes[Field.THEMES] = themes
    own, others = review.set_fields(session.settings.form, told)
    return review.edit(session, number, {**changes, **own}, person, remark, others)


@click.command()
@number_argument
@click.argument("content", metavar="FILE-SHA256")
@decision
def assign(session: Session, person: str, remark: Remark, number: str, content: str) -> review.PlannedChange:
    """Say which received video is this entry's."""
    return review.assign(session, number, content, person, remark)


@click.command()
@number_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@decision
def attach(session: Session, person: str, remark: Remark, number: str, file: Path) -> review.PlannedChange:
    """Give an entry a video that came another way (netdisk, disk)."""
    entry = review.find(session, number)
    video = arrivals.take_video(file, session)
    return review.put_video(session, entry, video, EventKind.ATTACHED, person, remark)


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
            "number": flip.number,
            "title": flip.title,
            "before": flip.before.value,
            "after": flip.after.value,
            "letter_to": flip.recipient,
        }
        for flip in flips
    ]
    if as_json:
        show_json(rows)
    else:
        title = f"{len(rows)} entries {'would flip' if preview else 'flipped'}"
        show_table(title, ("number", "title", "before", "after", "letter to"), map(said, rows))


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
        likenesses = functools.partial(prints.at_first_sight, gallery=house.gallery, session=session)
        before, decision = intake.replay(mail, session, likenesses, apply=apply)
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
    show_table(title, ("number", "title", "before", "after", "findings"), [said(row) for row in rows])


COMMANDS: Final = (
    *(_verb(name, status, told) for name, (status, told) in VERBS.items()),
    edit,
    assign,
    attach,
    redecide,
    seen,
    replay,
)
