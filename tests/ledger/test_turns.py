"""Mails take their turn by the time of receipt, and no sender stands before all others."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.ledger import mails, turns
from mailbot.ledger.connection import writing
from mailbot.ledger.turns import BURST, LONGEST, SPACING, turn
from mailbot.model.mail import MailRef, RawMail
from tests.make.decisions import CHINA, IN_TIME, MAKER, sha
from tests.make.ledger import Books

MANY = "many@bureau.example.org"
SECOND = timedelta(seconds=1)
moments = st.integers(0, 5000).map(lambda seconds: IN_TIME + timedelta(seconds=seconds))


def enter(books: Books, sender: str, at: datetime) -> int:
    books.count += 1
    ref = MailRef("box", "INBOX", 1, books.count, at)
    return mails.enter(books.db, ref, RawMail(sha(f"{books.count}"), 9), CHINA, books.now, sender=sender)


def taken(received: list[datetime]) -> list[timedelta]:
    """How long each of one sender's mails gives way."""
    free, waits = None, []
    for at in received:
        its, free = turn(at, free)
        waits.append(its - at)
    return waits


@pytest.mark.parametrize(
    ("received", "waits"),
    [
        pytest.param([IN_TIME] * BURST, [timedelta()] * BURST, id="a few works at once"),
        pytest.param([IN_TIME] * (BURST + 2), [timedelta()] * BURST + [SPACING, 2 * SPACING], id="more than that"),
        pytest.param([IN_TIME + n * SPACING for n in range(50)], [timedelta()] * 50, id="at a steady pace"),
        pytest.param(
            [*[IN_TIME] * (BURST + 1), IN_TIME + BURST * SPACING],
            [*[timedelta()] * BURST, SPACING, timedelta()],
            id="free again after a pause",
        ),
    ],
)
def test_a_sender_gives_way_only_beyond_its_pace(received: list[datetime], waits: list[timedelta]) -> None:
    assert taken(received) == waits


@given(st.lists(moments, min_size=1, max_size=60).map(sorted))
def test_a_senders_mails_keep_their_order_and_none_gives_way_for_longer_than_a_day(received: list[datetime]) -> None:
    waits = taken(received)
    ends = [at + wait for at, wait in zip(received, waits, strict=True)]
    assert ends == sorted(ends)
    assert all(timedelta() <= wait <= LONGEST for wait in waits)


def test_a_flood_of_days_gives_way_for_a_day_and_a_pace_from_the_far_future_for_no_longer() -> None:
    assert max(taken([IN_TIME] * 5000)) == LONGEST - BURST * SPACING
    assert turn(IN_TIME, IN_TIME + timedelta(days=365))[0] <= IN_TIME + LONGEST


def test_who_comes_behind_three_hundred_mails_of_another_is_next(ledger: Books) -> None:
    flood = [enter(ledger, MANY, IN_TIME) for _ in range(300)]
    other = enter(ledger, MAKER, IN_TIME + SECOND)
    order = [mail.id for mail in mails.pending(ledger.db)]
    assert order == [*flood[:BURST], other, *flood[BURST:]]


def test_mails_without_a_sender_are_nobodys_flood(ledger: Books) -> None:
    entered = [enter(ledger, "", IN_TIME + n * SECOND) for n in range(2 * BURST)]
    assert [mail.id for mail in mails.pending(ledger.db)] == entered
    assert ledger.rows("SELECT count(*) FROM paces") == [(0,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals=st.lists(st.tuples(st.sampled_from([MANY, MAKER, ""]), moments), max_size=40))
def test_turns_are_planned_as_they_are_taken(ledger: Books, arrivals: list[tuple[str, datetime]]) -> None:
    with writing(ledger.db):
        ledger.db.execute("DELETE FROM paces")
        planned = turns.planned(ledger.db, arrivals)
        assert planned == [turns.take(ledger.db, sender, at) for sender, at in arrivals]


def test_a_pace_is_forgotten_when_it_holds_nothing_back_any_more(ledger: Books) -> None:
    enter(ledger, MANY, IN_TIME)
    ledger.later(days=2)
    enter(ledger, MAKER, ledger.now)
    assert ledger.rows("SELECT sender FROM paces") == [(MAKER,)]
