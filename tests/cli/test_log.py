"""A line of the log is one event, whatever a stranger wrote."""

import json
import logging

import pytest

from mailbot.cli.log import JsonLine, PlainLine, keys_of


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("mailbot.intake", logging.WARNING, "intake.py", 1, message, args, None)


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("mail-done mail=7 triage=submission", {"event": "mail-done", "mail": "7", "triage": "submission"}),
        ("letter-held letter=3 reason=no room left", {"event": "letter-held", "letter": "3", "reason": "no room left"}),
        ("daemon-stopping", {"event": "daemon-stopping"}),
        ("x reason=a event=forged", {"event": "x", "reason": "a"}),
    ],
)
def test_an_events_keys_are_told_apart(message: str, keys: dict[str, str]) -> None:
    assert keys_of(message) == keys


@pytest.mark.parametrize("forged", ["a\nWARNING mailbot mail-done mail=9", "a\r\x1b[2Jb", "a\u2028b", "a\x00b"])
def test_no_value_forges_a_line(forged: str) -> None:
    entry = record("mail-waits mail=%d reason=%s", 7, forged)
    for formatter in (PlainLine(), JsonLine()):
        line = formatter.format(entry)
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
    told = json.loads(JsonLine().format(entry))
    assert (told["event"], told["mail"], told["level"]) == ("mail-waits", "7", "warning")
