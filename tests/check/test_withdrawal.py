"""Which entries a withdrawal means, clause by clause, and what else it may bring."""

from dataclasses import replace

import pytest

from mailbot.model.decision import Answer, Concern, Event, EventKind
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Triage
from mailbot.model.works import FormFile, VideoFile
from tests.make.decisions import Room, brought, film, form, row

A, B, C = "GYQG-2024-0001", "GYQG-2024-0002", "GYQG-2024-0003"


def two() -> Room:
    room = Room()
    room.take(form(row("智造未来"), row("绿水青山")), film("智造未来.mp4"), film("绿水青山.mp4"))
    return room


def taken_back(room: Room) -> list[str]:
    return [number for number, status in room.states().items() if status == "withdrawn"]


@pytest.mark.parametrize(
    ("body", "taken", "clear"),
    [
        (f"申请撤回 {A}。", ["1"], True),
        (f"申请撤回 {A}、{B}。", ["1", "2"], True),
        (f"申请撤回以下作品：\n1. {A}\n2. {B}\n谢谢！", ["1", "2"], True),
        (f"因版权问题，编号 {A} 的作品，现申请撤回。", ["1"], True),
        (f"申请撤回 {A}，{B} 保留，继续参评。", ["1"], False),
        (f"{A} 继续参评；{B} 撤稿。", ["2"], False),
        (f"撤回 {A}，不要撤回 {B}。", ["1"], False),
        (f"申请撤回 {A}；{B}，请保留。", ["1"], False),
        (f"申请撤回 {A}，其余作品继续参评。", ["1"], True),
        ("申请撤回我单位的作品。", [], False),
        (f"请勿撤回 {A}。", [], False),
        (f"撤回 {A}（与 {B} 重复）。", ["1"], False),
        (f"此前对 {A} 的撤回申请作废。", [], False),
        (f"除 {B} 外，其余作品均撤回。", [], False),
        (f"请撤回 {A} 原视频，以附件新版为准。", [], False),
        (f"关于撤回通知的咨询：{A} 能否撤回？", [], False),
        (f"撤回 {A}，可以吗？", [], False),
        (f"现申请撤回 {A}，是否需要书面材料？", ["1"], True),
        (f"撤回申请：作品编号 {A}，作品名称：绿水青山", [], False),
        (f"请撤回 {B}，并把 {A} 的联系人改为赵六。", ["2"], False),
        (f"请撤回 {B}，{A} 的视频稍后更新。", ["2"], False),
        (f"申请撤回以下作品：\n1. {A} 智造未来\n2. {B} 绿水青山", ["1", "2"], True),
        (f"我单位报送的 {A}、{B} 两件作品，申请撤回。", ["1", "2"], True),
        (f"请撤回 {B}。另外请问何时公布结果？", ["2"], False),
        (f"申请撤回《绿水青山》（{A}）", [], False),
        (f"申请撤回《绿水青山》（{B}）", ["2"], True),
        (f"申请撤回 {A}《智造未来》、{B}《绿水青山》", ["1", "2"], True),
        (f"申请撤回 {A}，《绿水青山》保留。", ["1"], True),
        (f"申请撤回 {A}。\n----- 原始邮件 -----\n作品编号：{B}", ["1"], True),
    ],
)
def test_a_number_belongs_to_its_verb(body: str, taken: list[str], *, clear: bool) -> None:
    room = two()
    decision = room.take(triage=Triage.WITHDRAWAL, subject="关于作品", body=body)
    assert (taken_back(room), decision.attention == "") == (taken, clear)


def test_a_withdrawal_that_brings_another_work_does_both() -> None:
    room = Room()
    room.take(form(row("智造未来")), film("智造未来.mp4"))
    decision = room.take(
        form(row("绿水青山")), film("绿水青山.mp4"), triage=Triage.WITHDRAWAL, subject=f"撤回 {A}，改报《绿水青山》"
    )
    assert room.states() == {"1": "withdrawn", "2": "accepted"}
    assert decision.answer is not None
    assert [entry.number for entry in decision.answer.entries] == [A, B]
    assert [event.kind.value for event in decision.events] == ["withdrawn", "created"]


@pytest.mark.parametrize(
    ("subject", "titles", "attention"),
    [
        ("更正表格，删除一个作品", ["智造未来"], Concern.INQUIRY),
        ("撤回上一版，以此件为准", ["智造未来", "绿水青山"], ""),
        ("更正表格", ["智造未来"], ""),
    ],
)
def test_a_better_form_that_leaves_out_a_work_to_be_deleted_is_a_persons(
    subject: str, titles: list[str], attention: str
) -> None:
    room = two()
    decision = room.take(form(*map(row, titles)), subject=subject, body="请查收附件")
    assert (taken_back(room), decision.attention) == ([], attention)


