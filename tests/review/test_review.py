"""A person's hand on a real ledger: settle, edit, assign, redecide, obey, and the letters that follow."""

from dataclasses import replace

import pytest

from mailbot import review
from mailbot.ledger import outbox
from mailbot.ledger.lists import listed
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.decision import EventKind, Remark
from mailbot.model.entry import EntryStatus, Field
from mailbot.model.errors import Refused
from mailbot.model.letter import Letter, LetterKind, LetterState
from mailbot.model.rules import Rules
from mailbot.settings.keys import Hold, OutboxSettings
from tests.make.decisions import GOOD, LATE, MAKER, film, form, row, rules
from tests.make.ledger import Books, letter
from tests.make.sessions import session

ONE, TWO = "GYQG-2024-0001", "GYQG-2024-0002"
OUTCOMES = {"accepted": "已受理", "rejected": "未通过", "withdrawn": "已撤回"}
SHORT = replace(GOOD, duration=10.0)


def done(ledger: Books, change: review.PlannedChange) -> None:
    review.write(session(ledger), change)


def owed(ledger: Books, *states: LetterState) -> list[Letter]:
    return [item.letter for item in outbox.in_state(ledger.db, states or (LetterState.DUE, LetterState.HELD))]


def told(ledger: Books) -> str:
    (only,) = owed(ledger)
    return only.text


@pytest.mark.parametrize("status", [EntryStatus.ACCEPTED, EntryStatus.REJECTED, EntryStatus.WITHDRAWN])
def test_a_decision_is_written_with_who_and_why_and_told(ledger: Books, status: EntryStatus) -> None:
    ledger.take(form(row(), scanned=True), film())
    done(ledger, review.settle(session(ledger), ONE, status, "zhang", Remark(say="已与作者核实")))
    entry = ledger.entry()
    assert (entry.status, entry.set_by_person, entry.version) == (status, frozenset({Field.STATUS}), 2)
    assert ledger.rows("SELECT kind, actor, before, after, say FROM events ORDER BY id DESC LIMIT 1") == [
        ("decided", "zhang", "review", status.value, "已与作者核实")
    ]
    (only,) = owed(ledger)
    assert (only.kind, only.envelope.recipient, only.numbers) == (LetterKind.DECIDED, MAKER, (ONE,))
    assert "工作人员说明：已与作者核实" in only.text
    assert (only.envelope.in_reply_to, only.subject) == (
        "<1@mail.example.com>",
        f"【{OUTCOMES[status]}】{ONE} 回复：报送短视频",
    )


def test_a_reversed_decisions_words_are_not_quoted(ledger: Books) -> None:
    ledger.take(form(row(), scanned=True), film())
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark(say="画面有水印")))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))
    assert "画面有水印" not in told(ledger)
    done(ledger, review.edit(session(ledger), ONE, {Field.CONTACT: "李二"}, "zhang"))
    assert "画面有水印" not in told(ledger)


def test_the_same_decision_again_keeps_its_words(ledger: Books) -> None:
    ledger.take(form(row(), scanned=True), film())
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark(say="画面有水印")))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "li"))
    assert "工作人员说明：画面有水印" in told(ledger)


def test_an_unknown_number_is_refused_with_what_to_do(ledger: Books) -> None:
    with pytest.raises(Refused, match="mailbot entries"):
        done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))


def test_what_gave_way_to_another_entry_cannot_be_accepted(ledger: Books) -> None:
    ledger.take(film("智造未来.mp4"))
    ledger.take(form(row("绿水青山"), row("千里之行")))
    ledger.take(film("VID_0001.mp4"))
    done(ledger, review.assign(session(ledger), TWO, film("智造未来.mp4").part.sha256, "zhang"))
    before = ledger.rows("SELECT count(*) FROM events")
    with pytest.raises(Refused, match="replaced"):
        done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))
    assert ledger.rows("SELECT count(*) FROM events") == before


def test_a_persons_decision_outlives_the_next_mail(ledger: Books) -> None:
    ledger.take(form(row(phone="")), film())
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark(say="广告")))
    ledger.take(form(row()))
    assert (ledger.entry().status, ledger.entry().phone) == (EntryStatus.REJECTED, "13800000001")


def test_an_edit_is_decided_again_and_stays(ledger: Books) -> None:
    ledger.take(form(row(themes=(), phone="")), film())
    changes: dict[Field, object] = {Field.THEMES: ("绿色低碳",), Field.PHONE: "13800000009"}
    done(ledger, review.edit(session(ledger), ONE, changes, "zhang", Remark(say="电话核实")))
    ledger.take(form(row(phone="13800000002")))
    entry = ledger.entry()
    assert (entry.status, entry.themes, entry.phone) == (EntryStatus.ACCEPTED, ("绿色低碳",), "13800000009")
    assert entry.set_by_person == {Field.THEMES, Field.PHONE}
    (details,) = ledger.rows("SELECT details FROM events WHERE kind = 'edited'")
    assert "绿色低碳" in str(details)
    assert "13800000009" in str(details)


