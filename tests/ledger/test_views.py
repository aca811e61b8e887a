"""The views that people read: their columns are the contract's, and their rows are right."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailbot.ledger.connection import open_ledger
from mailbot.ledger.digests import made, record_digest
from mailbot.ledger.lists import last_said, listed, newest, rivals, versions, view, works, works_of
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import Link, Triage
from tests.make.decisions import GOOD, IN_TIME, LATE, film, form, row
from tests.make.ledger import Books, books, letter, words

COLUMNS = {
    "entry_list": "number title themes unit recommender contact phone sender status duration width height aspect"
    " received_at reasons extra maker recommending_unit city province status_since link file mail_id contact_sheet",
    "entry_letters": "number letter kind state owed_at sent_at recipient subject error",
    "maker_totals": "unit received accepted rejected review incomplete 高端升级 数智赋能 绿色低碳",
    "unit_totals": "unit received accepted rejected review incomplete 高端升级 数智赋能 绿色低碳",
    "theme_totals": "theme received accepted",
    "day_totals": "day mails entries accepted rejected",
    "attention": "kind number mail_id since why about cause until error codes",
    "reply_log": "mail_id recipient kind subject state sent_at attempts error",
}
PAN = Link("https://pan.example.com/s/1abc", "baidu", "a1b2", "2024-07-01")


def season(ledger: Books) -> None:
    """Works of two units, of every fate."""
    both = ("高端升级", "绿色低碳")
    ledger.take(
        form(row("甲一", themes=both), row("甲二"), unit="甲公司"), film("甲一.mp4"), film("甲二.mp4", facts=None)
    )
    ledger.take(form(row("乙一", phone="12"), unit="乙公司", scanned=True), film("乙一.mp4"), sender="b@example.org")
    ledger.take(form(row("乙二", link=PAN.url), unit="乙公司"), PAN, sender="b@example.org")
    ledger.take(form(row("丙一"), unit="丙公司"), film("丙一.mp4"), sender="c@example.net")
    ledger.take(triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0005", sender="c@example.net")
    ledger.take(form(row("丁一"), unit="甲公司"), film("丁一.mp4"), sender="d@example.net", at=LATE)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_views_columns_stand_as_the_contract_says(ledger: Books, name: str) -> None:
    season(ledger)
    ledger.owe(letter(numbers=("GYQG-2024-0001",)))
    (first, *_) = view(ledger.db, name)
    assert list(first) == COLUMNS[name].split()


def test_the_entry_list_tells_each_work_in_a_line(ledger: Books) -> None:
    season(ledger)
    first, second, *_ = view(ledger.db, "entry_list")
    assert first == {
        "number": "GYQG-2024-0001",
        "title": "甲一",
        "themes": "高端升级、绿色低碳",
        "unit": "甲公司",
        "recommender": "张老师 010-00000000",
        "contact": "王一鸣",
        "phone": "13800000001",
        "sender": "maker@example.com",
        "status": "accepted",
        "duration": 120.0,
        "width": 1920,
        "height": 1080,
        "aspect": "16:9",
        "received_at": "2024-06-01T12:00:00+08:00",
        "reasons": "",
        "extra": "{}",
        "maker": "甲公司",
        "recommending_unit": "甲公司",
        "city": "",
        "province": "",
        "status_since": "2024-06-01T04:00:00+00:00",
        "link": "",
        "file": "甲一.mp4",
        "mail_id": 1,
        "contact_sheet": "",
    }
    assert (second["duration"], second["aspect"]) == (None, "")


def test_reasons_stand_in_the_order_of_the_findings(ledger: Books) -> None:
    ledger.take(form(row(phone="12", themes=()), unit=""))
    (only,) = view(ledger.db, "entry_list")
    assert only["reasons"] == "form-unit-missing、row-theme-missing、row-phone-invalid、row-video-missing"


def test_units_are_counted_by_what_they_sent(ledger: Books) -> None:
    season(ledger)
    assert [tuple(found.values()) for found in view(ledger.db, "unit_totals")] == [
        ("甲公司", 3, 2, 1, 0, 0, 1, 2, 1),
        ("乙公司", 2, 0, 0, 1, 1, 0, 2, 0),
    ]


def test_themes_and_days_are_counted(ledger: Books) -> None:
    season(ledger)
    assert {found["theme"]: (found["received"], found["accepted"]) for found in view(ledger.db, "theme_totals")} == {
        "高端升级": (1, 1),
        "绿色低碳": (1, 1),
        "数智赋能": (4, 1),
    }
    assert [tuple(found.values()) for found in view(ledger.db, "day_totals")] == [
        ("2024-06-01", 5, 4, 2, 0),
        ("2024-08-01", 1, 1, 0, 1),
    ]


def test_what_a_person_must_look_at_is_in_one_list(ledger: Books) -> None:
    season(ledger)
    ledger.take(Finding(Code.MAIL_UNREADABLE))
    held, unknown, sent = ledger.owe(letter("h", held=True), letter("u"), letter("s"))
    for item, state in ((unknown, LetterState.UNKNOWN), (sent, LetterState.SENT)):
        ledger.db.execute("UPDATE replies SET state = ?, error = 'cut' WHERE id = ?", [state, item.id])
    assert held.state is LetterState.HELD
    assert [(found["kind"], found["number"], found["why"]) for found in view(ledger.db, "attention")] == [
        ("entry", "GYQG-2024-0003", "form-scanned、row-phone-invalid"),
        ("link", "GYQG-2024-0004", "row-video-by-link 2024-07-01"),
        ("mail", "", "mail-unreadable"),
        ("letter", "", "held"),
        ("letter", "", "unknown cut"),
    ]
    assert all(found["since"] for found in view(ledger.db, "attention"))


def test_the_theme_columns_follow_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as ledger:
        season(ledger)
    odd = ("绿色低碳", '双"引号', "单'引号", "select")
    with open_ledger(path, odd) as db:
        first = view(db, "unit_totals")[0]
        assert list(first)[6:] == list(odd)
        assert [first[theme] for theme in odd] == [1, 0, 0, 0]
    with books(path) as ledger:
        assert list(view(ledger.db, "unit_totals")[0]) == COLUMNS["unit_totals"].split()


def test_a_reader_sees_the_views_in_a_file_opened_read_only(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path) as ledger:
        season(ledger)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        for name in COLUMNS:
            reader.execute(f"SELECT * FROM {name}").fetchall()


def test_the_listing_is_narrowed_by_status_unit_and_theme(ledger: Books) -> None:
    season(ledger)

    def numbers(**narrow: str) -> list[str]:
        return [str(found["number"])[-1] for found in listed(ledger.db, **narrow)]

    assert numbers() == ["1", "2", "3", "4", "5", "6"]
    assert numbers(status="rejected") == ["6"]
    assert numbers(unit="甲") == ["1", "2", "6"]
    assert numbers(theme="绿色低碳") == ["1"]
    assert numbers(unit="甲", theme="绿色低碳", status="review") == []
    assert numbers(unit="%") == []
    assert next(listed(ledger.db))["themes"] == ["高端升级", "绿色低碳"]


def test_a_theme_with_an_enumeration_comma_stays_one(tmp_path: Path) -> None:
    with books(tmp_path / "ledger.sqlite") as ledger:
        ledger.take(form(row(themes=("创新、创造", "绿色低碳"))))
        assert next(listed(ledger.db))["themes"] == ["创新、创造", "绿色低碳"]


def test_a_listed_work_is_told_whole(ledger: Books) -> None:
    ledger.take(form(row(link=PAN.url)), PAN)
    ledger.take(form(row("乙")), film("乙.mp4"), sender="b@example.org")
    first, second = works(ledger.db)
    assert (first.link, first.video, first.reasons) == (
        "https://pan.example.com/s/1abc a1b2",
        None,
        ("row-video-by-link",),
    )
    assert second.video is not None
    assert (second.video.duration, second.video.size, second.video.container) == (120.0, 5_000, "mp4")
    assert second.themes == ("数智赋能",)
    assert [work.number for work in works(ledger.db, [EntryStatus.ACCEPTED])] == [second.number]
    assert list(works_of(ledger.db, [second.number, "X-1"])) == [second.number]
    assert [work.number for work in newest(ledger.db, IN_TIME.date(), 1)] == [second.number]
    assert versions(ledger.db, [first.number, "X-1"]) == {first.number: 1}


def test_rivals_are_the_entries_that_findings_name(ledger: Books) -> None:
    ledger.take(form(row("甲")), film("甲.mp4"), sender="a@example.org")
    (entry,) = ledger.take(form(row("乙")), film("乙.mp4", "甲.mp4"), sender="b@example.org").entries
    assert rivals(ledger.db, [entry.number, "GYQG-2024-0001"]) == {entry.number: ("GYQG-2024-0001",)}


def test_a_days_digest_is_owed_once_and_can_be_owed_again_by_hand(ledger: Books) -> None:
    day = IN_TIME.date()
    assert not made(ledger.db, day)
    for _ in range(2):
        record_digest(ledger.db, day, [letter("d", kind=LetterKind.DIGEST)], {"received": 3}, ledger.now)
    assert made(ledger.db, day)
    assert ledger.rows("SELECT day, figures FROM digests") == [("2024-06-01", '{"received":3}')]
    assert ledger.rows("SELECT count(*) FROM replies") == [(1,)]


def test_a_note_that_a_letter_has_told_is_not_told_again(ledger: Books) -> None:
    (entry,) = ledger.take(form(row()), film(facts=GOOD)).entries

    def decide(said: str) -> None:
        event = Event(EventKind.DECIDED, entry.number, "organizer", say=said)
        one = letter(said or "none", kind=LetterKind.DECIDED, numbers=(entry.number,))
        record_review(ledger.db, [ledger.entry()], [event], [one], words, ledger.later(minutes=1))

    decide("画面有水印")
    decide("")
    assert last_said(ledger.db, [entry.number, "GYQG-2024-9999"]) == {entry.number: "画面有水印"}
    ledger.db.execute("UPDATE replies SET state = 'sent' WHERE state = 'due'")
    assert last_said(ledger.db, [entry.number]) == {}
    decide("已核实")
    assert last_said(ledger.db, [entry.number]) == {entry.number: "已核实"}
