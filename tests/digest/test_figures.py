"""When the queue will be out."""

from datetime import date

import pytest

from mailbot.digest.figures import out_on
from mailbot.model.tally import Figures

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("due", "sent", "day"), [(0, 0, None), (40, 60, 1), (41, 60, 2), (140, 60, 2), (141, 60, 3), (1, 250, 2)]
)
def test_the_queue_is_out_on_the_day_that_the_quota_allows(due: int, sent: int, day: int | None) -> None:
    assert out_on(due, sent, 100, TODAY) == (date(2024, 6, day) if day else None)


def test_works_that_wait_are_those_in_review_and_those_that_lack_something() -> None:
    assert Figures(received=5, review=2, incomplete=1).waiting == 3
    assert Figures(received=3).as_dict() == {
        "received": 3, "accepted": 0, "rejected": 0, "incomplete": 0, "review": 0, "withdrawn": 0,
    }  # fmt: skip
