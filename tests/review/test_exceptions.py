"""Exceptions by a person on a real ledger: more time, a finding waived, works merged and split, letters to groups."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from mailbot import review
from mailbot.ledger import outbox
from mailbot.model.decision import Remark
from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.errors import Refused
from mailbot.model.letter import Letter, LetterKind, LetterState, Priority
from tests.make.decisions import CHINA, GOOD, LATE, MAKER, film, form, row, rules
from tests.make.ledger import Books, letter
from tests.make.sessions import session

ONE, TWO = "GYQG-2024-0001", "GYQG-2024-0002"
SHORT = replace(GOOD, duration=10.0)
BUREAU = "bureau@example.gov.test"


def done(ledger: Books, change: review.PlannedChange) -> None:
    review.write(session(ledger), change)


def owed(ledger: Books) -> list[Letter]:
    return [item.letter for item in outbox.in_state(ledger.db, (LetterState.DUE, LetterState.HELD))]


def held(entry: Entry) -> str:
    """The name of an entry's film."""
    return entry.video.part.filename if entry.video else ""


def late_ledger(ledger: Books) -> None:
    """One entry that came a day late."""
    ledger.now = LATE + timedelta(hours=10)
    ledger.take(form(row()), film())
    assert ledger.entry().status is EntryStatus.REJECTED


@pytest.mark.parametrize("target", [MAKER, MAKER.upper(), ONE, "1", "0001", "某某装备制造公司", "某某装备制造有限公司"])
def test_more_time_takes_a_late_work_in_and_tells_its_submitter(ledger: Books, target: str) -> None:
    late_ledger(ledger)
    done(ledger, review.extend(session(ledger), target, date(2024, 8, 5), "zhang", Remark("来电说明", "因台风延期。")))
    assert ledger.entry().status is EntryStatus.ACCEPTED
    (told,) = owed(ledger)
    assert (told.kind, told.envelope.recipient, told.numbers) == (LetterKind.MESSAGE, MAKER, (ONE,))
    assert told.subject == f"【截止时间延长】{ONE} 回复：报送短视频"
    assert "延长至 2024年8月5日 24:00" in told.text
    assert "因台风延期。" in told.text
    assert "来电说明" not in told.text
    assert ledger.rows("SELECT kind, actor, number, note, say FROM events ORDER BY id DESC LIMIT 1") == [
        ("extended", "zhang", ONE, "来电说明", "因台风延期。")
    ]
    assert [flip.number for flip in review.redecide(session(ledger), "zhang", preview=False)] == []


def test_an_address_that_sent_nothing_yet_is_told_and_its_late_mail_is_in_time(ledger: Books) -> None:
    ledger.now = LATE
    done(ledger, review.extend(session(ledger), BUREAU, datetime(2024, 8, 3, 18, 0), "zhang"))  # noqa: DTZ001 - as typed
    (told,) = owed(ledger)
    assert (told.envelope.recipient, told.subject) == (
        BUREAU,
        "【截止时间延长】回复：首届“工业强国·新型工业化”短视频征选活动参选邮件",
    )
    assert "2024年8月3日 18:00" in told.text
    ledger.take(form(row()), film(), sender=BUREAU, at=datetime(2024, 8, 3, 18, 0, tzinfo=CHINA))
    assert ledger.entry().status is EntryStatus.ACCEPTED
    ledger.take(
        form(row("迟到"), name="乙.docx"), film("迟到.mp4"), sender=BUREAU, at=datetime(2024, 8, 3, 18, 1, tzinfo=CHINA)
    )
    assert ledger.entry(TWO).status is EntryStatus.REJECTED


def test_more_time_for_one_entry_leaves_the_senders_others_late(ledger: Books) -> None:
    ledger.now = LATE
    ledger.take(form(row(), row("绿动厂房")), film(), film("绿动厂房.mp4"))
    done(ledger, review.extend(session(ledger), TWO, date(2024, 8, 5), "zhang"))
    assert (ledger.entry().status, ledger.entry(TWO).status) == (EntryStatus.REJECTED, EntryStatus.ACCEPTED)


@pytest.mark.parametrize(
    ("target", "until"),
    [(MAKER, date(2024, 7, 30)), (MAKER, date(2024, 7, 31)), (MAKER, date(2020, 1, 1)), ("99", date(2024, 8, 5)),
     ("GYQG-2024-0099", date(2024, 8, 5)), ("  ", date(2024, 8, 5))],
)  # fmt: skip
def test_what_is_no_longer_time_or_nobodys_is_refused(ledger: Books, target: str, until: date) -> None:
    ledger.take(form(row()), film())
    with pytest.raises(Refused):
        review.extend(session(ledger), target, until, "zhang")


