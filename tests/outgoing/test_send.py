"""Letters leave as pace and caps allow, and what was cut is settled by the Sent folder or by the policy."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from mailbot.ledger import outbox
from mailbot.model.errors import SendError, TemporaryError
from mailbot.model.letter import LetterKind, LetterState
from mailbot.outgoing.send import send_due, settle_unknown
from mailbot.session import Session
from mailbot.settings.keys import OnUnknown, OutboxSettings, Security, SmtpSettings
from tests.make.disks import filled, small_disk
from tests.make.ledger import Books, books, letter
from tests.make.sessions import session
from tests.servers.smtp_receiver import SmtpReceiver

PACE = OutboxSettings(pace_seconds=0, daily_cap=3, per_sender_daily=1)
OTHER = "other@example.com"


def into_a_folder(ledger: Books, pace: OutboxSettings = PACE) -> Session:
    """A session whose letters are written into a folder."""
    sender = "组委会 <submissions@163.example>"
    return session(ledger, smtp=SmtpSettings(kind="folder", path=ledger.folder / "sent", sender=sender), outbox=pace)


def states(ledger: Books) -> list[str]:
    return [item.state.value for item in outbox.in_state(ledger.db)]


def test_what_is_due_leaves_and_is_written_down(ledger: Books) -> None:
    ledger.owe(letter("a"), letter("b", OTHER))
    assert send_due(into_a_folder(ledger)) == 2
    assert len(list((ledger.folder / "sent").iterdir())) == 2
    assert states(ledger) == ["sent", "sent"]
    assert send_due(into_a_folder(ledger)) == 0


def test_the_second_letter_to_one_address_waits_for_the_next_day(ledger: Books) -> None:
    ledger.owe(letter("a"), letter("b"), letter("c", OTHER))
    assert send_due(into_a_folder(ledger)) == 2
    assert states(ledger) == ["sent", "due", "sent"]
    ledger.later(days=1)
    assert send_due(into_a_folder(ledger)) == 1


def test_no_letter_leaves_beyond_the_days_cap(ledger: Books) -> None:
    ledger.owe(*(letter(f"k{count}", f"maker{count}@example.com") for count in range(5)))
    assert send_due(into_a_folder(ledger)) == 3
    assert states(ledger).count("due") == 2


def test_where_mailbot_is_asked_to_stop_nothing_more_leaves(ledger: Books) -> None:
    ledger.owe(letter("a"))
    assert send_due(replace(into_a_folder(ledger), pause=lambda _seconds: True)) == 0
    assert states(ledger) == ["due"]


def test_on_a_full_disk_letters_wait_and_leave_once_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2048) as disk, books(disk / "ledger.sqlite") as ledger:
        ledger.owe(*(letter(f"k{count}", f"maker{count}@example.com") for count in range(3)))
        (ledger.folder / "sent").mkdir()
        with filled(disk), pytest.raises(TemporaryError):
            send_due(into_a_folder(ledger))
        assert [(item.state, item.attempts) for item in outbox.in_state(ledger.db)] == [(LetterState.DUE, 0)] * 3
        assert send_due(into_a_folder(ledger)) == 3
        assert len(list((disk / "sent").iterdir())) == 3


def test_where_only_the_letters_disk_is_full_they_wait_and_no_try_is_used_up(ledger: Books, tmp_path: Path) -> None:
    ledger.owe(*(letter(f"k{count}", f"maker{count}@example.com") for count in range(3)))
    with small_disk(tmp_path / "disk", 256) as disk:
        sent = SmtpSettings(kind="folder", path=disk, sender="组委会 <submissions@163.example>")
        with filled(disk), pytest.raises(SendError):
            send_due(session(ledger, smtp=sent, outbox=PACE))
        assert [(item.state, item.attempts) for item in outbox.in_state(ledger.db)] == [(LetterState.DUE, 0)] * 3
        ledger.later(hours=1)
        assert send_due(session(ledger, smtp=sent, outbox=PACE)) == 3
        assert sorted(path.suffix for path in disk.iterdir()) == [".eml"] * 3


def test_a_held_letter_does_not_leave(ledger: Books) -> None:
    ledger.owe(letter("a", held=True, kind=LetterKind.REJECTED))
    assert send_due(into_a_folder(ledger)) == 0


@pytest.mark.parametrize(
    ("policy", "found", "state"),
    [
        (OnUnknown.HOLD, {"<a@example.org>"}, LetterState.SENT),
        (OnUnknown.HOLD, None, LetterState.UNKNOWN),
        (OnUnknown.RESEND, None, LetterState.DUE),
    ],
)
def test_a_letter_that_was_cut_is_settled(
    ledger: Books, policy: OnUnknown, found: set[str] | None, state: LetterState
) -> None:
    (item,) = ledger.owe(letter("a"))
    assert outbox.claim(ledger.db, item, ledger.now)
    outbox.settle(ledger.db, item, LetterState.SENDING, ledger.now, error="the connection died")
    ledger.later(hours=1)

    def in_sent_folder(_since: datetime) -> frozenset[str] | None:
        return None if found is None else frozenset(found)

    settle_unknown(session(ledger, outbox=replace(PACE, on_unknown=policy)), in_sent_folder)
    assert states(ledger) == [state]


def test_a_letter_cut_under_a_clock_a_year_ahead_is_settled_by_what_left_before(ledger: Books) -> None:
    (earlier,) = ledger.owe(letter("a"))
    assert outbox.claim(ledger.db, earlier, ledger.now)
    outbox.settle(ledger.db, earlier, LetterState.SENT, ledger.now)
    filed = {earlier.letter.message_id: ledger.now}  # by the server's clock
    ledger.later(hours=365 * 24)
    item = next(one for one in ledger.owe(letter("b")) if one.state is LetterState.DUE)
    assert outbox.claim(ledger.db, item, ledger.now)
    outbox.settle(ledger.db, item, LetterState.SENDING, ledger.now, error="the connection died")
    ledger.later(hours=1)

    def in_sent_folder(since: datetime) -> frozenset[str]:
        return frozenset(one for one, at in filed.items() if at >= since)

    settle_unknown(session(ledger, outbox=PACE), in_sent_folder)
    assert states(ledger) == [LetterState.SENT, LetterState.DUE]


def test_a_letter_reads_as_much_whether_few_or_many_left_before_it_that_day(tmp_path: Path) -> None:
    def steps(count: int) -> float:
        taken = [0]

        def step() -> int:
            taken[0] += 1
            return 0

        with books(tmp_path / f"{count}" / "ledger.sqlite") as ledger:
            many = into_a_folder(ledger, OutboxSettings(pace_seconds=0, daily_cap=1000, per_sender_daily=1))
            ledger.owe(*(letter(f"k{number}", f"maker{number}@example.com") for number in range(count)))
            ledger.db.conn.set_progress_handler(step, 1)
            assert send_due(many) == count
            ledger.db.conn.set_progress_handler(None, 1)
        return taken[0] / count

    assert steps(40) <= steps(10)


def test_a_letter_waits_its_pause_and_then_leaves(ledger: Books) -> None:
    ledger.owe(letter("a"), letter("b", OTHER))
    pauses: list[float] = []
    slow = into_a_folder(ledger, OutboxSettings(pace_seconds=3600, daily_cap=3, per_sender_daily=1))

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return False

    assert send_due(replace(slow, pause=pause)) == 2
    assert [seconds > 0 for seconds in pauses] == [False, True]


def test_a_letter_that_another_process_took_meanwhile_is_not_sent(ledger: Books) -> None:
    (item,) = ledger.owe(letter("a"))

    def pause(_seconds: float) -> bool:
        outbox.claim(ledger.db, item, ledger.now)
        return False

    send_due(replace(into_a_folder(ledger), pause=pause))
    assert list((ledger.folder / "sent").glob("*.eml")) == []
    assert states(ledger) == ["sending"]


def test_where_the_server_has_had_enough_for_a_day_all_letters_wait_for_the_next(
    ledger: Books, smtp_receiver: SmtpReceiver
) -> None:
    ledger.owe(*(letter(f"k{count}", f"maker{count}@example.com") for count in range(3)))
    smtp_receiver.answer("mail", "554 MI:STC too many today")
    server = SmtpSettings(
        host=smtp_receiver.host, port=smtp_receiver.port, security=Security.NONE, user=smtp_receiver.user,
        password=smtp_receiver.password, sender="组委会 <submissions@163.example>",
    )  # fmt: skip
    by_post = session(ledger, smtp=server, outbox=PACE)
    assert send_due(by_post) == 0
    assert (states(ledger), smtp_receiver.letters) == (["due"] * 3, [])
    assert {item.attempts for item in outbox.in_state(ledger.db)} == {0}
    assert send_due(by_post) == 0
    ledger.later(days=1, hours=1)
    assert send_due(by_post) == 3
