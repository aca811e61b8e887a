"""How an event is logged: one line, whatever a stranger put into it, its keys told apart for programs.

An event's message is `name key=value …`; a value goes on to the next key, or to the end.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

_KEY: Final = re.compile(r"(?:^| )([a-z_]+)=")


def one_line(text: str) -> str:
    """Text in which nothing ends a line or moves a terminal's cursor."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def keys_of(message: str) -> dict[str, str]:
    """An event's name, and its keys with their values."""
    found = list(_KEY.finditer(message))
    ends = [*(one.start() for one in found[1:]), len(message)]
    told = {"event": message[: found[0].start()] if found else message}
    for one, end in zip(found, ends, strict=True) if found else ():
        told.setdefault(one[1], message[one.end() : end])
    return told


class PlainLine(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without what would forge another; a traceback follows on lines of its own."""
        return one_line(super().formatMessage(record))


class JsonLine(logging.Formatter):
    """For programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """As JSON: time, level, logger, event, and the event's keys."""
        told: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        for name, value in keys_of(record.getMessage()).items():
            told.setdefault(name, value)
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        text = json.dumps(told, ensure_ascii=False)
        return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
