"""unit: by what names units go, who is who, and who recommends works."""

import getpass
from typing import Any, Final

import click

from mailbot import review
from mailbot.check.unit_names import alike
from mailbot.cli.common import EntryNumber, as_json, books_of, guarded, show_json, tell
from mailbot.cli.group import SpokenGroup
from mailbot.cli.rooms import house_of
from mailbot.cli.tables import show_table
from mailbot.ledger import units as table
from mailbot.ledger.units import Unit
from mailbot.model.decision import Remark

HEADS: Final = ("unit", "names", "place", "expected", "recommended", "made", "alike")
note = click.option("--note", default="", help="Why; kept in the history.")
preview = click.option("--preview", is_flag=True, help="Only show which names would count as which unit.")


@click.group(cls=SpokenGroup, invoke_without_command=True)
@click.pass_context
def unit(context: click.Context) -> None:
    """The units that made or recommend works: list them, say which are one, rename them."""
    if context.invoked_subcommand is None:
        context.invoke(list_units, only_alike=False, as_json=False)


@unit.command("list")
@click.option("--alike", "only_alike", is_flag=True, help="Only units that may be another one's too.")
@as_json
@click.pass_context
@guarded
def list_units(context: click.Context, *, only_alike: bool, as_json: bool) -> None:
    """Every unit with its other names, its works, and those that may be the same; a person merges them."""
    with books_of(context) as (db, _):
        found = table.units(db)
    near = alike([one.name for one in found])
    rows = [_row(one, near.get(one.name, ())) for one in found if not only_alike or one.name in near]
    if as_json:
        show_json(rows)
        return
    cells = [[_cell(name, row) for name in HEADS] for row in rows]
    show_table(f"{len(rows)} in all", HEADS, cells, whole=["recommended", "made"])


def _row(one: Unit, near: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    return {
        "unit": one.name,
        "names": [name for name in one.names if name != one.name],
        "city": one.city,
        "province": one.province,
        "listed": one.listed,
        "expected": one.expected,
        "recommended": one.recommended,
        "made": one.made,
        "alike": [{"unit": name, "score": score} for name, score in near],
    }


def _cell(name: str, row: dict[str, Any]) -> object:
    if name == "place":
        return row["province"] + row["city"]
    if name == "alike":
        return "、".join(f"{other['unit']} {other['score']}" for other in row["alike"])
    if name == "expected":
        return "√" if row["expected"] else ""
    return "、".join(row["names"]) if name == "names" else row[name]


@unit.command()
@click.argument("names", metavar="NAME... UNIT", nargs=-1, required=True)
@note
@preview
@as_json
@click.pass_context
@guarded
def merge(context: click.Context, names: tuple[str, ...], *, note: str, preview: bool, as_json: bool) -> None:
    """Let names count as one unit: the one named last. 'mailbot unit rename NAME NAME' takes it back."""
    if len(names) < 2:
        raise click.UsageError("name two units at least: mailbot unit merge NAME... UNIT")
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        naming = review.merge(session, names[:-1], names[-1], getpass.getuser(), note)
        if not preview:
            review.write_naming(session, naming)
    _tell(naming, as_json=as_json, preview=preview)


@unit.command()
@click.argument("name", metavar="NAME")
@click.argument("called", metavar="NEW-NAME")
@note
@preview
@as_json
@click.pass_context
@guarded
def rename(context: click.Context, name: str, called: str, *, note: str, preview: bool, as_json: bool) -> None:
    """Call a unit otherwise; by its own name it counts for itself again, whatever it was merged into."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        naming = review.rename(session, name, called, getpass.getuser(), note)
        if not preview:
            review.write_naming(session, naming)
    _tell(naming, as_json=as_json, preview=preview)


def _tell(naming: review.Naming, *, as_json: bool, preview: bool) -> None:
    rows = [{"name": name, "unit": counts} for name, counts in naming.moved.items()]
    if as_json:
        show_json({"applied": not preview, "names": rows})
        return
    show_table(f"{len(rows)} in all", ("name", "counts as"), [list(row.values()) for row in rows])
    if preview:
        tell("Nothing was changed.")


@unit.command()
@click.argument("name", metavar="UNIT")
@click.argument("numbers", metavar="NUMBER...", type=EntryNumber(), nargs=-1, required=True)
@note
@preview
@as_json
@click.pass_context
@guarded
def recommends(context: click.Context, name: str, numbers: tuple[str, ...], *, note: str, preview: bool,
               as_json: bool) -> None:  # fmt: skip
    """Say which unit recommends works; later mails and another roster leave it so."""
    with house_of(context) as house, house.ledger() as db:
        session = house.session(db)
        change = review.recommend(session, name, numbers, getpass.getuser(), Remark(note))
        if not preview:
            review.write(session, change)
    rows = [{"number": one.number, "title": one.title, "recommending_unit": one.recommending_unit}
            for one in change.entries]  # fmt: skip
    if as_json:
        show_json({"applied": not preview, "entries": rows})
    else:
        show_table(f"{len(rows)}", ("number", "title", "recommended by"), [list(row.values()) for row in rows],
                   whole=["number"])  # fmt: skip


COMMANDS: Final = (unit,)
