"""entries, entry, digest, export: looking at the ledger."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from mailbot import outgoing
from mailbot.cli.common import (
    as_json,
    bytes_bar,
    coloured,
    guarded,
    house_of,
    number_argument,
    show_json,
    show_table,
)
from mailbot.digest.workbook import FILENAME
from mailbot.export.package import Package, write_package
from mailbot.ledger import entries as entry_table
from mailbot.ledger import lists, story
from mailbot.model.entry import EntryStatus
from mailbot.model.errors import Refused
from mailbot.ops.house import now

LISTED: Final = ("number", "title", "themes", "unit", "status", "duration", "reasons")


@click.command()
@click.option("--status", type=click.Choice([status.value for status in EntryStatus]), default=None)
@click.option("--unit", default="", help="Only units whose name contains this.")
@click.option("--theme", default="", help="Only entries that tick this theme.")
@as_json
@click.pass_context
@guarded
def entries(context: click.Context, *, status: str | None, unit: str, theme: str, as_json: bool) -> None:
    """List entries."""
    with house_of(context) as house, house.ledger() as db:
        labels = house.writer.wording
        rows: list[dict[str, Any]] = list(lists.listed(db, status or "", unit, theme))
        words, heads, statuses = labels.labels(), labels.words("columns"), labels.words("status")
    if as_json:
        show_json(rows)
        return
    show_table(
        f"{len(rows)}",
        [heads[name] for name in LISTED],
        [
            (
                row["number"],
                row["title"],
                "、".join(row["themes"]),
                row["unit"],
                coloured(row["status"], statuses[row["status"]]),
                f"{row['duration']:.1f} s" if row["duration"] else "",
                "、".join(words[code] for code in row["reasons"]),
            )
            for row in rows
        ],
        whole=[heads["number"]],
    )


@click.command()
@number_argument
@as_json
@click.pass_context
@guarded
def entry(context: click.Context, number: str, *, as_json: bool) -> None:
    """One entry with its findings, mails, files, replies and history."""
    with house_of(context) as house, house.ledger() as db:
        known = entry_table.numbered(db, number)
        whole = story.of_entry(db, known) if known else None
    if whole is None:
        raise Refused(f"{number}: no such entry. 'mailbot entries' lists them.")
    if as_json:
        show_json(whole)
        return
    facts = {name: value for name, value in whole.items() if name not in story.PARTS}
    listed = [(name, "、".join(value) if isinstance(value, list) else value) for name, value in facts.items()]
    show_table(whole["number"], ("field", "value"), listed)
    for name in story.PARTS:
        if whole[name]:
            show_table(name, list(whole[name][0]), [[_cell(value) for value in row.values()] for row in whole[name]])


def _cell(value: object) -> object:
    return ", ".join(f"{name}={one}" for name, one in value.items()) if isinstance(value, dict) else value


@click.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Default: today, campaign time.")
@click.option("--preview", "folder", type=click.Path(file_okay=False, path_type=Path), default=None, metavar="DIR")
@click.option("--send", "send", is_flag=True, help="Put it into the outbox now.")
@click.pass_context
@guarded
def digest(context: click.Context, day: Any, *, folder: Path | None, send: bool) -> None:  # noqa: ANN401 - click's own
    """The organizers' digest: print it, write its html, txt and xlsx into a folder, or send it."""
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
            click.echo(f"The digest of {wanted} is in the outbox; 'mailbot run' sends it.", err=True)
            return
        if folder is None:
            organizer = next(iter(house.settings.organizers.digest_to), "")
            click.echo(outgoing.digest_letter(session, made, organizer).text)
            return
        outgoing.write_preview(session, made, folder)
    click.echo(f"Wrote digest.html, digest.txt and {FILENAME} into {folder}.", err=True)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--prune", is_flag=True, help="Remove what belongs to no accepted work any more.")
@click.option("--blind", is_flag=True, help="Leave out units, names and phones.")
@click.pass_context
@guarded
def export(context: click.Context, folder: Path, *, prune: bool, blind: bool) -> None:
    """The judges' package: each accepted film once, lists and shortcuts by theme, manifest.csv, index.html."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        works = outgoing.accepted_works(session)
        book = outgoing.judges_workbook(session, works, blind=blind)
        campaign = house.settings.campaign
        package = Package(folder, house.bench.store, house.writer.wording, campaign.name, campaign.themes,
                          blind=blind, prune=prune)  # fmt: skip
        with bytes_bar("films") as progress:
            outcome = write_package(package, works, (FILENAME, book), progress)
    click.echo(f"{outcome.works} works in {folder}: {outcome.written} files written, {outcome.kept} kept.", err=True)
    for path in outcome.removed:
        click.echo(f"removed: {path}", err=True)
    for path in outcome.stale:
        click.echo(f"stale: {path}", err=True)
    if outcome.stale:
        click.echo("Stale files belong to no accepted work any more; 'mailbot export --prune' removes them.", err=True)
    if outcome.damaged:
        raise Refused("not in the package: " + "; ".join(outcome.damaged))


COMMANDS: Final = (entries, entry, digest, export)
