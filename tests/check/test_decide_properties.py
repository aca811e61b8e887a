"""What holds for every mail: no input raises, the same twice changes nothing, order matters only where it should."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.model.decision import Decision
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.form import FormRow
from mailbot.model.mail import Authentication, Link, Triage
from mailbot.model.rules import LatePolicy
from mailbot.model.works import FormFile, VideoFile
from tests.make.decisions import GOOD, IN_TIME, LATE, Room, film, form, row, rules

Thing = FormFile | VideoFile | Link | Finding

TITLES = st.sampled_from(["智造未来", "绿水青山", "智造", "匠心（上）", "匠心（下）", "", "未来智造"]) | st.text(
    max_size=8
)
NAMES = st.sampled_from(["智造未来.mp4", "绿水青山终版.mp4", "VID_1.mp4", "2.mp4", "", "匠心（上）.mp4"]) | st.text(
    max_size=9
)
LINKS = st.builds(Link, st.sampled_from(["https://p.example/1", "https://p.example/12", "", "x"]), st.just("baidu"))
ROWS = st.builds(
    FormRow,
    TITLES,
    st.sampled_from([(), ("绿色低碳",), ("高端升级", "数智赋能")]),
    st.sampled_from(["", "https://p.example/1", "见附件"]),
    st.sampled_from(["", "王一鸣"]),
    st.sampled_from(["", "13800000001", "无"]),
    st.sampled_from([(), ("title",)]),
)
FORMS = st.builds(
    lambda rows, unit, scanned, name: form(*rows, unit=unit, scanned=scanned, name=name),
    st.lists(ROWS, max_size=4),
    st.sampled_from(["", "甲公司", "乙公司"]),
    st.booleans(),
    st.sampled_from(["附件2.docx", "扫描.pdf"]),
)
BROKEN = st.just(replace(form(), form=None, findings=(Finding(Code.FORM_UNREADABLE, {"filename": "附件2.doc"}),)))
FILMS = st.builds(
    film,
    NAMES,
    st.sampled_from(["one", "two", "three"]),
    facts=st.sampled_from([GOOD, replace(GOOD, duration=3.0), None]),
)
FINDINGS = st.sampled_from([Code.PART_ENCRYPTED, Code.MAIL_UNREADABLE]).map(Finding)
THINGS: st.SearchStrategy[list[Thing]] = st.lists(st.one_of(FORMS, FILMS, LINKS, BROKEN, FINDINGS), max_size=4)
MAILS = st.tuples(
    THINGS,
    st.sampled_from([None, *Triage]),
    st.sampled_from(["a@example.com", "b@example.org", ""]),
    st.sampled_from([IN_TIME, LATE, LATE + timedelta(days=9)]),
    st.sampled_from(
        [None, None, Authentication("mx.example.com", spf="fail"), Authentication("mx.example.com", "pass")]
    ),
)
RULES = st.builds(
    rules,
    late=st.sampled_from(LatePolicy),
    completion_days=st.sampled_from([0, 5]),
    number=st.sampled_from(["GYQG-{year}-{seq:04d}", "{seq}"]),
)


def once_each(things: list[Thing]) -> list[Thing]:
    """Each film once, as `extract_works` gives them."""
    films: dict[str, Thing] = {}
    for thing in things:
        if isinstance(thing, VideoFile):
            films.setdefault(thing.part.sha256, thing)
    return [thing for thing in things if not isinstance(thing, VideoFile) or films[thing.part.sha256] is thing]


def played(room: Room, mails: list[tuple[list[Thing], Triage | None, str, object, object]]) -> list[Decision]:
    return [
        room.take(
            *once_each(things),
            triage=triage,
            sender=sender,
            at=at,  # type: ignore[arg-type]
            checked=checked,  # type: ignore[arg-type]
            subject="撤回 GYQG-2024-0001",
        )
        for things, triage, sender, at, checked in mails
    ]


@given(RULES.map(Room), st.lists(MAILS, max_size=5))
@settings(max_examples=250, deadline=None)
def test_no_mail_raises_and_no_number_is_given_twice(room: Room, mails: list[object]) -> None:
    begun: list[str] = []
    for decision in played(room, mails):  # type: ignore[arg-type]
        numbers = [entry.number for entry in decision.entries]
        assert len(set(numbers)) == len(numbers)
        begun += [entry.number for entry in decision.entries if entry.mail_id == decision.arrival.mail_id]
        assert (decision.answer is None) == bool(decision.silence)
        assert {event.number for event in decision.events} >= set(numbers), "every change has its event"
    assert len(set(begun)) == len(begun) == len(room.entries)


@given(RULES.map(Room), st.lists(MAILS, min_size=1, max_size=4))
@settings(max_examples=250, deadline=None)
def test_no_film_is_lost(room: Room, mails: list[object]) -> None:
    for decision in played(room, mails):  # type: ignore[arg-type]
        if decision.verdict.triage is not Triage.SUBMISSION or decision.arrival.received_at >= LATE:
            continue
        known = [entry for entry in room.entries.values() if entry.sender == decision.arrival.sender]
        doubts = " ".join(str(note.details.get("files", "")) for entry in known for note in entry.notes)
        for video in decision.works.videos:
            held = {entry.video.part.sha256 for entry in known if entry.video}
            assert video.part.sha256 in held or video.part.sha256 in doubts or _doubted(room, video)


def _doubted(room: Room, video: VideoFile) -> bool:
    """An uncertain film has an entry of its own, or is named as a candidate."""
    name = video.part.filename or "（无文件名）"
    return any(
        name in str(note.details.get("candidates", "")) for entry in room.entries.values() for note in entry.notes
    )


@given(RULES.map(Room), st.lists(MAILS, max_size=3), MAILS)
@settings(max_examples=250, deadline=None)
def test_the_same_mail_decided_again_changes_no_status(room: Room, before: list[object], mail: object) -> None:
    played(room, before)  # type: ignore[arg-type]
    (first,) = played(room, [mail])  # type: ignore[list-item]
    statuses = {number: entry.status for number, entry in room.entries.items()}
    room.keep(room.again(first))
    after = {number: entry.status for number, entry in room.entries.items()}
    assert {number: after[number] for number in statuses} == statuses


WELL_NAMED = [
    (form(row("智造未来"), row("绿水青山")),),
    (film("智造未来.mp4"),),
    (film("绿水青山（终版）.mp4"),),
    (form(row("千里之行"), name="补充.docx"), film("千里之行.mp4", facts=replace(GOOD, duration=5.0))),
]


@given(st.permutations(WELL_NAMED))
def test_the_order_of_well_named_mails_does_not_change_where_works_end(order: list[tuple[Thing, ...]]) -> None:
    room = Room()
    for things in order:
        room.take(*things)
    alive = {entry.title: entry.status for entry in room.entries.values() if entry.status is not EntryStatus.REPLACED}
    assert alive == {"智造未来": "accepted", "绿水青山": "accepted", "千里之行": "rejected"}