def test_what_is_taken_back_is_not_entered_anew_because_it_is_attached() -> None:
    room = Room()
    files = form(row("智造未来")), film("智造未来.mp4")
    room.take(*files)
    room.take(*files, triage=Triage.WITHDRAWAL, subject=f"撤回 {A}")
    assert room.states() == {"1": "withdrawn"}


def test_what_was_taken_back_is_not_taken_back_again() -> None:
    room = two()
    room.take(triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    decision = room.take(triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    assert (decision.entries, decision.attention) == ((), "withdrawal-unclear")


def test_a_form_that_cannot_be_read_hinders_no_withdrawal() -> None:
    room = two()
    room.take(replace(form(), form=None), triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    assert room.states() == {"1": "withdrawn", "2": "accepted"}


def test_a_row_without_a_title_is_not_the_film_without_a_row_that_is_taken_back() -> None:
    room = Room()
    room.take(film())
    room.take(form(row("")), triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    assert room.states() == {"1": "withdrawn", "2": "incomplete"}


def test_works_beside_a_withdrawal_are_seen_beside_who_still_holds_their_films() -> None:
    room = Room()
    room.take(form(row("智造未来")), film("智造未来.mp4"))
    room.take(form(row("绿水青山")), film("绿水青山.mp4", "智造未来.mp4"))
    room.take(form(row("千里之行")), film("千里之行.mp4"), sender="other@example.org")
    assert room.states() == {"1": "accepted", "2": "review", "3": "accepted"}
    films = film("船坞.mp4", "千里之行.mp4")
    rows = form(row("绿水青山", phone="13800000009"), row("船坞"))
    room.take(rows, films, triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    assert room.states() == {"1": "withdrawn", "2": "accepted", "3": "accepted", "4": "review"}


UNCLEAR = (Finding(Code.WITHDRAWAL_UNCLEAR),)


def test_what_is_taken_back_is_told_with_what_is_not_clear() -> None:
    decision = two().take(triage=Triage.WITHDRAWAL, body=f"申请撤回 {A}，{B} 保留。")
    assert decision.answer == Answer(LetterKind.WITHDRAWN, decision.entries, findings=UNCLEAR)
    assert decision.events == (Event(EventKind.WITHDRAWN, A, before=EntryStatus.ACCEPTED, after=EntryStatus.WITHDRAWN),)
    assert (decision.findings, decision.works) == (UNCLEAR, brought())


def test_where_nothing_is_taken_back_the_sender_reads_how_the_own_works_stand() -> None:
    room = two()
    shown = tuple(room.entries.values())
    room.take(form(row("千里之行")), sender="other@example.org")
    decision = room.take(triage=Triage.WITHDRAWAL, body="申请撤回我单位的作品。")
    assert decision.answer == Answer(LetterKind.STATE, shown, frozenset({A, B}), UNCLEAR)
    assert (decision.findings, decision.events, decision.works) == (UNCLEAR, (), brought())


@pytest.mark.parametrize(
    ("body", "things", "kind", "entries"),
    [
        ("撤稿", (form(row("千里之行")), film("千里之行.mp4")), LetterKind.ACCEPTED, [C]),
        (f"撤回 {A}，{B} 保留。", (form(row("绿水青山")), film("绿水青山.mp4")), LetterKind.PARTIAL, [A, B]),
        (f"撤回 {A}，{B} 保留。", (film("智造未来.mp4"), form()), LetterKind.WITHDRAWN, [A]),
        (
            f"撤回 {A}，{B} 保留。",
            (form(row(), row("千里之行")), film(), film("千里之行.mp4")),
            LetterKind.PARTIAL,
            [A, C],
        ),
    ],
)
def test_a_letter_about_both_says_what_is_not_clear_before_all_else(
    body: str, things: tuple[FormFile | VideoFile, ...], kind: LetterKind, entries: list[str]
) -> None:
    decision = two().take(*things, triage=Triage.WITHDRAWAL, body=body)
    assert decision.answer is not None
    assert (decision.answer.kind, [entry.number for entry in decision.answer.entries]) == (kind, entries)
    assert decision.answer.findings[0] == decision.findings[0] == UNCLEAR[0]
    assert (decision.attention, decision.works) == ("withdrawal-unclear", brought(*things))


def test_a_work_beside_one_taken_back_is_another_however_alike_their_titles() -> None:
    room = two()
    decision = room.take(form(row("智造未莱")), triage=Triage.WITHDRAWAL, body=f"撤回 {A}")
    assert room.states() == {"1": "withdrawn", "2": "accepted", "3": "incomplete"}
    assert decision.attention == ""
