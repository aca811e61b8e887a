"""A letter that names nothing."""

from mailbot.reply.discreet import without_names
from tests.make.decisions import Room, film, form, row


def test_numbers_and_states_stay_and_the_senders_words_go() -> None:
    room = Room()
    room.take(form(row("买药请加微信")), film("买药请加微信.mp4"))
    [shown] = without_names(list(room.entries.values()))
    assert (shown.number, shown.status.value) == ("GYQG-2024-0001", "accepted")
    assert "买药" not in repr(shown)
