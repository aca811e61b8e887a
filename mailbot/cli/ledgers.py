"""restore, rebuild: the ledger, when its file is lost or damaged."""

from pathlib import Path
from typing import Final

import click

from mailbot.cli.common import complain, guarded, settings_of
from mailbot.ops import restore as ledgers
from mailbot.ops.lock import only_one
from mailbot.ops.privacy import private


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
    click.echo(
        f"Restored {backup}: {found.transactions} transactions came back from the journal, {found.mails} mails from "
        f"the spool. What was there is {settings.ledger_file}.before-restore. Next: mailbot outbox --state held"
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
    click.echo(
        f"Wrote {target}: transaction {found.transactions}, and {found.mails} mails that only the spool had. "
        f"Next: mailbot restore {target}"
    )


COMMANDS: Final = (restore, rebuild)
