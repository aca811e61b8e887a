"""The ordinary road: a real Dovecot."""

import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import MailGone
from mailbot.model.errors import AccountError, MailboxError
from mailbot.model.folder import Folder
from mailbot.model.mail import SentMail
from mailbot.settings.keys import After
from tests.servers.dovecot import Dovecot
from tests.servers.mailboxes import all_refs, everything, settings_for
from tests.servers.ports import free_port

INBOX = Folder("INBOX")
BIG = b"Subject: big\r\n\r\n" + bytes(range(32, 127)) * 40_000


def mail(message_id: str) -> bytes:
    message = EmailMessage()
    message["Message-ID"] = message_id
    message.set_content("作品")
    return message.as_bytes()


@pytest.fixture(name="shared", scope="module")
def _shared(dovecot_server: Dovecot) -> Dovecot:
    """One account for the tests that only read."""
    server = dovecot_server.account("readers@163.example")
    server.deliver(b"Subject: one\r\n\r\n1\r\n", received_at=datetime(2024, 7, 31, 23, 59, 59, tzinfo=UTC))
    server.deliver(BIG)
    server.deliver(b"Subject: junk\r\n\r\n", "垃圾邮件")
    server.deliver(b"Subject: other\r\n\r\n", "收集/二")
    server.deliver(b"Message-ID: <old@x>\r\n\r\n", "已发送", datetime(2024, 1, 1, tzinfo=UTC))
    server.deliver(mail("<new@x>"), "已发送")
    return server


def test_inbox_and_junk_are_read_and_the_junk_is_known_as_such(shared: Dovecot) -> None:
    with closing(open_mailbox(settings_for(shared))) as mailbox:
        assert mailbox.folders() == (INBOX, Folder("垃圾邮件", junk=True))
    with closing(open_mailbox(settings_for(shared, junk=False, folders=("收集/二", "inbox", "没有")))) as mailbox:
        assert mailbox.folders() == (Folder("收集/二"), INBOX)


def test_a_mailbox_without_any_of_its_folders_says_which_key_to_mend(shared: Dovecot) -> None:
    with (
        closing(open_mailbox(settings_for(shared, junk=False, folders=("没有",)))) as mailbox,
        pytest.raises(MailboxError, match=r"mailbox\.folders"),
    ):
        mailbox.folders()


def test_a_mail_comes_whole_from_any_offset(shared: Dovecot) -> None:
    with closing(open_mailbox(settings_for(shared))) as mailbox:
        _, ref = all_refs(mailbox, INBOX)
        blocks = list(mailbox.read(ref))
        assert b"".join(blocks) == BIG
        assert max(map(len, blocks)) <= 1024 * 1024
        for offset in (1, 1024 * 1024, len(BIG) - 1, len(BIG), len(BIG) + 5):
            assert b"".join(mailbox.read(ref, offset)) == BIG[offset:]


def test_a_mail_of_exactly_one_piece_ends(dovecot: Dovecot) -> None:
    exact = BIG[: 1024 * 1024]
    dovecot.deliver(exact)
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        assert everything(mailbox) == {("INBOX", 1): exact}


def test_the_time_of_receipt_is_the_server_s(shared: Dovecot) -> None:
    with closing(open_mailbox(settings_for(shared))) as mailbox:
        first, _ = all_refs(mailbox, INBOX)
    assert first.received_at == datetime(2024, 8, 1, 7, 59, 59, tzinfo=timezone(timedelta(hours=8)))
    assert first.received_at.utcoffset() is not None


def test_only_uids_above_one_are_listed(shared: Dovecot) -> None:
    with closing(open_mailbox(settings_for(shared))) as mailbox:
        assert mailbox.listing(INBOX).uids == (1, 2)
        assert mailbox.listing(INBOX, above=1).uids == (2,)
        assert mailbox.listing(INBOX, above=2).uids == ()


def test_reading_leaves_no_mark(dovecot: Dovecot) -> None:
    dovecot.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        everything(mailbox)
        mailbox.settle(all_refs(mailbox, INBOX)[0])
    assert not any(name.endswith("S") for name in dovecot.files())


def test_after_seen_marks_the_mail_as_read(dovecot: Dovecot) -> None:
    dovecot.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(dovecot, after=After.SEEN))) as mailbox:
        mailbox.settle(all_refs(mailbox, INBOX)[0])
    assert [name[-4:] for name in dovecot.files()] == [":2,S"]


def test_after_move_moves_the_mail_and_makes_the_folder(dovecot: Dovecot) -> None:
    for _ in range(2):
        dovecot.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(dovecot, after=After.MOVE, move_to="已处理"))) as mailbox:
        for ref in all_refs(mailbox, INBOX):
            mailbox.settle(ref)
        assert mailbox.listing(INBOX).uids == ()
    assert len(dovecot.files("已处理")) == 2