def test_a_waived_finding_takes_the_work_in_and_stays_waived_under_new_rules(ledger: Books) -> None:
    ledger.take(form(row()), film(facts=SHORT))
    done(ledger, review.waive(session(ledger), "1", "video-too-short", "zhang", Remark("领导同意")))
    assert ledger.entry().status is EntryStatus.ACCEPTED
    (told,) = owed(ledger)
    assert (told.kind, told.subject) == (LetterKind.DECIDED, f"【已受理】{ONE} 回复：报送短视频")
    assert "“时长不足”一项不再作为审核依据" in told.text
    assert "领导同意" not in told.text
    strict = replace(rules(), video=replace(rules().video, min_seconds=90))
    assert review.redecide(session(ledger, strict), "zhang", preview=False) == ()
    assert ledger.entry().status is EntryStatus.ACCEPTED


@pytest.mark.parametrize("code", ["video-too-long", "no-such-code", "row-video-missing"])
def test_only_a_finding_that_the_entry_has_and_can_do_without_is_waived(ledger: Books, code: str) -> None:
    ledger.take(form(row()))
    with pytest.raises(Refused):
        review.waive(session(ledger), ONE, code, "zhang")


def two_addresses(ledger: Books) -> None:
    """One work, by its maker's mail without a film, and by the bureau's with it."""
    ledger.take(form(row()))
    ledger.take(form(row(contact="李四"), unit="另一家公司", name="乙.docx"), film(), sender=BUREAU)
    assert (ledger.entry().status, ledger.entry(TWO).status) == (EntryStatus.INCOMPLETE, EntryStatus.ACCEPTED)


def test_two_entries_that_are_one_work_are_merged_and_both_submitters_are_told(ledger: Books) -> None:
    two_addresses(ledger)
    done(ledger, review.merge_entries(session(ledger), ONE, TWO, "zhang"))
    kept, gone = ledger.entry(), ledger.entry(TWO)
    assert (kept.status, gone.status) == (EntryStatus.ACCEPTED, EntryStatus.REPLACED)
    assert held(kept) == "智造未来.mp4"
    assert (kept.contact, kept.unit) == ("王一鸣", "某某装备制造公司")
    letters = {told.envelope.recipient: told for told in owed(ledger)}
    assert letters[MAKER].subject.startswith(f"【已受理】{ONE} ")
    assert letters[BUREAU].subject.startswith(f"【已并入】{TWO} ")
    assert f"作品 {TWO} 与 {ONE} 为同一作品" in letters[BUREAU].text
    assert ledger.rows("SELECT number, kind, after FROM events ORDER BY id DESC LIMIT 2") == [
        (TWO, "merged", "replaced"), (ONE, "merged", "accepted"),
    ]  # fmt: skip
    assert review.redecide(session(ledger), "zhang", preview=True) == ()


def test_a_merged_pair_is_no_longer_each_others_duplicate(ledger: Books) -> None:
    ledger.take(form(row()), film())
    ledger.take(form(row("智造未来（终）"), name="乙.docx"), film(), sender=BUREAU)
    assert ledger.entry(TWO).status is EntryStatus.REVIEW
    done(ledger, review.merge_entries(session(ledger), TWO, ONE, "zhang"))
    assert (ledger.entry().status, ledger.entry(TWO).status) == (EntryStatus.REPLACED, EntryStatus.ACCEPTED)


def refusals(ledger: Books) -> list[Callable[[], review.PlannedChange]]:
    now = session(ledger)
    return [
        lambda: review.merge_entries(now, ONE, ONE, "zhang"),
        lambda: review.merge_entries(now, ONE, "99", "zhang"),
        lambda: review.merge_entries(now, TWO, ONE, "zhang"),
        lambda: review.merge_entries(now, ONE, TWO, "zhang"),
        lambda: review.split(now, TWO, "", "zhang"),
    ]


def test_what_gave_way_takes_nothing_in_and_gives_way_no_more(ledger: Books) -> None:
    two_addresses(ledger)
    done(ledger, review.merge_entries(session(ledger), ONE, TWO, "zhang"))
    for refused in refusals(ledger):
        with pytest.raises(Refused):
            refused()


def test_a_film_that_was_wrongly_joined_is_parted_and_not_joined_again(ledger: Books) -> None:
    ledger.take(form(row()), film("绿动厂房.mp4"))
    assert ledger.entry().video is not None
    done(ledger, review.split(session(ledger), ONE, "", "zhang"))
    row_alone, film_alone = ledger.entry(), ledger.entry(TWO)
    assert (row_alone.video, row_alone.status) == (None, EntryStatus.INCOMPLETE)
    assert (held(film_alone), film_alone.has_row, film_alone.status) == (
        "绿动厂房.mp4",
        False,
        EntryStatus.INCOMPLETE,
    )
    (told,) = owed(ledger)
    assert set(told.numbers) == {ONE, TWO}
    assert f"视频已另行登记为 {TWO}" in told.text
    ledger.take(form(row(contact="李四"), name="再次.docx"))
    assert (ledger.entry().video, ledger.entry().contact) == (None, "李四")
    ledger.take(film())
    assert ledger.entry().status is EntryStatus.ACCEPTED, "its own film is taken"
    assert held(ledger.entry(TWO)) == "绿动厂房.mp4"


