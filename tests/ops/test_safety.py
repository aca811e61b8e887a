"""Trouble is told while it lasts and when it is over; what rots is found, and fetched again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.ledger import mails, outbox
from mailbot.ledger.connection import writing
from mailbot.ledger.record import see_to
from mailbot.model.decision import Event, EventKind
from mailbot.model.errors import Refused, TemporaryError
from mailbot.model.letter import LetterState
from mailbot.model.limits import Limits
from mailbot.model.mail import MailRef
from mailbot.ops.breaker import Breaker
from mailbot.ops.health import look_after, reached
from mailbot.ops.house import House, now, open_house
from mailbot.ops.nightly import keep_safe
from mailbot.ops.room import shortage
from mailbot.ops.round import run_once, take_in
from mailbot.ops.scrub import missing, refuse_damaged, rotten, scrub
from mailbot.session import Session
from mailbot.settings.keys import MailboxSettings, OrganizerSettings, Settings, SmtpSettings
from mailbot.store import Store, hash_of
from tests.make.ledger import letter

NOON = datetime(2024, 6, 1, 4, tzinfo=UTC)


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> Settings:
    mailbox = MailboxSettings(name="box", kind="maildir", path=tmp_path / "inbox")
    return replace(
        Settings(),
        data_dir=tmp_path / "var",
        file=tmp_path / "config.toml",
        mailbox=(mailbox,),
        smtp=SmtpSettings(kind="folder", path=tmp_path / "sent", sender="Office <office@example.org>"),
        organizers=OrganizerSettings(("organizer@example.org",)),
    )


@pytest.fixture(name="house")
def _house(settings: Settings) -> Iterator[House]:
    with open_house(settings) as house:
        yield house


@contextmanager
def at(house: House, moment: datetime) -> Iterator[Session]:
    with house.ledger() as db:
        yield replace(house.session(db), now=lambda: moment)


def told(house: House) -> list[str]:
    """Subjects of the letters that are owed."""
    with house.ledger() as db:
        return [item.letter.subject for item in outbox.in_state(db)]


def enter(house: House, content: bytes, at: datetime = NOON) -> str:
    """A mail, in the spool and in the ledger."""
    ref = MailRef("box", "INBOX", 1, len(content), at)
    with house.ledger() as db:
        kept = house.bench.spool.keep(lambda _ref, start: iter([content[start:]]), ref)
        mails.enter(db, ref, kept, house.settings.campaign.zone, at)
    return kept.sha256


def test_a_mailbox_out_of_reach_is_told_once_a_day_and_once_when_it_is_back(house: House) -> None:
    for minutes, letters in ((0, 0), (29, 0), (31, 1), (60, 1)):
        with at(house, NOON + timedelta(minutes=minutes)) as session:
            if not minutes:
                reached(session, "box")
            look_after(session)
        assert len(told(house)) == letters
    with at(house, NOON + timedelta(days=1)) as session:
        assert [trouble.cause for trouble in look_after(session)] == ["unreachable"]
        reached(session, "box")
        assert look_after(session) == ()
        look_after(session)
    subjects = told(house)
    assert len(subjects) == 3
    assert "恢复" in subjects[-1]
    assert "box" in subjects[-1]


def test_a_single_round_from_cron_tells_of_trouble_and_when_it_is_over(house: House) -> None:
    inbox = house.settings.mailbox[0].path
    assert inbox is not None
    inbox.touch()  # a file where a folder is wanted
    with house.ledger() as db, at(house, now() - timedelta(minutes=31)) as session:
        reached(session, "box")
        assert run_once(house).troubles
        assert [item.state for item in outbox.in_state(db)] == [LetterState.SENT]
        inbox.unlink()
        assert run_once(house).well
    assert len(told(house)) == 2
    assert "恢复" in told(house)[-1]


def test_mails_that_wait_fail_or_letters_that_the_caps_hold_are_told(house: House) -> None:
    sha256 = enter(house, b"Subject: x\r\n\r\n", datetime.fromisoformat("2024-06-01T00:00+00:00"))
    with at(house, NOON) as session:
        assert [trouble.cause for trouble in look_after(session)] == ["waiting"]
        mails.fail(session.ledger, 1, "ValueError", NOON)
        with_letter(session, NOON - timedelta(days=2))
        assert [trouble.cause for trouble in look_after(session)] == ["failed", "capped"]
    assert sha256


def test_orders_that_seem_forged_are_told_until_a_person_has_seen_to_them(house: House) -> None:
    enter(house, b"Subject: 0001\r\n\r\n")
    with house.ledger() as db:
        db.execute("UPDATE mails SET state = 'done', attention = 'order-forged'")
        db.conn.commit()
    with at(house, NOON) as session:
        assert [trouble.cause for trouble in look_after(session)] == ["forged"]
        look_after(session)
    assert [subject for subject in told(house) if "冒用" in subject] == [told(house)[0]]
    with house.ledger() as db:
        see_to(db, 1, Event(EventKind.SEEN, actor="li"), NOON)
    with at(house, NOON) as session:
        assert look_after(session) == ()
    assert "恢复" in told(house)[-1]


def with_letter(session: Session, created: datetime) -> None:
    with writing(session.ledger):
        outbox.owe(session.ledger, letter("owed"), None, created)


def test_a_full_disk_stops_the_taking_in_tells_and_ends_nothing_as_failed(house: House) -> None:
    enter(house, b"Subject: x\r\n\r\nbody")
    full = replace(house, settings=replace(house.settings, limits=Limits(disk_reserve_percent=99.999)))
    for _ in range(3):
        outcome = take_in(full, Breaker(), patient=False)
        assert (outcome.processed, outcome.failed, outcome.well) == (0, 0, False)
        assert "disk_reserve_percent" in outcome.troubles[0]
    assert len([subject for subject in told(house) if "磁盘" in subject]) == 1
    outcome = take_in(house, Breaker(), patient=False)
    assert outcome.processed == 1
    assert shortage(house.settings) == ""


def test_a_rotten_or_missing_mail_is_found_and_fetched_again_and_a_good_copy_takes_its_place(house: House) -> None:
    contents = [b"Subject: first\r\n\r\n", b"Subject: second\r\n\r\n."]
    names = [enter(house, content) for content in contents]
    house.bench.spool.path(names[0]).write_bytes(b"rot")
    house.bench.spool.path(names[1]).unlink()
    with pytest.raises(TemporaryError, match="fetched again"):
        house.bench.spool.sound(names[0])
    assert [path.stem for path in rotten(house.settings)] == names[:1]
    with house.ledger() as db:
        keep_safe(house, db, NOON.date())
    with house.ledger() as db:
        for day in range(28):
            scrub(db, house.settings, (NOON + timedelta(days=day)).date())
        assert [path.stem for path in missing(db, house.settings)] == names[1:]
        assert db.execute("SELECT count(*) FROM sightings WHERE mail_id IS NULL").fetchone() == (2,)
    for content in contents:
        enter(house, content)
    assert [house.bench.spool.sound(name).read_bytes() for name in names] == contents
    assert any("损坏" in subject for subject in told(house))
    assert not any("恢复" in subject for subject in told(house))
    with house.ledger() as db:
        keep_safe(house, db, NOON.date() + timedelta(days=1))
    assert sum("恢复" in subject for subject in told(house)) == 1


def test_a_good_copy_of_a_file_takes_a_rotten_ones_place(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.put([b"film"])
    store.path(kept.sha256).write_bytes(b"f1lm")
    store.put([b"film"])
    assert hash_of(store.path(kept.sha256)) == kept.sha256


def test_every_file_is_read_within_four_weeks(settings: Settings) -> None:
    store = Store(settings.files_dir)
    for number in range(300):
        name = store.put([str(number).encode()]).sha256
        store.path(name).write_bytes(b"rot")
    seen = [path for day in range(28) for path in rotten(settings, NOON.date() + timedelta(days=day))]
    assert sorted(seen) == sorted(rotten(settings))
    assert len(seen) == len(set(seen)) == 300


def test_mailbot_does_not_begin_to_work_on_a_damaged_ledger(house: House) -> None:
    enter(house, b"Subject: x\r\n\r\n")
    refuse_damaged(house)
    with house.ledger() as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("UPDATE sightings SET mail_id = 99")
        db.conn.commit()
    with pytest.raises(Refused, match="mailbot restore"):
        refuse_damaged(house)


def test_a_copy_that_fails_is_told_and_told_again_when_it_succeeds(house: House) -> None:
    in_the_way = house.settings.data_dir / "backup" / "ledger-2024-06-01.part"
    with house.ledger():
        in_the_way.mkdir(parents=True)
    with house.ledger() as db:
        keep_safe(house, db, NOON.date())
    assert any("备份失败" in subject for subject in told(house))
    in_the_way.rmdir()
    with house.ledger() as db:
        keep_safe(house, db, NOON.date())
    assert any("恢复" in subject for subject in told(house))
