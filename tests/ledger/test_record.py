"""What a mail decides is written in one transaction, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mailbot.ledger import entries, outbox
from mailbot.ledger.connection import Ledger
from mailbot.ledger.lists import view
from mailbot.ledger.record import TRIES, record, record_review, until_written
from mailbot.ledger.save import Words
from mailbot.ledger.story import of_entry
from mailbot.model.decision import Decision, Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.errors import Overtaken
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterState
from mailbot.model.mail import Link, Part, PartKind, Triage
from mailbot.model.rules import VideoRules
from tests.make.decisions import GOOD, IN_TIME, MAKER, film, form, row, rules, sha
from tests.make.ledger import Books, letter, words

PAN = Link("https://pan.example.com/s/1abc", "baidu", "a1b2", "2024-07-01", "智造未来.mp4", 7)


def everything(db: Ledger) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: [tuple(row) for row in db.execute(f"SELECT * FROM {name}").fetchall()]
        for name in sorted(Database(db.conn).table_names())
    }


def test_a_decision_comes_back_as_it_was_written(ledger: Books) -> None:
    decision = ledger.take(form(row(link=PAN.url), row("绿水青山", themes=("绿色低碳", "高端升级"))), film(), PAN)
    written = [ledger.entry(entry.number) for entry in decision.entries]
    assert written == [
        replace(entry, video=entry.video and replace(entry.video, part=replace(entry.video.part, content_type="")))
        for entry in decision.entries
    ]
    assert [entry.version for entry in written] == [1, 1]


@pytest.mark.parametrize("breaks_at", range(1, 5))
def test_what_stops_in_the_middle_leaves_nothing(ledger: Books, breaks_at: int) -> None:
    decision = ledger.decided(
        form(row(phone=""), row("绿水青山", phone="", contact="")), film(), Finding(Code.PART_UNSAFE)
    )
    before = everything(ledger.db)
    record_until(ledger, decision_words(breaks_at), decision)
    assert everything(ledger.db) == before
    ledger.keep(decision, letter())
    assert ledger.rows("SELECT state FROM mails") == [("done",)]


class PowerCut(BaseException):
    """The process ends here."""


def decision_words(breaks_at: int) -> Words:
    left = [breaks_at]

    def say(finding: Finding) -> str:
        left[0] -= 1
        if not left[0]:
            raise PowerCut
        return words(finding)

    return say


def record_until(ledger: Books, say: Words, decision: Decision) -> None:
    with pytest.raises(PowerCut):
        record(ledger.db, decision, [letter()], say, VideoRules(), ledger.now)


def test_a_mail_is_finished_only_once(ledger: Books) -> None:
    decision = ledger.decided(form(row()), film())
    ledger.keep(decision)
    before = everything(ledger.db)
    with pytest.raises(Overtaken, match="finished"):
        ledger.keep(decision)
    assert everything(ledger.db) == before


def test_who_comes_second_with_the_same_number_thinks_again(ledger: Books) -> None:
    one, other = ledger.decided(form(row())), ledger.decided(form(row("绿水青山")), sender="other@example.org")
    ledger.keep(one)
    with pytest.raises(Overtaken, match="GYQG-2024-0001"):
        ledger.keep(other)
    assert ledger.rows("SELECT state FROM mails ORDER BY id") == [("done",), ("spooled",)]


def test_who_comes_second_to_an_entry_thinks_again(ledger: Books) -> None:
    ledger.take(form(row()))
    slow = ledger.decided(film())
    record_review(ledger.db, [replace(ledger.entry(), contact="李四")], [], [], words, ledger.now)
    with pytest.raises(Overtaken, match="changed"):
        ledger.keep(slow)
    assert (ledger.entry().contact, ledger.entry().version) == ("李四", 2)


def test_a_letter_of_one_key_is_owed_once(ledger: Books) -> None:
    ledger.owe(letter("same"))
    (item,) = ledger.owe(letter("same"))
    assert item.letter.key == "same"


def test_a_letter_comes_back_as_it_was_written_but_for_what_it_answered(ledger: Books) -> None:
    one = letter("a", numbers=("GYQG-2024-0001",))
    (item,) = ledger.owe(one)
    assert item.letter == replace(one, envelope=replace(one.envelope, subject_of=""))


def test_numbers_go_on_after_the_last(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山")))
    ledger.take(form(row("千里之行")), sender="other@example.org")
    assert [entry[0] for entry in ledger.rows("SELECT number FROM entries ORDER BY seq")] == [
        "GYQG-2024-0001",
        "GYQG-2024-0002",
        "GYQG-2024-0003",
    ]


def test_an_address_is_one_sender_however_it_is_written(ledger: Books) -> None:
    ledger.take(form(row()))
    ledger.take(film(), sender="Maker@Example.com")
    assert ledger.entry().status is EntryStatus.ACCEPTED
    assert len(entries.received_videos(ledger.db, MAKER, film().part.sha256[:8])) == 1


def test_a_form_again_keeps_the_links_code(ledger: Books) -> None:
    ledger.take(form(row(link=PAN.url)), PAN)
    decision = ledger.take(form(row(link=PAN.url)))
    assert decision.entries == ()
    assert ledger.entry().link == PAN


def test_a_day_is_a_day_of_the_campaign(ledger: Books) -> None:
    ledger.take(form(row()), at=datetime(2024, 6, 1, 17, tzinfo=UTC))
    assert ledger.rows("SELECT received_day FROM mails") == [("2024-06-02",)]
    assert ledger.rows("SELECT received_day, received_at FROM entries") == [("2024-06-02", "2024-06-02T01:00:00+08:00")]


def test_every_change_is_an_event_with_its_mail(ledger: Books) -> None:
    ledger.take(form(row()))
    ledger.take(film())
    assert ledger.rows("SELECT kind, actor, number, mail_id, before, after FROM events ORDER BY id") == [
        ("created", "mailbot", "GYQG-2024-0001", 1, None, "incomplete"),
        ("completed", "mailbot", "GYQG-2024-0001", 2, "incomplete", "accepted"),
    ]


def test_status_since_moves_only_with_the_status(ledger: Books) -> None:
    ledger.take(form(row(), row("绿水青山")))
    began = ledger.rows("SELECT status_since FROM entries WHERE seq = 1")
    ledger.later(hours=1)
    ledger.take(form(row(contact="李四")))
    assert ledger.rows("SELECT status_since FROM entries WHERE seq = 1") == began
    ledger.later(hours=1)
    ledger.take(film())
    assert ledger.rows("SELECT status_since FROM entries WHERE seq = 1") > began


def test_a_letter_that_came_back_is_marked_by_its_id(ledger: Books) -> None:
    for item in ledger.owe(letter("a"), letter("b")):
        outbox.claim(ledger.db, item, ledger.now)
        outbox.settle(ledger.db, item, LetterState.SENT, ledger.now)
    decision = ledger.decided(triage=Triage.BOUNCE, subject="退信")
    mail = replace(decision.arrival.mail, bounced_ids=("<a@example.org>",))
    ledger.keep(replace(decision, arrival=replace(decision.arrival, mail=mail)))
    assert ledger.rows("SELECT letter_key, state, error FROM replies ORDER BY id") == [
        ("a", "undeliverable", "退信"),
        ("b", "sent", ""),
    ]
    assert ledger.rows("SELECT kind FROM events") == [("bounced",)]


def test_a_part_is_kept_where_it_lay(ledger: Books) -> None:
    decision = ledger.decided(form(row()), film())
    inner = Part("内.mp4", "", sha("inner"), 5, PartKind.VIDEO, ("材料.zip",))
    ledger.keep(replace(decision, works=replace(decision.works, parts=(*decision.works.parts, inner))))
    assert ledger.rows("SELECT filename, kind, inside FROM parts ORDER BY position") == [
        ("附件2.docx", "form", "[]"),
        ("智造未来.mp4", "video", "[]"),
        ("内.mp4", "video", '["材料.zip"]'),
    ]


def test_a_review_drops_the_unsent_letters_that_it_overtakes(ledger: Books) -> None:
    ledger.take(form(row("智造未来"), row("绿水青山")))
    ledger.owe(
        letter("one", numbers=("GYQG-2024-0001",)),
        letter("both", numbers=("GYQG-2024-0001", "GYQG-2024-0002")),
        letter("none"),
        letter("held", numbers=("GYQG-2024-0001",), held=True),
    )
    changed = replace(ledger.entry(), status=EntryStatus.REJECTED, set_by_person=frozenset({Field.STATUS}))
    event = Event(EventKind.DECIDED, changed.number, "organizer")
    record_review(ledger.db, [changed], [event], [letter("new", numbers=(changed.number,))], words, ledger.now)
    states: list[tuple[object, ...]] = [
        ("one", "dropped"),
        ("both", "due"),
        ("none", "due"),
        ("held", "dropped"),
        ("new", "due"),
    ]
    assert ledger.rows("SELECT letter_key, state FROM replies ORDER BY id") == states
    assert ledger.rows("SELECT kind FROM events ORDER BY id DESC LIMIT 3") == [
        ("letter-dropped",),
        ("letter-dropped",),
        ("decided",),
    ]


def test_an_entrys_story_tells_all_that_stands_behind_it(ledger: Books) -> None:
    ledger.take(form(row(phone="")))
    ledger.keep(ledger.decided(film()), letter("a", numbers=("GYQG-2024-0001",)))
    story = of_entry(ledger.db, "GYQG-2024-0001")
    assert story is not None
    assert [finding["code"] for finding in story["findings"]] == ["row-phone-missing"]
    assert [mail["id"] for mail in story["mails"]] == [1, 2]
    assert {(file["filename"], file["is_its_video"]) for file in story["files"]} == {
        ("附件2.docx", 0),
        ("智造未来.mp4", 1),
    }
    assert [reply["state"] for reply in story["replies"]] == ["due"]
    assert [event["kind"] for event in story["events"]] == ["created", "completed"]
    assert of_entry(ledger.db, "GYQG-2024-9999") is None


def test_a_video_that_could_not_be_opened_is_kept_as_that(ledger: Books) -> None:
    ledger.take(form(row()), film("a.mp4", "", Finding(Code.VIDEO_UNREADABLE, {"reason": "broken"}), facts=None))
    video = ledger.entry().video
    assert video is not None
    assert (video.facts, video.findings[0].details) == (None, {"reason": "broken"})
    assert view(ledger.db, "entry_list")[0]["aspect"] == ""


TEXT = st.text(max_size=30)


@given(
    st.builds(
        Entry,
        st.just(""),
        TEXT,
        st.just(1),
        st.just(IN_TIME),
        st.sampled_from(EntryStatus),
        TEXT,
        st.lists(TEXT, max_size=3, unique=True).map(tuple),
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        st.none() | st.builds(Link, TEXT, TEXT, TEXT, TEXT, TEXT, st.integers(0, 9)),
        st.none() | st.builds(film, TEXT, facts=st.sampled_from([None, GOOD])),
        st.booleans(),
        st.lists(st.builds(Finding, st.sampled_from(Code), st.dictionaries(TEXT, TEXT, max_size=2))).map(tuple),
        st.lists(st.builds(Finding, st.sampled_from(Code), st.dictionaries(TEXT, TEXT, max_size=2))).map(tuple),
        st.frozensets(st.sampled_from(Field)),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_entry_comes_back_as_it_was_written(ledger: Books, entry: Entry) -> None:
    videos = (entry.video,) if entry.video else ()
    decision = ledger.decided(*videos, Finding(Code.PART_UNSAFE))
    mail_id = decision.arrival.mail_id
    whole = replace(entry, mail_id=mail_id, number=f"N-{mail_id}")
    ledger.keep(replace(decision, entries=(whole,)))
    bare_video = entry.video and replace(entry.video, part=replace(entry.video.part, content_type=""))
    assert ledger.entry(whole.number) == replace(whole, video=bare_video)


def test_rules_of_another_campaign_make_other_numbers(ledger: Books) -> None:
    ledger.rules = rules(number="SP-{seq}")
    assert ledger.take(form(row())).entries[0].number == "SP-1"


@pytest.mark.parametrize(("overtaken", "steps"), [(0, 1), (1, 2), (TRIES - 1, TRIES)])
def test_a_step_that_a_person_overtook_is_taken_again(overtaken: int, steps: int) -> None:
    taken: list[int] = []

    def step() -> None:
        taken.append(1)
        if len(taken) <= overtaken:
            raise Overtaken

    until_written(step)
    assert len(taken) == steps


def test_a_step_that_is_overtaken_again_and_again_is_given_up() -> None:
    def step() -> None:
        raise Overtaken

    with pytest.raises(Overtaken):
        until_written(step)
