"""Units in the ledger: the two columns, merges and the way back, the roster, and what views tell people by."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.ledger.backup import rebuild
from mailbot.ledger.connection import journal_of
from mailbot.ledger.lists import listed, view
from mailbot.ledger.shown import Shown, keep_shown, offsets
from mailbot.ledger.units import units, unsent
from mailbot.model.decision import Remark
from mailbot.model.entry import Field, RecommenderDoubt
from mailbot.model.errors import Refused
from mailbot.model.letter import LetterState
from mailbot.model.roster import Roster, RosterUnit
from mailbot.model.rules import Rules
from mailbot.model.works import FormFile
from mailbot.review import edit, merge, recommend, redecide, rename, write, write_naming
from tests.make.decisions import CHINA, film, form, row
from tests.make.ledger import Books, books, letter
from tests.make.sessions import session

BUREAU, OTHER, THIRD = "云岭市工业和信息化局", "江海市工业和信息化局", "山城市工业和信息化局"
ROSTER = Roster(
    (
        RosterUnit(BUREAU, ("云岭市工信局",), ("gxj.example.org",), "云岭市", "某某省", expected=True),
        RosterUnit(OTHER, (), (), "江海市", "某某省", expected=True),
        RosterUnit(THIRD, (), (), "山城市", "某某省"),
    )
)
ME = "organizer"


def recommended_by(who: str, *titles: str, unit: str) -> FormFile:
    made = form(*map(row, titles), unit=unit)
    assert made.form is not None
    return replace(made, form=replace(made.form, recommender=f"{who} 吴敏 0571-00000000"))


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Books]:
    """Three works: two recommended by a bureau under two names, one that recommends itself."""
    with books(tmp_path / "ledger.sqlite", Rules(roster=ROSTER)) as made:
        keep_shown(made.db, Shown(CHINA, {}, ROSTER))
        made.take(recommended_by(BUREAU, "甲一", unit="甲公司"), film("甲一.mp4"))
        made.take(recommended_by("云岭市经信局", "乙一", unit="乙公司"), film("乙一.mp4"), sender="b@example.org")
        made.take(form(row("丙一"), unit="丙 公司"), film("丙一.mp4"), sender="c@example.net")
        yield made


def totals(ledger: Books, name: str = "unit_totals") -> dict[object, object]:
    return {found["unit"]: found["received"] for found in view(ledger.db, name)}


def test_maker_and_recommending_unit_are_counted_apart(ledger: Books) -> None:
    assert totals(ledger) == {BUREAU: 1, "云岭市经信局": 1, "丙公司": 1}
    assert totals(ledger, "maker_totals") == {"甲公司": 1, "乙公司": 1, "丙公司": 1}
    first = next(listed(ledger.db))
    assert (first["unit"], first["recommending_unit"], first["city"]) == ("甲公司", BUREAU, "云岭市")
    assert [str(found["number"])[-1:] for found in listed(ledger.db, unit="工业和信息化")] == ["1"]


def test_a_merge_counts_at_once_and_a_rename_takes_it_back(ledger: Books) -> None:
    desk = session(ledger, ledger.rules)
    write_naming(desk, merge(desk, ["云岭市经信局"], BUREAU, ME, "改名"))
    assert totals(ledger) == {BUREAU: 2, "丙公司": 1}
    assert units(ledger.db)[0].names == ("云岭市工业和信息化局", "云岭市经信局")
    write_naming(desk, rename(desk, "云岭市经信局", "云岭市经信局", ME))
    assert totals(ledger) == {BUREAU: 1, "云岭市经信局": 1, "丙公司": 1}
    assert ledger.rows("SELECT kind, actor, note, details FROM events WHERE kind LIKE 'unit%'") == [
        ("unit-merged", ME, "改名", '{"云岭市经信局":"云岭市经信局 → 云岭市工业和信息化局"}'),
        ("unit-renamed", ME, "", '{"云岭市经信局":"云岭市工业和信息化局 → 云岭市经信局"}'),
    ]
    assert ledger.entry().unit == "甲公司"


def test_a_preview_tells_which_names_move_and_writes_nothing(ledger: Books) -> None:
    desk = session(ledger, ledger.rules)
    assert merge(desk, ["云岭市经信局"], BUREAU, ME).moved == {"云岭市经信局": BUREAU}
    assert totals(ledger) == {BUREAU: 1, "云岭市经信局": 1, "丙公司": 1}


@pytest.mark.parametrize(
    ("names", "into", "why"),
    [
        (["无名公司"], BUREAU, "无名公司: no unit has this name"),
        ([BUREAU], "无名公司", "no unit has this name"),
        ([BUREAU], BUREAU, "already"),
    ],
)
def test_what_cannot_be_merged_is_refused(ledger: Books, names: list[str], into: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        merge(session(ledger, ledger.rules), names, into, ME)


def test_a_new_name_may_not_be_another_units(ledger: Books) -> None:
    desk = session(ledger, ledger.rules)
    with pytest.raises(Refused, match="mailbot unit merge 甲公司 乙公司"):
        rename(desk, "甲公司", "乙公司", ME)
    write_naming(desk, rename(desk, "甲公司", "甲集团", ME))
    assert set(totals(ledger, "maker_totals")) == {"甲集团", "乙公司", "丙公司"}
    write_naming(desk, rename(desk, "甲公司", "甲公司", ME))
    assert set(totals(ledger, "maker_totals")) == {"甲公司", "乙公司", "丙公司"}


def test_a_lost_ledger_gets_merges_and_roster_back_from_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with books(path, Rules(roster=ROSTER)) as ledger:
        keep_shown(ledger.db, Shown(CHINA, {}, ROSTER))
        ledger.take(recommended_by(BUREAU, "甲一", unit="甲公司"), film("甲一.mp4"))
        ledger.take(recommended_by("云岭市经信局", "乙一", unit="乙公司"), film("乙一.mp4"), sender="b@example.org")
        desk = session(ledger, ledger.rules)
        write_naming(desk, merge(desk, ["云岭市经信局"], BUREAU, ME))
        write(desk, recommend(desk, OTHER, ["1"], ME, Remark()))
    (tmp_path / "anew").mkdir()
    rebuild(journal_of(path), tmp_path / "anew" / "ledger.sqlite")
    with books(tmp_path / "anew" / "ledger.sqlite") as again:
        assert totals(again) == {OTHER: 1, BUREAU: 1}
        assert again.rows("SELECT count(*) FROM roster") == [(3,)]


def test_units_of_which_works_are_expected_and_none_came_are_listed(ledger: Books) -> None:
    assert [(unit.name, unit.city) for unit in unsent(ledger.db)] == [(OTHER, "江海市")]
    desk = session(ledger, ledger.rules)
    write_naming(desk, merge(desk, ["丙公司"], OTHER, ME))
    assert unsent(ledger.db) == ()


def test_a_person_says_who_recommends_and_no_letter_goes_out(ledger: Books) -> None:
    desk = session(ledger, ledger.rules)
    change = recommend(desk, "云岭市工信局", ["2", "GYQG-2024-0003"], ME, Remark("电话核实"))
    assert change.letters == ()
    write(desk, change)
    assert totals(ledger) == {BUREAU: 3}
    ledger.take(recommended_by(THIRD, "乙一", unit="乙公司"), sender="b@example.org")
    assert totals(ledger) == {BUREAU: 3}
    edited = edit(desk, "3", {Field.RECOMMENDING_UNIT: OTHER}, ME)
    assert (edited.letters, edited.entries[0].recommending_unit) == ((), OTHER)


def test_works_whose_recommender_is_unclear_wait_for_a_person_once_a_mail(ledger: Books) -> None:
    ledger.take(
        form(row("丁一"), unit="丁公司"), form(row("戊一"), unit="戊公司"), film("丁一.mp4"), film("戊一.mp4"),
        sender="d@example.net",
    )  # fmt: skip

    def open_items() -> list[tuple[object, object, object]]:
        unclear = [found for found in view(ledger.db, "attention") if found["cause"] == "recommender-unclear"]
        return [(found["kind"], found["number"], found["about"]) for found in unclear]

    assert ledger.entry("GYQG-2024-0004").recommender_doubt is RecommenderDoubt.SEVERAL_MAKERS
    assert open_items() == [("entry", "GYQG-2024-0004", "丁一 (+1)")]
    desk = session(ledger, ledger.rules)
    write(desk, recommend(desk, BUREAU, ["4"], ME, Remark()))
    assert open_items() == [("entry", "GYQG-2024-0005", "戊一")]
    write(desk, recommend(desk, BUREAU, ["5"], ME, Remark()))
    assert open_items() == []


def test_another_roster_counts_once_entries_are_decided_again(ledger: Books) -> None:
    bigger = Roster((replace(ROSTER.units[0], also=("云岭市经信局",)), RosterUnit("丙集团", ("丙公司",))))
    desk = session(ledger, replace(ledger.rules, roster=bigger), roster=bigger)
    assert redecide(desk, ME, preview=False) == ()
    assert totals(ledger) == {BUREAU: 2, "丙集团": 1}


def test_every_moment_of_a_view_is_in_the_campaigns_time_zone(ledger: Books) -> None:
    (item,) = ledger.owe(letter(numbers=("GYQG-2024-0001",)))
    sent = "UPDATE replies SET state = ?, sent_at = '2024-06-01T20:30:00+00:00' WHERE id = ?"
    ledger.db.execute(sent, [LetterState.UNKNOWN, item.id])
    ledger.take(sender="x@example.org", body="请问可以用竖屏吗？")
    for zone, clock in ((CHINA, "+08:00"), (ZoneInfo("Europe/Berlin"), "+02:00")):
        keep_shown(ledger.db, Shown(zone, {}, ROSTER))
        moments = [found["sent_at"] for found in (*view(ledger.db, "reply_log"), *view(ledger.db, "entry_letters"))]
        moments += [found["since"] for found in view(ledger.db, "attention")]
        moments += [found["status_since"] for found in view(ledger.db, "entry_list")]
        assert len(moments) > 5
        assert [moment for moment in moments if not str(moment).endswith(clock)] == []
    assert view(ledger.db, "reply_log")[0]["sent_at"] == "2024-06-01T22:30:00+02:00"


def test_a_zones_changes_of_clock_are_known_to_the_minute() -> None:
    told = [(one["begins"], one["clock"]) for one in offsets(ZoneInfo("Australia/Lord_Howe"))]
    assert ("2024-04-06T15:00:00+00:00", "+10:30") in told
    assert [one["clock"] for one in offsets(CHINA)] == ["+08:00"]


def test_labels_are_remade_where_a_word_changes_and_only_then(ledger: Books) -> None:
    shown = Shown(CHINA, {"status": {"accepted": "已受理"}, "letter_state": {"due": "待发"}}, ROSTER)
    keep_shown(ledger.db, shown)
    before = ledger.rows("SELECT value FROM marks WHERE name = 'journal'")
    keep_shown(ledger.db, shown)
    assert ledger.rows("SELECT value FROM marks WHERE name = 'journal'") == before
    question = "SELECT DISTINCT l.label FROM entry_list e JOIN status_labels l USING (status)"
    assert ledger.rows(question) == [("已受理",)]
    keep_shown(ledger.db, replace(shown, labels={"status": {"accepted": "通过"}}))
    assert ledger.rows(question) == [("通过",)]
    assert ledger.rows("SELECT * FROM state_labels") == []
