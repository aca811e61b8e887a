"""Which language a command speaks: the campaign's, told by its configuration, whether that can be used or not."""

import os
import re

import click

from mailbot.model.errors import ConfigError
from mailbot.settings.found import find_config
from mailbot.settings.language import Language


def language_of(context: click.Context | None) -> Language:
    """The language of the configuration that a command was given; Chinese without one."""
    try:
        named = context.find_root().obj if context else None
        text = find_config(named, os.environ).read_text(encoding="utf-8", errors="replace")
    except (ConfigError, OSError):
        return Language.ZH
    found = re.search(r"""(?m)^[ \t]{0,20}language[ \t]{0,20}=[ \t]{0,20}["'](zh|en)["']""", text)
    return Language(found[1]) if found else Language.ZH
