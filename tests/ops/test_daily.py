"""What is due once a day is done once, and made up for where it was missed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from mailbot.ledger import mails
from mailbot.model.mail import MailRef, RawMail
from mailbot.ops.daily import do_duties, last_due
from mailbot.ops.house import House, open_house
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load
from tests.house.checkout import ROOT
from tests.make.configs import ON_FOLDERS
from tests.make.decisions import CHINA, sha

CONFIG = f"""{ON_FOLDERS}
[organizers]
digest_to = ["organizer@example.org"]
"""
MORNING = datetime(2024, 6, 2, 8, 30, tzinfo=CHINA)
ALL = ("digest", "reminders", "backup")


def settings_of(folder: Path, config: str = CONFIG) -> Settings:
    (folder / "config.toml").write_text(config, encoding="utf-8")
    return load(folder / "config.toml", {})[0]


def take_a_mail_in(house: House) -> None:
    with house.ledger() as db:
        at = MORNING - timedelta(days=1)
        mails.enter(db, MailRef("box", "INBOX", 1, 1, at), RawMail(sha("1"), 100), CHINA, at)


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[House]:
    with open_house(settings_of(tmp_path)) as house:
        take_a_mail_in(house)
        yield house


def digests(house: House) -> list[str]:
    with house.ledger() as db:
        return [row[0] for row in db.execute("SELECT day FROM digests ORDER BY day").fetchall()]


def digest_letters(house: House) -> list[str]:
    with house.ledger() as db:
        found = db.execute("SELECT letter_key FROM replies WHERE kind = 'digest' ORDER BY id").fetchall()
    return [row[0] for row in found]


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


def test_a_daemon_that_was_down_at_the_digests_time_makes_up_for_it_once_it_starts_again(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with open_house(settings) as house:
        take_a_mail_in(house)
        assert do_duties(house, MORNING - timedelta(hours=12)) == ALL
        assert do_duties(house, MORNING - timedelta(minutes=1)) == ()
    with open_house(settings) as started_again:
        assert do_duties(started_again, MORNING + timedelta(hours=6)) == ALL
    with open_house(settings) as once_more:
        assert do_duties(once_more, MORNING + timedelta(hours=7)) == ()
        assert digest_letters(once_more) == [
            "digest:2024-05-31:organizer@example.org", "digest:2024-06-01:organizer@example.org",
        ]  # fmt: skip


def test_the_running_daemon_does_at_its_start_what_was_due_before(tmp_path: Path) -> None:
    with open_house(settings_of(tmp_path, CONFIG + '[schedule]\ndigest_at = "00:00"\n')) as house:
        take_a_mail_in(house)
    daemon = subprocess.Popen(
        [sys.executable, "-m", "mailbot", "--config", str(tmp_path / "config.toml"), "run"],
        cwd=ROOT, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert daemon.stderr is not None
    done = next((line for line in daemon.stderr if b"duty-done" in line and b"backup" in line), b"")
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=30)
    assert done, log
    with open_house(settings_of(tmp_path)) as house:
        assert len(digests(house)) == 1
        assert len(digest_letters(house)) == 1


def test_a_quiet_digest_tells_of_days_on_which_something_happened_alone(tmp_path: Path) -> None:
    with open_house(settings_of(tmp_path, CONFIG + "quiet = true\n")) as house:
        take_a_mail_in(house)
        with house.ledger() as db:
            db.execute("UPDATE mails SET state = 'done', done_at = spooled_at")
        for days in range(3):
            do_duties(house, MORNING + timedelta(days=days))
        assert digests(house) == ["2024-06-01", "2024-06-02", "2024-06-03"]
        assert digest_letters(house) == ["digest:2024-06-01:organizer@example.org"]


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
