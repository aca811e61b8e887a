"""What is due once a day is done once, and made up for where it was missed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from mailbot.ledger import mails
from mailbot.model.mail import MailRef, RawMail
from mailbot.ops.daily import do_duties, last_due
from mailbot.ops.house import House, open_house
from mailbot.settings import load
from tests.make.decisions import CHINA, sha

CONFIG = """
data_dir = "var"
[mailbox]
kind = "maildir"
path = "var/inbox"
[smtp]
kind = "folder"
path = "var/sent"
[organizers]
digest_to = ["organizer@example.org"]
"""
MORNING = datetime(2024, 6, 2, 8, 30, tzinfo=CHINA)
ALL = ("digest", "reminders", "backup")


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    settings, _ = load(tmp_path / "config.toml", {})
    with open_house(settings) as house:
        with house.ledger() as db:
            at = MORNING - timedelta(days=1)
            mails.enter(db, MailRef("box", "INBOX", 1, 1, at), RawMail(sha("1"), 100), CHINA, at)
        yield house


def digests(house: House) -> list[str]:
    with house.ledger() as db:
        return [row[0] for row in db.execute("SELECT day FROM digests ORDER BY day").fetchall()]


@pytest.mark.parametrize(
    ("hour", "day"), [(time(8, 29), date(2024, 6, 1)), (time(8, 30), date(2024, 6, 2)), (time(23), date(2024, 6, 2))]
)
def test_a_days_duties_are_due_from_the_time_of_the_digest_on(hour: time, day: date) -> None:
    assert last_due(datetime.combine(date(2024, 6, 2), hour, CHINA), time(8, 30)) == day


def test_each_duty_of_a_day_is_done_once(house: House) -> None:
    assert do_duties(house, MORNING) == ALL
    assert do_duties(house, MORNING + timedelta(hours=9)) == ()
    assert digests(house) == ["2024-06-01"]
    copies = (house.settings.data_dir / "backup").glob("*.sqlite")
    assert [path.name for path in copies] == ["ledger-2024-06-02.sqlite"]


def test_a_day_that_was_missed_is_made_up_for_at_the_next_start(house: House) -> None:
    do_duties(house, MORNING)
    assert do_duties(house, MORNING + timedelta(days=2, hours=-2)) == ALL
    assert do_duties(house, MORNING + timedelta(days=2, hours=2)) == ALL
    assert digests(house) == ["2024-06-01", "2024-06-02", "2024-06-03"]


def test_a_clock_that_goes_back_does_nothing_twice(house: House) -> None:
    do_duties(house, MORNING)
    do_duties(house, MORNING + timedelta(days=1))
    assert do_duties(house, MORNING) == ()


def test_a_ledger_without_a_mail_has_nothing_to_tell(house: House) -> None:
    with house.ledger() as db:
        db.execute("DELETE FROM sightings")
        db.execute("DELETE FROM mails")
    assert do_duties(house, MORNING) == ()
    assert digests(house) == []
