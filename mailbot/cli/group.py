"""Commands that are imported when they are typed: `mailbot --help` reads none of them, and each only what it uses."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

CONFIG_HELP: Final = "Default: ./config.toml, else $MAILBOT_CONFIG."


class LazyGroup(click.Group):
    """A group whose commands stand in files beside this one.

    Args:
        files: each command's name -> the file it stands in, and its help in a line.
    """

    def __init__(self, *, files: Mapping[str, tuple[str, str]], **given: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(**given)
        self.files = files

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the help."""
        del ctx
        return sorted(self.files)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now; None where there is none of this name."""
        del ctx
        if cmd_name in self.files and cmd_name not in self.commands:
            module = import_module(f"mailbot.cli.{self.files[cmd_name][0]}")
            found = next(command for command in module.COMMANDS if command.name == cmd_name)
            self.add_command(take_config(found))
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list of commands, from `files` alone."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in sorted(self.files.items())])


def take_config(command: click.Command) -> click.Command:
    """Let a command and its subcommands take `--config` behind their names too."""

    def remember(context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.obj = value

    option = click.Option(["--config"], metavar="FILE", expose_value=False, callback=remember, help=CONFIG_HELP)
    command.params.append(option)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            take_config(below)
    return command
