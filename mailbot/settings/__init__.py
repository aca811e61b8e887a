"""config.toml -> frozen settings."""

from mailbot.settings.keys import (
    After,
    Extra,
    Hold,
    Language,
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
from mailbot.settings.load import find_config, load

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
]
