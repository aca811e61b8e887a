"""The table of moves, over all statuses and causes."""

import itertools

import pytest

from mailbot.check.lifecycle import MOVES, Cause, may_move
from mailbot.model.entry import OPEN, EntryStatus

ALL = set(EntryStatus)
DECIDED = {EntryStatus.ACCEPTED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN, EntryStatus.REPLACED}
ALLOWED = {
    **{(Cause.FACTS, status): set(OPEN) for status in OPEN},
    **{(Cause.SUBMITTER, status): {EntryStatus.WITHDRAWN} for status in OPEN},
    (Cause.SUBMITTER, EntryStatus.WITHDRAWN): set(OPEN),
    **{(Cause.MERGE, status): {EntryStatus.REPLACED} for status in OPEN - {EntryStatus.ACCEPTED}},
    **{(Cause.PERSON, status): DECIDED for status in ALL - {EntryStatus.REPLACED}},
}


@pytest.mark.parametrize(("cause", "before"), list(itertools.product(Cause, EntryStatus)))
def test_an_entry_moves_only_as_the_table_lets_it(cause: Cause, before: EntryStatus) -> None:
    assert {after for after in EntryStatus if may_move(before, after, cause)} == ALLOWED.get((cause, before), set())


def test_a_replaced_entry_never_moves_again() -> None:
    assert not any(moves.get(EntryStatus.REPLACED) for moves in MOVES.values())