def test_an_entry_that_held_two_works_is_split_into_two_whole_ones(ledger: Books) -> None:
    ledger.take(form(row()), film())
    done(ledger, review.split(session(ledger), ONE, "绿动厂房", "zhang"))
    second = ledger.entry(TWO)
    assert (second.title, second.unit, second.contact) == ("绿动厂房", ledger.entry().unit, ledger.entry().contact)
    assert [finding.code.value for finding in second.findings] == ["row-theme-missing"]
    assert Field.TITLE in second.set_by_person


def everybody(ledger: Books) -> None:
    """Three works of two addresses, one of them lacking its film, and one taken back."""
    ledger.take(form(row()), film())
    ledger.take(form(row("缺片", themes=("绿色低碳",)), name="缺.docx"))
    ledger.take(form(row("局里的"), unit="某局", name="局.docx"), film("局里的.mp4"), sender=BUREAU)
    ledger.take(form(row("撤回的"), name="撤.docx"), film("撤回的.mp4"), sender="gone@example.com")
    done(ledger, review.settle(session(ledger), "4", EntryStatus.WITHDRAWN, "zhang"))


@pytest.mark.parametrize(
    ("group", "numbers"),
    [
        (review.Audience(), {MAKER: (ONE, TWO), BUREAU: ("GYQG-2024-0003",)}),
        (review.Audience(EntryStatus.ACCEPTED), {MAKER: (ONE,), BUREAU: ("GYQG-2024-0003",)}),
        (review.Audience(unit="某局"), {BUREAU: ("GYQG-2024-0003",)}),
        (review.Audience(theme="绿色低碳"), {MAKER: (TWO,)}),
        (review.Audience(missing=True), {MAKER: (TWO,)}),
        (review.Audience(EntryStatus.WITHDRAWN), {"gone@example.com": ("GYQG-2024-0004",)}),
    ],
)
def test_each_submitter_of_the_group_gets_one_letter_about_its_own_works(
    ledger: Books, group: review.Audience, numbers: dict[str, tuple[str, ...]]
) -> None:
    everybody(ledger)
    change = review.message(session(ledger), group, "notice", "zhang", Remark(say="请于周五前确认。"))
    assert {told.envelope.recipient: told.numbers for told in change.letters} == numbers
    assert all("请于周五前确认。" in told.text for told in change.letters)
    assert all("工作人员说明" not in told.text for told in change.letters)


def test_the_same_message_goes_to_each_once_and_another_again(ledger: Books) -> None:
    everybody(ledger)

    def sent(topic: str, say: str = "") -> int:
        change = review.message(session(ledger), review.Audience(), topic, "zhang", Remark(say=say))
        done(ledger, change)
        return len(change.letters)

    assert [sent("missing"), sent("missing"), sent("notice", "甲"), sent("notice", "甲"), sent("notice", "乙")] == [
        2, 0, 2, 0, 2,
    ]  # fmt: skip
    assert ledger.rows("SELECT DISTINCT kind, priority FROM replies WHERE kind = 'message'") == [
        ("message", Priority.REMINDER)
    ]
    assert ledger.rows("SELECT count(*) FROM events WHERE kind = 'messaged' AND actor = 'zhang'") == [(9,)]


def test_a_message_neither_drops_a_letter_that_waits_nor_is_dropped_by_a_decision(ledger: Books) -> None:
    ledger.take(form(row()), film())
    ledger.owe(letter(numbers=(ONE,)))
    done(ledger, review.message(session(ledger), review.Audience(), "notice", "zhang", Remark(say="甲")))
    assert [told.kind for told in owed(ledger)] == [LetterKind.ACCEPTED, LetterKind.MESSAGE]
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang"))
    assert [told.kind for told in owed(ledger)] == [LetterKind.MESSAGE, LetterKind.DECIDED]


@pytest.mark.parametrize(("topic", "say"), [("no-such", "甲"), ("notice", "")])
def test_a_message_without_a_template_or_words_is_refused(ledger: Books, topic: str, say: str) -> None:
    everybody(ledger)
    with pytest.raises(Refused):
        review.message(session(ledger), review.Audience(), topic, "zhang", Remark(say=say))


def test_a_message_to_nobody_is_refused(ledger: Books) -> None:
    with pytest.raises(Refused):
        review.message(session(ledger), review.Audience(unit="没有"), "missing", "zhang")
