"""Letters: owed, claimed, settled, overtaken, come back."""

from datetime import timedelta

import pytest

from mailbot.ledger import outbox
from mailbot.ledger.connection import writing
from mailbot.ledger.record import move_letters
from mailbot.model.letter import LetterKind, LetterState, OutboxItem
from tests.make.decisions import IN_TIME, MAKER
from tests.make.ledger import Books, letter

LEFT = [LetterState.SENT, LetterState.UNKNOWN, LetterState.SENDING, LetterState.UNDELIVERABLE]


def sent(ledger: Books, item: OutboxItem, state: LetterState = LetterState.SENT) -> None:
    assert outbox.claim(ledger.db, item, ledger.now)
    outbox.settle(ledger.db, item, state, ledger.now)


def test_a_letter_is_claimed_by_one_only(ledger: Books) -> None:
    (item,) = ledger.owe(letter())
    assert outbox.claim(ledger.db, item, ledger.now)
    assert not outbox.claim(ledger.db, item, ledger.now)
    (now,) = outbox.in_state(ledger.db, [LetterState.SENDING])
    assert now.attempts == 1


def test_a_held_letter_is_not_due_until_it_is_released(ledger: Books) -> None:
    (item,) = ledger.owe(letter(held=True))
    assert not list(outbox.due(ledger.db, ledger.now))
    assert move_letters(ledger.db, [item.id, 99], LetterState.DUE, "li", ledger.now) == (item.id,)
    assert [one.id for one in outbox.due(ledger.db, ledger.now)] == [item.id]


@pytest.mark.parametrize("state", LetterState)
def test_only_what_waits_for_a_person_is_moved(ledger: Books, state: LetterState) -> None:
    (item,) = ledger.owe(letter())
    outbox.settle(ledger.db, item, state, ledger.now)
    moved = move_letters(ledger.db, [item.id], LetterState.DROPPED, "li", ledger.now)
    waits = {LetterState.DUE, LetterState.HELD, LetterState.UNKNOWN, LetterState.FAILED}
    assert moved == ((item.id,) if state in waits else ())


def test_a_settled_letter_says_what_the_server_said(ledger: Books) -> None:
    (item,) = ledger.owe(letter())
    outbox.claim(ledger.db, item, ledger.now)
    outbox.settle(
        ledger.db, item, LetterState.DUE, ledger.now, error="451 later", due_at=ledger.now + timedelta(hours=1)
    )
    assert not list(outbox.due(ledger.db, ledger.now))
    (again,) = outbox.due(ledger.db, ledger.later(hours=1))
    assert (again.error, again.attempts) == ("451 later", 1)
    sent(ledger, again)
    assert ledger.rows("SELECT state, sent_at, error, attempts FROM replies") == [
        ("sent", "2024-06-01T05:00:00+00:00", "", 2)
    ]


def test_first_receipts_go_before_second_tries(ledger: Books) -> None:
    tried, *_ = ledger.owe(letter("tried"), letter("fresh"), letter("fresher"))
    outbox.claim(ledger.db, tried, ledger.now)
    outbox.settle(ledger.db, tried, LetterState.DUE, ledger.now)
    assert [item.letter.key for item in outbox.due(ledger.db, ledger.now)] == ["fresh", "fresher", "tried"]


def test_what_answers_forged_senders_leaves_behind_every_honest_letter(ledger: Books) -> None:
    for number in range(3):
        owed = letter(f"forged{number}", f"f{number}@example.org", numbers=(f"{number}",), doubtful=True)
        ledger.owe(owed)
    ledger.owe(letter("state", kind=LetterKind.STATE))
    ledger.owe(letter("reminder", "r@example.org", LetterKind.REMINDER))
    ledger.owe(letter("first", "n@example.org", LetterKind.REJECTED, numbers=("9",)))
    keys = [item.letter.key for item in outbox.due(ledger.db, ledger.now)]
    assert keys == ["first", "state", "reminder", "forged0", "forged1", "forged2"]


