"""The house of the named configuration, for commands that do more than look things up."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from mailbot.cli.common import complain, settings_of
from mailbot.ops.house import House, open_house


@contextmanager
def house_of(context: click.Context) -> Iterator[House]:
    """The house of the named configuration; warnings go to stderr."""
    settings, warnings = settings_of(context)
    for warning in warnings:
        complain(warning)
    with open_house(settings) as house:
        yield house