AUTHORS = CampaignForm(
    (
        FormField("title", "作品名称", FieldKind.TITLE),
        FormField("group", "组别", FieldKind.CHOICE, also=("参赛组别",)),
        FormField("author", "作者"),
        FormField("school", "学校"),
        FormField("link", "作品链接", FieldKind.LINK),
    )
)


def test_a_field_of_the_campaigns_own_is_set_and_no_later_mail_overwrites_it(ledger: Books) -> None:
    ledger.take(form(replace(row(), extra={"author": "李四", "school": "云岭中学"})), film())
    own, others = review.set_fields(AUTHORS, ["author=王一鸣", "参赛组别=绿色低碳、高端升级"])
    done(ledger, review.edit(session(ledger), ONE, own, "zhang", extra=others))
    ledger.take(form(replace(row(), extra={"author": "赵六", "school": "云岭一中"})))
    entry = ledger.entry()
    assert (entry.extra, entry.themes) == ({"author": "王一鸣", "school": "云岭一中"}, ("绿色低碳", "高端升级"))
    assert entry.set_by_person == {"themes", "extra.author"}
    assert [one["extra"] for one in listed(ledger.db)] == [{"author": "王一鸣", "school": "云岭一中"}]


@pytest.mark.parametrize(
    ("told", "why"),
    [("author", "author, school"), ("teacher=王", "names no field"), ("link=https://a.example", "not set by hand")],
)
def test_what_names_no_field_of_the_form_is_refused(told: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        review.set_fields(AUTHORS, [told])


@pytest.mark.parametrize(
    ("changes", "why"),
    [({}, "Nothing to change"), ({Field.THEMES: ("绿色低碳", "海洋")}, "海洋: no theme of this campaign")],
)
def test_an_edit_that_cannot_be_is_refused(ledger: Books, changes: dict[Field, object], why: str) -> None:
    ledger.take(form(row()), film())
    with pytest.raises(Refused, match=why):
        done(ledger, review.edit(session(ledger), ONE, changes, "zhang"))


def test_an_assignment_settles_an_uncertain_match(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山")), film("VID_0001.mp4"))
    assert ledger.entry().status is EntryStatus.REVIEW
    done(ledger, review.assign(session(ledger), TWO, film("VID_0001.mp4").part.sha256[:8].upper(), "zhang"))
    assert (ledger.entry(TWO).status, ledger.entry(TWO).set_by_person) == (
        EntryStatus.ACCEPTED,
        frozenset({Field.VIDEO}),
    )


def test_a_lone_video_gives_way_to_the_entry_that_it_is_assigned_to(ledger: Books) -> None:
    ledger.take(form(row()))
    ledger.take(form(row("绿水青山")))
    ledger.take(film("VID_0001.mp4"))
    assert ledger.entry("GYQG-2024-0003").findings[0].code == "row-match-uncertain"
    done(ledger, review.assign(session(ledger), ONE, film("VID_0001.mp4").part.sha256, "zhang"))
    assert (ledger.entry().status, ledger.entry("GYQG-2024-0003").status) == (
        EntryStatus.ACCEPTED,
        EntryStatus.REPLACED,
    )
    assert [finding.code for finding in ledger.entry().findings] == []
    (only,) = owed(ledger)
    assert only.numbers == (ONE,)


@pytest.mark.parametrize("content", ["", "abc", "0" * 64])
def test_a_video_that_is_not_the_senders_is_not_assigned(ledger: Books, content: str) -> None:
    ledger.take(form(row()))
    ledger.take(film("VID_9.mp4"), sender="other@example.org")
    for wanted in (content, film("VID_9.mp4").part.sha256):
        with pytest.raises(Refused):
            done(ledger, review.assign(session(ledger), ONE, wanted, "zhang"))


def test_an_attached_video_completes_an_entry(ledger: Books) -> None:
    ledger.take(form(row()))
    ledger.take(film("b.mp4", facts=SHORT), form(row("另一件")))
    came = review.find(session(ledger), TWO).video
    assert came is not None
    review.write(
        session(ledger),
        review.put_video(session(ledger), ledger.entry(), came, EventKind.ATTACHED, "zhang", Remark(say="网盘下载")),
    )
    assert {finding.code.value for finding in ledger.entry().findings} == {"video-duplicate", "video-too-short"}
    assert (ledger.entry().status, ledger.entry().set_by_person) == (EntryStatus.REJECTED, frozenset({Field.VIDEO}))
    assert "工作人员说明：网盘下载" in told(ledger)


# Letters


def test_decisions_of_one_sitting_are_told_in_one_letter(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山"), scanned=True), film("智造未来.mp4"), film("绿水青山.mp4"))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang", Remark(say="已核实")))
    done(ledger, review.settle(session(ledger), TWO, EntryStatus.REJECTED, "zhang", Remark(say="画面有水印")))
    (only,) = owed(ledger)
    assert set(only.numbers) == {ONE, TWO}
    assert f"{ONE}：已核实" in only.text
    assert f"{TWO}：画面有水印" in only.text
    assert ledger.rows("SELECT kind, details FROM events WHERE kind = 'letter-dropped'") == [
        ("letter-dropped", '{"letter":1}')
    ]


def test_a_letter_that_has_left_is_not_told_again(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山"), scanned=True), film("智造未来.mp4"), film("绿水青山.mp4"))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark(say="画面有水印")))
    (item,) = outbox.in_state(ledger.db)
    outbox.settle(ledger.db, item, LetterState.SENT, ledger.now)
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))
    (only,) = owed(ledger)
    assert only.numbers == (ONE,)
    assert "画面有水印" not in only.text


