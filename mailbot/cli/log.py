"""How an event is logged: one line, whatever a stranger put into it, its keys told apart for programs.

An event's message is `name key=value …`; a value goes on to the next key, or to the end. Nobody's data is told above
DEBUG: what servers say in their answers goes without addresses, and an error that nobody expected by its kind and place
alone, since its text may quote a mail.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any, Final

_KEY: Final = re.compile(r"(?:^| )([a-z_]+)=")


_ADDRESS: Final = re.compile(r"[^\s<>\"'(),:;=@]{1,64}@[^\s<>\"'(),:;=@]{1,255}")


def without_addresses(text: str) -> str:
    """Text in which no mail address stands."""
    return _ADDRESS.sub("…@…", text)


def trace(error: BaseException | None, *, whole: bool) -> str:
    """Where an error came from, and those behind it.

    Args:
        error: what was raised.
        whole: with their texts; else their kinds alone.
    """
    if error is None:
        return ""
    if whole:
        return "".join(traceback.format_exception(error))
    behind = error.__cause__ or error.__context__
    told = trace(behind, whole=False) + "\nthen:\n" if behind is not None else ""
    return f"{told}{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"


def one_line(text: str) -> str:
    """Text in which nothing ends a line or moves a terminal's cursor."""
    if text.isprintable():
        return text
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
    """For people.

    Args:
        whole: with everybody's data, as `--debug` asks.
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._whole = whole

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without what would forge another; a traceback follows on lines of its own."""
        line = one_line(super().formatMessage(record))
        return line if self._whole else without_addresses(line)

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - logging's
        """Where it came from."""
        return trace(ei[1], whole=self._whole)


class JsonLine(logging.Formatter):
    """For programs: one JSON object a line.

    Args:
        whole: with everybody's data, as `--debug` asks.
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__()
        self._whole = whole

    def format(self, record: logging.LogRecord) -> str:
        """As JSON: time, level, logger, event, and the event's keys."""
        told: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        message = record.getMessage()
        for name, value in keys_of(message if self._whole else without_addresses(message)).items():
            told.setdefault(name, value)
        if record.exc_info:
            told["traceback"] = trace(record.exc_info[1], whole=self._whole)
        text = json.dumps(told, ensure_ascii=False)
        if text.isprintable():
            return text
        return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