def test_what_left_is_counted_by_address(ledger: Books) -> None:
    items = ledger.owe(*(letter(str(one), f"{one % 2}@example.com") for one in range(6)))
    for item, state in zip(items, [*LEFT, LetterState.FAILED, LetterState.DUE], strict=True):
        sent(ledger, item, state)
    counted = outbox.sent_since(ledger.db, IN_TIME)
    assert (counted.total, counted.by_recipient) == (4, {"0@example.com": 2, "1@example.com": 2})
    assert counted.last_at == IN_TIME
    assert outbox.sent_since(ledger.db, IN_TIME + timedelta(seconds=1)).total == 0


def test_the_quota_puts_every_due_letter_off(ledger: Books) -> None:
    ledger.owe(letter("a"), letter("b", held=True))
    outbox.put_off(ledger.db, IN_TIME + timedelta(days=1))
    assert not list(outbox.due(ledger.db, IN_TIME + timedelta(hours=23)))
    assert [item.letter.key for item in outbox.due(ledger.db, IN_TIME + timedelta(days=1))] == ["a"]


def test_only_letters_of_these_kinds_are_held(ledger: Books) -> None:
    ledger.owe(letter("a"), letter("b", kind=LetterKind.DIGEST))
    assert outbox.hold_all(ledger.db, [LetterKind.ACCEPTED], "why") == 1
    assert ledger.rows("SELECT letter_key, state, error FROM replies") == [("a", "held", "why"), ("b", "due", "")]


@pytest.mark.parametrize(
    ("state", "dropped"), [(LetterState.DUE, True), (LetterState.HELD, True), (LetterState.SENT, False)]
)
def test_only_unsent_letters_are_overtaken(ledger: Books, state: LetterState, dropped: bool) -> None:  # noqa: FBT001
    (item,) = ledger.owe(letter(numbers=("N-1",)))
    outbox.settle(ledger.db, item, state, ledger.now)
    with writing(ledger.db):
        assert outbox.overtake(ledger.db, ["N-1", "N-2"]) == ((item.id,) if dropped else ())


def back(ledger: Books, ids: tuple[str, ...], addresses: tuple[str, ...]) -> int:
    with writing(ledger.db):
        return outbox.came_back(ledger.db, ids, addresses, ledger.now - timedelta(days=10), "550 no such user")


def test_a_bounce_that_names_only_the_address_means_the_last_letter_to_it(ledger: Books) -> None:
    for item in ledger.owe(letter("a"), letter("b"), letter("c", "other@example.org")):
        sent(ledger, item)
    assert back(ledger, (), (MAKER,)) == 1
    assert ledger.rows("SELECT state FROM replies ORDER BY id") == [("sent",), ("undeliverable",), ("sent",)]


def test_an_old_letter_is_not_meant_by_a_bounce_without_an_id(ledger: Books) -> None:
    (item,) = ledger.owe(letter())
    sent(ledger, item)
    ledger.later(days=11)
    assert back(ledger, (), (MAKER,)) == 0
    assert back(ledger, ("<k@example.org>",), ()) == 1


def test_a_strangers_bounce_means_no_letter(ledger: Books) -> None:
    ledger.owe(letter())
    assert back(ledger, ("<who@example.net>",), ("who@example.net",)) == 0


def test_pauses_between_tries_double_to_four_hours() -> None:
    minutes = [outbox.retry_delay(attempts) / timedelta(minutes=1) for attempts in range(1, 10)]
    assert minutes == [2, 4, 8, 16, 32, 64, 128, 240, 240]


def test_letters_of_a_kind_to_an_address_that_still_wait_are_found(ledger: Books) -> None:
    ledger.owe(letter("a", kind=LetterKind.DECIDED), letter("b"), letter("c", "x@example.org", LetterKind.DECIDED))
    assert [item.letter.key for item in outbox.waiting_for(ledger.db, MAKER, LetterKind.DECIDED)] == ["a"]


def test_a_person_who_releases_or_drops_a_letter_is_in_the_history(ledger: Books) -> None:
    one, other = ledger.owe(letter("1", held=True), letter("2", held=True))
    move_letters(ledger.db, [one.id], LetterState.DUE, "li", ledger.now)
    move_letters(ledger.db, [other.id, 99], LetterState.DROPPED, "wang", ledger.now)
    assert ledger.rows("SELECT kind, actor, json_extract(details, '$.letter') FROM events ORDER BY id") == [
        ("letter-released", "li", one.id),
        ("letter-dropped", "wang", other.id),
    ]