def test_an_answer_not_yet_sent_is_overtaken(ledger: Books) -> None:
    decision = ledger.decided(form(row(), scanned=True), film())
    ledger.keep(decision, letter("answer", kind=LetterKind.REVIEW, numbers=(ONE,)))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))
    assert [one.key for one in owed(ledger, LetterState.DROPPED)] == ["answer"]
    assert len(owed(ledger)) == 1


def test_letters_wait_where_all_are_held(ledger: Books) -> None:
    ledger.take(form(row()), film())
    held = session(ledger, outbox=OutboxSettings(hold=Hold.ALL))
    review.write(held, review.settle(held, ONE, EntryStatus.REJECTED, "zhang"))
    assert owed(ledger, LetterState.DUE) == []
    assert len(owed(ledger, LetterState.HELD)) == 1


def test_a_sender_that_nobody_reads_gets_no_letter(ledger: Books) -> None:
    ledger.take(form(row()), film(), sender="noreply@example.org")
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang"))
    assert owed(ledger) == []
    assert ledger.entry().status is EntryStatus.REJECTED


# Everything again


def test_a_preview_shows_what_flips_and_writes_nothing(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4", facts=SHORT))
    kinder = Rules(video=replace(Rules().video, min_seconds=5))
    before = ledger.rows("SELECT * FROM entries")
    (flip,) = review.redecide(session(ledger, kinder), "zhang", preview=True)
    assert (flip.before, flip.after, flip.recipient) == ("rejected", "accepted", MAKER)
    assert ledger.rows("SELECT * FROM entries") == before
    assert owed(ledger) == []


def test_new_rules_make_new_statuses_and_tell_only_who_is_concerned(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4", facts=SHORT))
    ledger.take(form(row("千里之行")), film("千里之行.mp4"), sender="other@example.org")
    kinder = Rules(video=replace(Rules().video, min_seconds=5))
    review.redecide(session(ledger, kinder), "zhang", preview=False)
    assert ledger.entry(TWO).status is EntryStatus.ACCEPTED
    (only,) = owed(ledger)
    assert (only.envelope.recipient, only.numbers) == (MAKER, (TWO,))
    assert review.redecide(session(ledger, kinder), "zhang", preview=False) == ()


def test_a_moved_deadline_takes_late_works_in(ledger: Books) -> None:
    ledger.take(form(row()), film(), at=LATE)
    assert ledger.entry().status is EntryStatus.REJECTED
    review.redecide(session(ledger, rules(grace_minutes=60)), "zhang", preview=False)
    assert ledger.entry().status is EntryStatus.ACCEPTED


def test_a_persons_decision_is_not_decided_again(ledger: Books) -> None:
    ledger.take(form(row()), film(facts=SHORT))
    done(ledger, review.settle(session(ledger), ONE, EntryStatus.ACCEPTED, "zhang"))
    assert review.redecide(session(ledger), "zhang", preview=False) == ()
    assert ledger.entry().status is EntryStatus.ACCEPTED


def test_a_note_for_colleagues_is_kept_and_told_to_no_submitter(ledger: Books) -> None:
    ledger.take(form(row(), scanned=True), film())
    done(
        ledger, review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark("与上级沟通过", "画面有水印"))
    )
    assert ledger.rows("SELECT note, say FROM events ORDER BY id DESC LIMIT 1") == [("与上级沟通过", "画面有水印")]
    assert "画面有水印" in told(ledger)
    assert "与上级沟通过" not in told(ledger)


def test_a_change_that_is_not_written_shows_its_letter_and_leaves_everything_as_it_is(ledger: Books) -> None:
    ledger.take(form(row(), scanned=True), film())
    before, letters = ledger.entry(), owed(ledger)
    change = review.settle(session(ledger), ONE, EntryStatus.REJECTED, "zhang", Remark(say="画面有水印"))
    assert "画面有水印" in change.letters[0].text
    assert (ledger.entry(), owed(ledger)) == (before, letters)
