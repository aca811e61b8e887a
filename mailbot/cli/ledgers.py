"""restore, rebuild: the ledger, when its file is lost or damaged; purge: what is to be forgotten of it."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from mailbot.cli.common import complain, guarded, settings_of, tell
from mailbot.model.limits import MIB
from mailbot.ops import purge as purging
from mailbot.ops import restore as ledgers
from mailbot.ops.lock import only_one
from mailbot.ops.privacy import private
from mailbot.settings.keys import StoreKind


@click.command()
@click.argument("backup", metavar="BACKUP", type=click.Path(path_type=Path))
@click.pass_context
@guarded
def restore(context: click.Context, backup: Path) -> None:
    """Put a copy of the ledger back, with all that is known of later.

    That is what journal and spool have; letters that left since are held.
    """
    settings, _ = settings_of(context)
    with private(settings.data_dir), only_one(settings.data_dir):
        found = ledgers.restore(settings, backup)
    if found.broken:
        complain(
            f"the journal breaks off: {found.broken}. What came behind it is lost, but for the mails in the spool."
        )
    tell(
        f"Restored {backup}: {found.transactions} transactions came back from the journal, {found.mails} mails from "
        f"the spool. What was there is {settings.ledger_file}.before-restore. Next: mailbot outbox --state held",
        err=False,
    )


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
@guarded
def rebuild(context: click.Context, folder: Path) -> None:
    """Make the whole ledger again from journal and spool, in an empty folder."""
    settings, _ = settings_of(context)
    with private(settings.data_dir), only_one(settings.data_dir):
        found = ledgers.rebuild(settings, folder)
    target = folder / settings.ledger_file.name
    tell(
        f"Wrote {target}: transaction {found.transactions}, and {found.mails} mails that only the spool had. "
        f"Next: mailbot restore {target}",
        err=False,
    )


@click.command()
@click.option(
    "--before",
    metavar="DATE",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day, in the campaign's time zone, of which everything stays.",
)
@click.option("--preview", is_flag=True, help="Tell what would be removed, and remove nothing.")
@click.pass_context
@guarded
def purge(context: click.Context, before: datetime, *, preview: bool) -> None:
    """Remove the personal data of closed campaigns, keep the totals.

    That is mails received before a day, works whose every mail is older, and the letters about them: in the ledger, its
    journal and copies, the spool, the store and the folder of letters. Numbers, days, themes, units and statuses stay.
    It cannot be undone.
    """
    settings, _ = settings_of(context)
    day = before.date()
    with private(settings.data_dir):
        if preview:
            found = purging.preview(settings, day)
        else:
            with only_one(settings.data_dir):
                found = purging.purge(settings, day, getpass.getuser())
    rows = found.rows
    tell(
        f"{'To be removed' if preview else 'Removed'}: personal data of {rows.mails} mails, {rows.entries} entries and "
        f"{rows.letters} letters of before {day}; {found.files} files, {found.size} bytes "
        f"({found.size / MIB:.1f} MiB).",
        err=False,
    )
    if rows.open:
        tell(
            f"{rows.open} of these entries {'are' if preview else 'were'} still open (incomplete or in review).",
            err=False,
        )
    if not preview and rows.any:
        tell(
            "Not reached: the mailbox and its Sent folder on the server, packages made by export, ledgers made by "
            "rebuild, and copies of data_dir elsewhere. Remove these by hand.",
            err=False,
        )
        if settings.store.kind is StoreKind.S3:
            tell(
                f"Nor are uploads to {settings.store.url} that were cut, and a replica of the ledger: docs/scale.md "
                "says how they go.",
                err=False,
            )
    if found.versions:
        complain(
            f"{settings.store.url} keeps versions: what was removed is still there, as older ones. docs/scale.md says "
            "how they go."
        )
    if found.missed:
        complain(f"what workers keep in data_dir/worker is not removed: {found.missed} Empty these folders by hand.")


COMMANDS: Final = (restore, rebuild, purge)
