"""What people type, one file a command group: parse, call, print; no logic."""

from typing import Final

import click

from mailbot.cli.group import LazyGroup, config_option

__all__ = ["cli", "main"]

FILES: Final = {
    "accept": ("people", "Take an entry in, whatever the findings; its submitter is told."),
    "assign": ("people", "Say which received video is this entry's."),
    "attach": ("people", "Give an entry a video that came another way (netdisk, disk)."),
    "demo": ("running", "The whole job on an embedded mailbox; everything stays in DIR to look at."),
    "digest": ("desk", "The organizers' digest: print it, write it into a folder, or send it."),
    "doctor": ("running", "Try every outside thing with the real credentials, one line each, with the cure."),
    "edit": ("people", "Mend what was read of an entry; a later mail never overwrites it."),
    "entries": ("lookup", "List entries."),
    "entry": ("lookup", "One entry with its findings, mails, files, replies and history."),
    "export": ("desk", "The judges' package: each accepted film once, with lists, shortcuts and a manifest."),
    "extend": ("exceptions", "Give an address, a unit or an entry a longer time; its submitters are told."),
    "find": ("lookup", "Entries and mails that hold every word, in titles, names, subjects and bodies."),
    "init": ("running", "Write config.toml and a copy of templates/ to edit; never overwrites."),
    "inspect": ("files", "What mailbot makes of files, by their content: a mail, a form, a video, an archive."),
    "ledger": ("browsing", "The ledger in a browser, on this machine alone; nothing there can change it."),
    "mail": ("lookup", "One mail with its entries, files, links, findings, letters and history."),
    "mails": ("lookup", "List the mails that came in."),
    "merge": ("exceptions", "Say that two entries are one work: NUMBER goes on, OTHER gives way to it."),
    "message": ("exceptions", "Write to the submitters of a group of entries, each once, by a template."),
    "outbox": ("letters", "The letters that we owe; `release` lets held ones go, `drop` cancels them."),
    "purge": ("ledgers", "Remove the personal data of closed campaigns, keep the totals."),
    "redecide": (
        "people",
        "After a change of rules or deadline: decide every open entry again from the stored facts.",
    ),
    "rebuild": ("ledgers", "Make the whole ledger again from journal and spool, in an empty folder."),
    "reject": ("people", "Refuse an entry; its submitter is told."),
    "replay": ("people", "Process a spooled mail again with today's rules; show the difference."),
    "restore": ("ledgers", "Put a copy of the ledger back, with all that is known of later."),
    "run": ("running", "The daemon: polls, checks, answers, until SIGTERM or SIGINT ends it cleanly."),
    "seen": ("people", "Say that mails that needed a person are seen to: they leave the digest's list."),
    "setup": ("setup", "Ask what only you know, write the configuration, try everything, send a test mail."),
    "split": ("exceptions", "Part an entry's film from it, as an entry of its own; the entry keeps its row."),
    "todo": ("lookup", "What needs a person now, as in the digest."),
    "unit": ("units", "The units that made or recommend works: list them, say which are one, rename them."),
    "waive": ("exceptions", "Hold a finding against an entry no more; it is decided again."),
    "withdraw": ("people", "Take an entry back for its submitter, who is told."),
    "worker": ("running", "Read files for a deciding node on another machine, until SIGTERM or SIGINT."),
}
"""Each command's file and its help in a line, which a test holds against the command itself."""


@click.group(cls=LazyGroup, files=FILES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mailbot")
def cli() -> None:
    """The daemon behind a competition's submission mailbox."""


cli.params.append(config_option())


def main() -> None:
    """The program."""
    cli()
