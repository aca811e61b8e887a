"""Which mails to fetch next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.fetch.cursor import batches, floor, unseen

NOW = datetime(2024, 7, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("listed", "known", "expected"),
    [
        ((), set(), ()),
        ((1, 2, 3), set(), (1, 2, 3)),
        ((1, 2, 3), {2}, (1, 3)),
        ((1392611444, 1396969811), {1396969811}, (1392611444,)),
        ((5, 3, 5), [9], (5, 3)),
        ((2,), {1, 2, 3}, ()),
    ],
)
def test_what_is_listed_and_not_known_is_fetched_in_the_listing_s_order(
    listed: tuple[int, ...], known: set[int], expected: tuple[int, ...]
) -> None:
    assert unseen(listed, known) == expected


@pytest.mark.parametrize(
    ("highest", "last_full", "expected"),
    [
        (0, NOW, 0),
        (9, None, 0),
        (9, NOW - HOUR / 2, 9),
        (9, NOW - HOUR, 0),
        (9, NOW + HOUR, 0),
        (9, NOW, 9),
    ],
)
def test_only_new_uids_are_listed_until_a_full_comparison_is_due(
    highest: int, last_full: datetime | None, expected: int
) -> None:
    assert floor(highest, last_full, NOW, HOUR) == expected


@given(st.lists(st.integers(1, 2**32)), st.sets(st.integers(1, 2**32)))
def test_nothing_listed_is_forgotten_and_nothing_known_fetched_again(listed: list[int], known: set[int]) -> None:
    fetched = unseen(listed, known)
    assert set(fetched) | known >= set(listed)
    assert not set(fetched) & known
    assert len(set(fetched)) == len(fetched)


@given(st.lists(st.integers()), st.integers(1, 50))
def test_batches_hold_all_in_order(uids: list[int], size: int) -> None:
    some = list(batches(uids, size))
    assert [uid for batch in some for uid in batch] == uids
    assert all(0 < len(batch) <= size for batch in some)
