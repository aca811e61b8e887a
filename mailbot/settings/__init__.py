"""config.toml -> frozen settings. Each name is imported when it is used: `mailbot --help` needs the language alone."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mailbot.settings.found import find_config
    from mailbot.settings.keys import (
        After,
        Extra,
        Hold,
        LinkFetch,
        LinkSettings,
        MailboxSettings,
        OnUnknown,
        OrganizerSettings,
        OutboxSettings,
        ScheduleSettings,
        Security,
        Settings,
        SmtpSettings,
        StoreSettings,
        WatchSettings,
        WorkSettings,
    )
    from mailbot.settings.language import Language
    from mailbot.settings.loading import load, load_worker

__all__ = [
    "After",
    "Extra",
    "Hold",
    "Language",
    "LinkFetch",
    "LinkSettings",
    "MailboxSettings",
    "OnUnknown",
    "OrganizerSettings",
    "OutboxSettings",
    "ScheduleSettings",
    "Security",
    "Settings",
    "SmtpSettings",
    "StoreSettings",
    "WatchSettings",
    "WorkSettings",
    "find_config",
    "load",
    "load_worker",
]

ELSEWHERE: Final = {"Language": "language", "find_config": "found", "load": "loading", "load_worker": "loading"}
"""The file of a name that does not stand in `keys`."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever it names
    """A name of one of the files, which is imported now."""
    if name not in __all__:
        raise AttributeError(f"{__name__}.{name}")
    return getattr(import_module(f"{__name__}.{ELSEWHERE.get(name, 'keys')}"), name)
