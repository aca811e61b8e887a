"""todo, mails, mail, find: looking things up."""

from typing import Final

import click

from mailbot.cli.common import as_json, guarded, house_of, show_json, show_table
from mailbot.ledger import digests, search, story
from mailbot.model.errors import Refused
from mailbot.model.mail import MailState

MOST: Final = 200
"""Hits of a search, unless --limit says otherwise."""
MAILS: Final = ("id", "received_at", "sender", "subject", "state", "triage", "numbers", "attention")
HITS: Final = ("kind", "key", "about", "who", "since", "state")


@click.command()
@as_json
@click.pass_context
@guarded
def todo(context: click.Context, *, as_json: bool) -> None:
    """What needs a person now, as in the digest."""
    with house_of(context) as house, house.ledger() as db:
        rows = digests.view(db, "attention")
        labels, heads = house.writer.wording.labels(), house.writer.wording.words("columns")
    if as_json:
        show_json(rows)
        return
    cells = [
        (
            row["number"] or (f"{heads['mail']} {row['mail_id']}" if row["mail_id"] else ""),
            row["about"],
            "、".join(labels.get(word, word) for word in str(row["why"]).split("、")),
            row["since"],
        )
        for row in rows
    ]
    show_table(f"{len(rows)}", [heads[name] for name in ("number", "about", "why", "since")], cells,
               whole=[heads["number"]])  # fmt: skip


@click.command()
@click.option("--state", type=click.Choice([state.value for state in MailState]), default=None)
@as_json
@click.pass_context
@guarded
def mails(context: click.Context, *, state: str | None, as_json: bool) -> None:
    """List the mails that came in."""
    with house_of(context) as house, house.ledger() as db:
        rows = list(story.mails(db, state or ""))
        heads = house.writer.wording.words("columns")
    if as_json:
        show_json(rows)
        return
    cells = [[" ".join(row[name]) if name == "numbers" else row[name] for name in MAILS] for row in rows]
    show_table(f"{len(rows)}", [heads[name] for name in MAILS], cells, whole=[heads["id"]])


@click.command()
@click.argument("mail_id", metavar="ID", type=int)
@as_json
@click.pass_context
@guarded
def mail(context: click.Context, mail_id: int, *, as_json: bool) -> None:
    """One mail with its entries, files, links, findings, letters and history."""
    with house_of(context) as house, house.ledger() as db:
        whole = story.of_mail(db, mail_id)
    if whole is None:
        raise Refused(f"{mail_id}: no such mail. 'mailbot mails' lists them.")
    if as_json:
        show_json(whole)
        return
    show_table(f"{mail_id}", ("field", "value"), [pair for pair in whole.items() if pair[0] not in story.MAIL_PARTS])
    for name in story.MAIL_PARTS:
        if whole[name]:
            show_table(name, list(whole[name][0]), [list(row.values()) for row in whole[name]])


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=MOST, show_default=True)
@as_json
@click.pass_context
@guarded
def find(context: click.Context, text: tuple[str, ...], *, limit: int, as_json: bool) -> None:
    """Entries and mails that hold every word: titles, units, contacts, phones, senders, subjects, bodies."""
    with house_of(context) as house, house.ledger() as db:
        hits = list(search.find(db, " ".join(text), limit))
        heads = house.writer.wording.words("columns")
    rows = [{name: getattr(hit, name) for name in HITS} for hit in hits]
    if as_json:
        show_json(rows)
        return
    show_table(f"{len(hits)}", [heads[name] for name in HITS], [list(row.values()) for row in rows],
               whole=[heads["key"]])  # fmt: skip


COMMANDS: Final = (todo, mails, mail, find)
