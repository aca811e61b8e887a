"""Which letters may leave now."""

from datetime import timedelta

import pytest

from mailbot.model.letter import LetterKind, LetterState, OutboxItem
from mailbot.reply.pace import Pace, SoFar, first_that_may, may_go, pause_left
from tests.make.decisions import IN_TIME
from tests.make.ledger import letter

PACE = Pace(timedelta(seconds=10), daily_cap=5, per_recipient=2)


def item(number: int = 1, recipient: str = "a@example.com", kind: LetterKind = LetterKind.ACCEPTED) -> OutboxItem:
    return OutboxItem(number, letter(str(number), recipient, kind), LetterState.DUE, 0, IN_TIME, IN_TIME, None)


@pytest.mark.parametrize(
    ("so_far", "kind", "goes"),
    [
        (SoFar(), LetterKind.ACCEPTED, True),
        (SoFar(4, {"a@example.com": 1}), LetterKind.ACCEPTED, True),
        (SoFar(4, {"a@example.com": 2}), LetterKind.ACCEPTED, False),
        (SoFar(4, {"b@example.com": 2}), LetterKind.ACCEPTED, True),
        (SoFar(4, {"a@example.com": 2}), LetterKind.DIGEST, True),
        (SoFar(4, {"a@example.com": 2}), LetterKind.ALERT, True),
        (SoFar(5), LetterKind.ACCEPTED, False),
        (SoFar(5), LetterKind.DIGEST, True),
    ],
)
def test_the_caps_are_of_the_day_and_of_the_address(so_far: SoFar, kind: LetterKind, goes: bool) -> None:  # noqa: FBT001
    assert may_go(item(kind=kind), PACE, so_far) is goes


@pytest.mark.parametrize(("since", "left"), [(None, 0), (0, 10), (4, 6), (10, 0), (99, 0)])
def test_the_pause_counts_from_the_last_letter(since: int | None, left: int) -> None:
    last = None if since is None else IN_TIME - timedelta(seconds=since)
    assert pause_left(PACE, SoFar(last_at=last), IN_TIME) == timedelta(seconds=left)


def test_an_address_at_its_cap_does_not_hold_up_the_line() -> None:
    line = [item(1), item(2, "b@example.com"), item(3)]
    assert first_that_may(line, PACE, SoFar(2, {"a@example.com": 2})) == line[1]
    assert first_that_may(line[:1], PACE, SoFar(2, {"a@example.com": 2})) is None
    assert first_that_may([], PACE, SoFar()) is None


def test_the_line_is_not_read_beyond_the_days_cap() -> None:
    line = iter([item(1, kind=LetterKind.ALERT), item(2), item(3)])
    assert first_that_may(line, PACE, SoFar(5)) is not None
    assert first_that_may(line, PACE, SoFar(5)) is None
    assert next(line) == item(3)


@pytest.mark.parametrize("ahead", [1, 600, 86_400, 31_536_000])
def test_no_clock_makes_the_pause_longer(ahead: int) -> None:
    assert pause_left(PACE, SoFar(last_at=IN_TIME + timedelta(seconds=ahead)), IN_TIME) == PACE.pause
