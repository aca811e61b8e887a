"""The day's and the total figures."""

from datetime import date

from mailbot.digest.figures import Figures, count, of_day
from mailbot.model.entry import EntryStatus


def rows(*statuses: str) -> list[dict[str, object]]:
    return [{"status": status, "received_at": "2024-06-01T23:30:00+08:00"} for status in statuses]


def test_withdrawn_and_replaced_works_are_not_received() -> None:
    assert count(rows(*EntryStatus)) == Figures(4, 1, 1, 1, 1, 1)
    assert count(rows("accepted", "accepted", "replaced")) == Figures(received=2, accepted=2)
    assert count([]) == Figures()


def test_figures_are_named() -> None:
    assert Figures(received=3).as_dict() == {
        "received": 3, "accepted": 0, "rejected": 0, "incomplete": 0, "review": 0, "withdrawn": 0,
    }  # fmt: skip


def test_a_day_is_the_day_as_it_is_written() -> None:
    assert len(of_day(rows("accepted"), date(2024, 6, 1))) == 1
    assert of_day(rows("accepted"), date(2024, 6, 2)) == []
