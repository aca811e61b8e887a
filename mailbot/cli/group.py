"""Commands that are imported when they are typed: `mailbot --help` reads none of them, and each only what it uses."""

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any, Final

import click

from mailbot.cli.spoken import SpokenContext, run

CONFIG_HELP: Final = "Default: ./config.toml, else $MAILBOT_CONFIG."


class SpokenGroup(click.Group):
    """A group that tells of each command in a whole sentence, which has its translation."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list of commands."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help or "") for name, one in sorted(self.commands.items())])


class LazyGroup(click.Group):
    """A group whose commands stand in files beside this one.

    Args:
        files: each command's name -> the file it stands in, and its help in a line.
    """

    def __init__(self, *, files: Mapping[str, tuple[str, str]], **given: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(**given)
        self.files = files

    context_class = SpokenContext

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - click's own
        """The program, whose refusals are spoken."""
        main = partial(super().main, *args, **extra)
        if standalone_mode:
            run(lambda: main(standalone_mode=False))
        return main(standalone_mode=False)

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
    """Let a command and its subcommands take `--config` behind their names too, and speak its language."""
    command.context_class = SpokenContext
    command.params.append(config_option())
    if isinstance(command, click.Group):
        for below in command.commands.values():
            take_config(below)
    return command


def config_option() -> click.Option:
    """`--config FILE`, read before all else: it tells the language too."""

    def remember(context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.obj = context.find_root().obj = value

    return click.Option(
        ["--config"], metavar="FILE", expose_value=False, is_eager=True, callback=remember, help=CONFIG_HELP
    )
