"""entries, entry, todo, mails, mail, find: looking things up."""

import functools
import itertools
from collections.abc import Iterator
from typing import Any, Final

import click

from mailbot.cli.common import as_json, books_of, guarded, limit_option, number_argument, said, show_json, show_rows
from mailbot.cli.tables import Several, coloured, show_table
from mailbot.cli.tongue import speech
from mailbot.ledger import lists, search, story
from mailbot.model.entry import EntryStatus
from mailbot.model.errors import Refused
from mailbot.model.finding import Code
from mailbot.model.mail import MailState
from mailbot.settings.language import Language
from mailbot.templating import Wording

MOST: Final = 200
"""Hits of a search, unless --limit says otherwise."""
MAILS: Final = ("id", "received_at", "sender", "subject", "state", "triage", "numbers", "attention")
LISTED: Final = ("number", "title", "themes", "unit", "recommending_unit", "status", "duration", "reasons")
SPARE: Final = ("duration", "themes", "recommending_unit")
HITS: Final = ("kind", "key", "about", "who", "since", "state")


@click.command()
@click.option("--status", type=click.Choice([status.value for status in EntryStatus]), default=None)
@click.option("--unit", default="", help="Only units whose name contains this.")
@click.option("--theme", default="", help="Only entries that tick this theme.")
@limit_option
@click.option("--after", default="", metavar="NUMBER", help="Only entries behind this one.")
@as_json
@click.pass_context
@guarded
def entries(
    context: click.Context, *, status: str | None, unit: str, theme: str, limit: int | None, after: str, as_json: bool
) -> None:
    """List entries."""
    with books_of(context) as (db, wording):
        if after and not lists.numbered(db, after):
            raise Refused(f"{after}: no such entry. 'mailbot entries' lists them.")
        listed = lists.listed(db, status or "", unit, theme, after=after)
        rows: Iterator[dict[str, Any]] = itertools.islice(listed, limit)
        if as_json:
            show_rows(rows)
            return
        show_table(
            "",
            LISTED,
            _entry_cells(rows, wording),
            whole=["number", "status"],
            spare=["duration", "themes", "recommending_unit"],
        )


def _entry_cells(rows: Iterator[dict[str, Any]], wording: Wording) -> Iterator[tuple[object, ...]]:
    label = functools.cache(lambda code: _label(wording, code))  # a label may quote rules: it is compiled once
    for row in rows:
        yield (
            row["number"],
            row["title"],
            "、".join(row["themes"]),
            row["unit"],
            row["recommending_unit"],
            coloured(row["status"], speech().say(row["status"])),
            f"{row['duration']:.1f} s" if row["duration"] else "",
            "、".join(map(label, row["reasons"])),
        )


def _label(wording: Wording, code: str) -> str:
    """What a finding, or another cause, is called; an English command says its code, whatever the letters speak."""
    if speech().language is Language.EN:
        return code
    if code in wording.names_of("cause"):
        return wording.word(f"cause.{code}")
    return wording.label(Code(code)) if code in set(Code) else speech().say(code)


@click.command()
@number_argument
@as_json
@click.pass_context
@guarded
def entry(context: click.Context, number: str, *, as_json: bool) -> None:
    """One entry with its findings, mails, files, replies and history."""
    with books_of(context) as (db, _):
        known = lists.numbered(db, number)
        whole = story.of_entry(db, known) if known else None
    if whole is None:
        raise Refused(f"{number}: no such entry. 'mailbot entries' lists them.")
    if as_json:
        show_json(whole)
        return
    facts = {name: value for name, value in whole.items() if name not in story.PARTS}
    with books_of(context) as (_, wording):
        facts["reasons"] = [_label(wording, code) for code in facts["reasons"]]
    _show_whole(whole["number"], facts, {name: whole[name] for name in story.PARTS})


def _show_whole(title: str, facts: dict[str, Any], parts: dict[str, list[dict[str, Any]]]) -> None:
    """One thing's own fields, and a table of each part of it."""
    say = speech().say
    values = said(facts)
    listed = [(say(name), _cell(value)) for name, value in zip(facts, values, strict=True)]
    show_table(title, ("field", "value"), listed)
    for name, rows in parts.items():
        if rows:
            show_table(name, list(rows[0]), [[_cell(value) for value in said(row)] for row in rows])


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return ", ".join(f"{name}={one}" for name, one in value.items()) if isinstance(value, dict) else value


@click.command()
@as_json
@click.pass_context
@guarded
def todo(context: click.Context, *, as_json: bool) -> None:
    """What needs a person now, as in the digest."""
    with books_of(context) as (db, wording):
        rows = lists.view(db, "attention")
        label = functools.cache(lambda word: _label(wording, word))
    if as_json:
        show_json(rows)
        return
    cells = [
        (
            row["number"] or (f"{speech().say('mail')} {row['mail_id']}" if row["mail_id"] else ""),
            row["about"],
            "、".join(map(label, str(row["why"]).split("、"))),
            row["since"],
        )
        for row in rows
    ]
    show_table(f"{len(rows)} in all", ("number", "about", "why", "since"), cells, whole=["number"])


@click.command()
@click.option("--state", type=click.Choice([state.value for state in MailState]), default=None)
@limit_option
@click.option("--after", type=int, default=0, metavar="ID", help="Only mails behind this one.")
@as_json
@click.pass_context
@guarded
def mails(context: click.Context, *, state: str | None, limit: int | None, after: int, as_json: bool) -> None:
    """List the mails that came in."""
    with books_of(context) as (db, _):
        rows = itertools.islice(story.mails(db, state or "", after=after), limit)
        if as_json:
            show_rows(rows)
            return
        cells = (
            [_cell(value) for value in said({name: row[name] for name in MAILS} | {"numbers": Several(row["numbers"])})]
            for row in rows
        )
        show_table("", MAILS, cells, whole=["id"], spare=["triage", "state"])


@click.command()
@click.argument("mail_id", metavar="ID", type=int)
@as_json
@click.pass_context
@guarded
def mail(context: click.Context, mail_id: int, *, as_json: bool) -> None:
    """One mail with its entries, files, links, findings, letters and history."""
    with books_of(context) as (db, _):
        whole = story.of_mail(db, mail_id)
    if whole is None:
        raise Refused(f"{mail_id}: no such mail. 'mailbot mails' lists them.")
    if as_json:
        show_json(whole)
        return
    facts = {name: value for name, value in whole.items() if name not in story.MAIL_PARTS}
    _show_whole(f"{mail_id}", facts, {name: whole[name] for name in story.MAIL_PARTS})


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=MOST, show_default=True)
@as_json
@click.pass_context
@guarded
def find(context: click.Context, text: tuple[str, ...], *, limit: int, as_json: bool) -> None:
    """Entries and mails that hold every word, in titles, names, subjects and bodies."""
    with books_of(context) as (db, _):
        hits = list(search.find(db, " ".join(text), limit))
    rows = [{name: getattr(hit, name) for name in HITS} for hit in hits]
    if as_json:
        show_json(rows)
        return
    show_table(f"{len(hits)} in all", HITS, [said(row) for row in rows], whole=["key", "state"])


COMMANDS: Final = (entries, entry, todo, mails, mail, find)
