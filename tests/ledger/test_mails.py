"""Mails in the ledger: sightings, copies, waiting, failing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.ledger import mails, sightings
from mailbot.ledger.mails import PendingMail
from mailbot.ledger.sightings import KnownFolder
from mailbot.model.folder import Folder, Listing
from mailbot.model.mail import Address, Mail, MailRef, Part, PartKind, RawMail
from tests.make.decisions import CHINA, IN_TIME, film, form, row, sha
from tests.make.ledger import Books

INBOX = Folder("INBOX")


def waiting(ledger: Books) -> tuple[PendingMail, ...]:
    return mails.pending(ledger.db, ledger.now)


def test_a_sighting_is_unique(ledger: Books) -> None:
    assert ledger.enter("a", uid=7) == ledger.enter("a", uid=7)
    assert ledger.rows("SELECT count(*) FROM mails") == [(1,)]
    assert ledger.rows("SELECT uid FROM sightings") == [(7,)]


def test_the_same_bytes_in_another_place_are_the_same_mail(ledger: Books) -> None:
    first = ledger.enter("a", uid=7)
    assert ledger.enter("a", uid=8) == first
    assert ledger.enter("a", uid=7, folder="垃圾邮件") == first
    assert ledger.rows("SELECT count(*) FROM sightings") == [(3,)]


def test_a_folder_is_known_by_its_uidvalidity(ledger: Books) -> None:
    assert sightings.known_folder(ledger.db, "box", INBOX).uidvalidity == 0
    ledger.enter(uid=1)
    ledger.enter(uid=2)
    sightings.folder_reconciled(ledger.db, "box", INBOX, Listing(1, (1, 2)), ledger.now)
    known = sightings.known_folder(ledger.db, "box", INBOX)
    assert known == KnownFolder(1, 2, frozenset(), IN_TIME)
    assert sightings.known_uids(ledger.db, "box", INBOX, 2) == frozenset()


def test_a_mail_that_could_not_be_fetched_stays_open_until_it_is(ledger: Books) -> None:
    ref = MailRef("box", "INBOX", 1, 5, IN_TIME)
    sightings.note_seen(ledger.db, [ref], ledger.now)
    assert [sightings.note_unfetched(ledger.db, ref, ledger.now) for _ in range(2)] == [1, 2]
    sightings.folder_reconciled(ledger.db, "box", INBOX, Listing(1, (5,)), ledger.now)
    assert sightings.known_folder(ledger.db, "box", INBOX).open_uids == {5}
    mails.enter(ledger.db, ref, RawMail(sha("whole"), 9), CHINA, ledger.now)
    assert sightings.known_folder(ledger.db, "box", INBOX).open_uids == set()
    assert sightings.known_uids(ledger.db, "box", INBOX, 1) == {5}


def test_mails_wait_in_the_order_in_which_they_came(ledger: Books) -> None:
    late, early = ledger.enter(at=IN_TIME + timedelta(hours=2)), ledger.enter(at=IN_TIME)
    assert [mail.id for mail in waiting(ledger)] == [early, late]


def test_a_mail_that_was_killed_is_worked_next(ledger: Books) -> None:
    first, _ = ledger.enter(at=IN_TIME), ledger.enter(at=IN_TIME + timedelta(hours=1))
    for tries in range(5):
        mail = waiting(ledger)[0]
        assert (mail.id, mail.attempts) == (first, tries)
        mails.begin(ledger.db, mail)


def test_a_mail_that_waits_for_trouble_of_ours_waits_longer_and_longer_and_never_fails_for_it(ledger: Books) -> None:
    ledger.enter()
    pauses = []
    for _ in range(40):
        (mail,) = mails.pending(ledger.db)
        assert mail.attempts < mails.MAX_ATTEMPTS
        mails.begin(ledger.db, mail)
        mails.postpone(ledger.db, mail, "no room on the disk", ledger.now)
        start = ledger.now
        while not waiting(ledger):
            ledger.later(minutes=1)
        pauses.append(int((ledger.now - start) / timedelta(minutes=1)))
    assert pauses == [1, 2, 4, 8, 16, 32, *[60] * 34]


def test_trouble_of_ours_keeps_a_mail_waiting_with_its_reason(ledger: Books) -> None:
    ledger.enter()
    mails.postpone(ledger.db, waiting(ledger)[0], "no room on the disk", ledger.now)
    assert waiting(ledger) == ()
    ledger.later(minutes=1)
    assert len(waiting(ledger)) == 1
    assert ledger.rows("SELECT state, error FROM mails") == [("spooled", "no room on the disk")]


def test_a_failed_mail_is_shown_to_a_person(ledger: Books) -> None:
    ledger.enter()
    mails.fail(ledger.db, 1, "ValueError: odd", ledger.now)
    assert waiting(ledger) == ()
    assert ledger.rows("SELECT kind, mail_id, why FROM attention") == [("mail", 1, "ValueError: odd")]


def test_a_finished_mail_is_opened_again_for_replay(ledger: Books) -> None:
    ledger.take(form(row()), film())
    mails.reopen(ledger.db, 1)
    assert [mail.id for mail in waiting(ledger)] == [1]
    spooled = mails.spooled(ledger.db, 1)
    assert spooled is not None
    assert spooled.received_at == IN_TIME
    assert mails.spooled(ledger.db, 99) is None


def test_finished_mails_are_settled_on_the_server_once(ledger: Books) -> None:
    ledger.take(form(row()), film())
    ledger.enter()
    ((ref, again),) = sightings.unsettled(ledger.db, "box")
    assert not again
    sightings.settling(ledger.db, ref)
    assert list(sightings.unsettled(ledger.db, "box")) == [(ref, True)]
    assert ref.uid == 1
    sightings.settled(ledger.db, ref)
    assert list(sightings.unsettled(ledger.db, "box")) == []


def test_a_mails_place_in_its_thread_is_kept(ledger: Books) -> None:
    decision = ledger.decided(form(row()))
    mail = replace(decision.arrival.mail, in_reply_to="<0@x>", references=("<r@x>", "<0@x>"))
    ledger.keep(replace(decision, arrival=replace(decision.arrival, mail=mail)))
    place = mails.place_of(ledger.db, 1)
    assert (place.message_id, place.in_reply_to, place.references) == (mail.message_id, "<0@x>", ("<r@x>", "<0@x>"))


# Copies


def leaves(mail: Mail) -> list[str]:
    return [part.sha256 for part in mail.parts]


def originals(ledger: Books, mail_id: int, mail: Mail, leaves: list[str]) -> list[int]:
    return [found.id for found in mails.originals(ledger.db, mail_id, mail, leaves)]


def test_the_same_mail_with_other_transport_headers_is_a_copy(ledger: Books) -> None:
    mail = ledger.take(form(row()), film()).arrival.mail
    again = ledger.enter("other bytes")
    assert originals(ledger, again, mail, leaves(mail)) == [1]
    mails.mark_copy(ledger.db, again, 1, mail, ledger.now)
    assert ledger.rows("SELECT state, copy_of FROM mails WHERE id = 2") == [("copy", 1)]
    assert waiting(ledger) == ()


def test_a_copy_is_known_where_an_archive_or_the_body_brought_more(ledger: Books) -> None:
    decision = ledger.decided(form(row()), film())
    inner = Part("内.mp4", "", sha("inner"), 5, PartKind.VIDEO, ("材料.zip",))
    body = form(row("正文里的作品"), name="")
    body = replace(body, part=replace(body.part, content_type="text/html"))
    parts = (*decision.works.parts[:1], inner, *decision.works.parts[1:])
    works = replace(decision.works, parts=parts, forms=(*decision.works.forms, body))
    ledger.keep(replace(decision, works=works))
    mail = decision.arrival.mail
    assert originals(ledger, ledger.enter("other bytes"), mail, leaves(mail)) == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "<other@mail.example.com>"},
        {"message_id": ""},
        {"sender": Address("other@example.org")},
        {"subject": "更正"},
    ],
)
def test_another_id_sender_or_subject_is_another_mail(ledger: Books, change: dict[str, object]) -> None:
    mail = ledger.take(form(row()), film()).arrival.mail
    other = replace(mail, **change)  # type: ignore[arg-type]
    assert originals(ledger, ledger.enter(), other, leaves(mail)) == []


def test_a_message_id_used_twice_with_other_parts_is_another_mail(ledger: Books) -> None:
    mail = ledger.take(form(row()), film()).arrival.mail
    again = ledger.enter()
    assert originals(ledger, again, mail, leaves(mail)[:1]) == []
    assert originals(ledger, again, mail, [*leaves(mail), sha("more")]) == []
    assert originals(ledger, again, mail, leaves(mail)[::-1]) == []