def test_a_vanished_mail_is_gone_and_not_empty(dovecot: Dovecot) -> None:
    path = dovecot.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        (ref,) = all_refs(mailbox, INBOX)
        for found in (path.parent.parent / "cur").iterdir():
            found.unlink()
        path.unlink(missing_ok=True)
        listing = mailbox.listing(INBOX)
        assert listing.uids == ()
        assert mailbox.refs(INBOX, listing, [ref.uid]) == ()
        with pytest.raises(MailGone):
            list(mailbox.read(ref))


def test_a_rebuilt_folder_gives_no_mail_under_an_old_uid(dovecot: Dovecot) -> None:
    dovecot.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        (ref,) = all_refs(mailbox, INBOX)
    for index in dovecot.mail.glob("dovecot*"):
        index.unlink()
    (dovecot.mail / "dovecot-uidlist").write_text("3 V4711 N1 G0123456789abcdef0123456789abcdef\n")
    (dovecot.mail / "dovecot-uidlist").chmod(0o666)
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        assert mailbox.listing(INBOX).uidvalidity == 4711
        with pytest.raises(MailGone, match="4711"):
            list(mailbox.read(ref))


def test_the_sent_folder_tells_what_left_lately(shared: Dovecot) -> None:
    with closing(open_mailbox(settings_for(shared))) as mailbox:
        sent = mailbox.sent_since(datetime(2024, 7, 1, tzinfo=UTC))
    assert sent is not None
    assert "<new@x>" in sent


def test_the_sent_folder_tells_what_a_person_wrote_and_whom_it_answers(dovecot: Dovecot) -> None:
    ours = b"Message-ID: <ours@x>\r\nIn-Reply-To: <q@x>\r\nX-Mailbot: state\r\n\r\nhello\r\n"
    theirs = b"In-Reply-To: <q@x>\r\nReferences: <p@x>\r\n <q@x>\r\nMessage-ID:\r\n <theirs@x>\r\n\r\nhello\r\n"
    for raw in (ours, theirs):
        dovecot.deliver(raw, "已发送")
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        written = mailbox.written_since(datetime(2024, 7, 1, tzinfo=UTC))
    assert written == (SentMail("<theirs@x>", frozenset({"<p@x>", "<q@x>"})),)


def test_idle_ends_within_a_moment_of_a_delivery(dovecot: Dovecot) -> None:
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        mailbox.listing(INBOX)
        started = time.monotonic()
        assert mailbox.wait(0.3) is False
        assert time.monotonic() - started >= 0.3
        delivery = threading.Timer(0.3, dovecot.deliver, [b"Subject: x\r\n\r\n"])
        delivery.start()
        assert mailbox.wait(20) is True
        assert time.monotonic() - started < 10
        delivery.join()
        assert mailbox.listing(INBOX).uids == (1,)


def test_mail_that_came_between_listing_and_idle_ends_the_wait_at_once(dovecot: Dovecot) -> None:
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        mailbox.listing(INBOX)
        dovecot.deliver(b"Subject: x\r\n\r\n")
        assert mailbox.wait(20) is True


def test_mail_that_came_between_two_waits_ends_the_second_one(dovecot: Dovecot) -> None:
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        assert mailbox.wait(0.2) is False
        dovecot.deliver(b"Subject: x\r\n\r\n")
        assert mailbox.wait(20) is True
        assert mailbox.wait(0.2) is False


def test_a_wrong_password_is_said_so(shared: Dovecot) -> None:
    with pytest.raises(AccountError, match="授权码") as refusal:
        open_mailbox(settings_for(shared, password="not this"))
    assert "not this" not in str(refusal.value)


@pytest.mark.usefixtures("no_pauses")
def test_nobody_listening_says_what_to_check() -> None:
    class Nowhere:
        host, port, user, password = "127.0.0.1", free_port(), "a", "b"

    with pytest.raises(MailboxError, match=r"mailbox\.host"):
        open_mailbox(settings_for(Nowhere()))


def test_two_mailboxes_are_read_side_by_side(shared: Dovecot, dovecot: Dovecot) -> None:
    dovecot.deliver(b"Subject: second\r\n\r\n")
    with (
        closing(open_mailbox(settings_for(shared, name="one"))) as one,
        closing(open_mailbox(settings_for(dovecot, name="two"))) as two,
    ):
        assert {ref.mailbox for box in (one, two) for ref in all_refs(box, INBOX)} == {"one", "two"}
        assert list(everything(two).values()) == [b"Subject: second\r\n\r\n"]
