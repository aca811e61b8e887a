"""What a wrong clock wrote holds nothing up."""

from datetime import timedelta

import pytest

from mailbot.ledger import mails, moments, outbox
from mailbot.model.letter import LetterState
from tests.make.decisions import film, form, row
from tests.make.ledger import Books, letter


def test_nothing_is_mended_where_the_clock_was_right(ledger: Books) -> None:
    ledger.keep(ledger.decided(form(row()), film()), letter())
    (item,) = outbox.due(ledger.db, ledger.now)
    outbox.claim(ledger.db, item, ledger.now)
    assert moments.mend(ledger.db, ledger.now) == ()
    assert moments.mend(ledger.db, ledger.now - timedelta(minutes=10)) == ()


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=366)])
def test_a_letter_owed_and_a_mail_begun_while_the_clock_was_ahead_are_due_now(ledger: Books, ahead: timedelta) -> None:
    right = ledger.now
    ledger.later(days=ahead.days)
    ledger.keep(ledger.decided(form(row()), film()), letter())
    ledger.enter("waits")
    (mail,) = mails.pending(ledger.db)
    mails.postpone(ledger.db, mail, "no room on the disk", ledger.now)
    assert not mails.pending(ledger.db, right - timedelta(days=1))
    assert len(moments.mend(ledger.db, right)) == 2
    assert len(list(outbox.due(ledger.db, right))) == 1
    assert len(mails.pending(ledger.db, right)) == 1


def test_a_letter_sent_while_the_clock_was_ahead_holds_up_no_other(ledger: Books) -> None:
    right = ledger.now
    ledger.keep(ledger.decided(form(row()), film()), letter())
    ledger.later(days=366)
    (item,) = outbox.due(ledger.db, ledger.now)
    outbox.claim(ledger.db, item, ledger.now)
    outbox.settle(ledger.db, item, LetterState.SENT, ledger.now)
    assert moments.mend(ledger.db, right) == ("replies.sent_at: 1",)
    assert outbox.sent_since(ledger.db, right - timedelta(hours=1)).last_at == right
