"""What people type, one file a command group: parse, call, print; no logic."""

import click

from mailbot.cli import desk, files, ledgers, letters, lookup, people, running
from mailbot.cli.common import CONFIG_HELP, take_config

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mailbot")
@click.option("--config", "config", metavar="FILE", help=CONFIG_HELP)
@click.pass_context
def cli(context: click.Context, config: str | None) -> None:
    """The daemon behind a competition's submission mailbox."""
    context.obj = config


for group in (running, desk, lookup, people, letters, files, ledgers):
    for command in group.COMMANDS:
        cli.add_command(take_config(command))


def main() -> None:
    """The program."""
    cli()
