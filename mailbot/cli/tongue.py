"""Which language a command speaks: the campaign's, told by its configuration, whether that can be used or not."""

import functools
import os
import re

import click

from mailbot.cli.speech import Speech
from mailbot.model.errors import ConfigError
from mailbot.settings.found import find_config, packaged_templates
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


def speech() -> Speech:
    """The language of the configuration that the command was given; a command without one speaks Chinese."""
    return _speech(language_of(click.get_current_context(silent=True)))


@functools.cache
def _speech(language: Language) -> Speech:
    return Speech(language, packaged_templates())
