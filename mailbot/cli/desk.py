"""digest, export: what organizers and judges are handed."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from mailbot import outgoing
from mailbot.cli.common import bytes_bar, guarded, tell
from mailbot.cli.rooms import house_of
from mailbot.digest.workbook import FILENAME
from mailbot.export.package import ExportFolder, write_package
from mailbot.model.errors import Refused
from mailbot.ops.house import now


@click.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Default: today, campaign time.")
@click.option("--preview", "folder", type=click.Path(file_okay=False, path_type=Path), default=None, metavar="DIR")
@click.option("--send", "send", is_flag=True, help="Put it into the outbox now.")
@click.pass_context
@guarded
def digest(context: click.Context, day: Any, *, folder: Path | None, send: bool) -> None:  # noqa: ANN401 - click's own
    """The organizers' digest: print it, write it into a folder, or send it.

    Written are its html, txt and xlsx.
    """
    if folder is not None and send:
        raise click.UsageError("--preview and --send exclude one another.")
    with house_of(context) as house, house.ledger() as db:
        wanted: date = day.date() if day else now().astimezone(house.settings.campaign.zone).date()
        session = house.session(db)
        made = outgoing.make_digest(session, wanted)
        if send:
            if not house.settings.organizers.digest_to:
                raise Refused("nobody reads it: name organizers.digest_to in the config.")
            outgoing.send_digest(session, wanted, made, f"digest:{wanted}:{now().isoformat()}")
            tell(f"The digest of {wanted} is in the outbox; 'mailbot run' sends it.")
            return
        if folder is None:
            organizer = next(iter(house.settings.organizers.digest_to), "")
            click.echo(outgoing.digest_letter(session, made, organizer).text)
            return
        outgoing.write_preview(session, made, folder)
    tell(f"Wrote digest.html, digest.txt and {FILENAME} into {folder}.")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--prune", is_flag=True, help="Remove what belongs to no accepted work any more.")
@click.option("--blind", is_flag=True, help="Leave out units, names and phones.")
@click.pass_context
@guarded
def export(context: click.Context, folder: Path, *, prune: bool, blind: bool) -> None:
    """The judges' package: each accepted film once, with lists, shortcuts and a manifest."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        works = outgoing.accepted_works(session)
        book = outgoing.judges_workbook(session, works, blind=blind)
        campaign = house.settings.campaign
        package = ExportFolder(folder, house.bench.store, house.writer.wording, campaign.name, campaign.themes,
                          blind=blind, prune=prune)  # fmt: skip
        with bytes_bar("films") as progress:
            outcome = write_package(package, works, (FILENAME, book), progress)
    tell(f"{outcome.works} works in {folder}: {outcome.written} files written, {outcome.kept} kept.")
    for path in outcome.removed:
        tell(f"removed: {path}")
    for path in outcome.stale:
        tell(f"stale: {path}")
    if outcome.stale:
        tell("Stale files belong to no accepted work any more; 'mailbot export --prune' removes them.")
    if outcome.damaged:
        raise Refused("not in the package: " + "; ".join(outcome.damaged))


COMMANDS: Final = (digest, export)
