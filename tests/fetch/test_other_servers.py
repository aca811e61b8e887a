"""Two servers more: Courier, whose folders all lie below INBOX, and Cyrus, where only IMAP makes folders."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.model.folder import Folder
from mailbot.model.mail import SentMail
from mailbot.ops.doctor import examine
from mailbot.ops.house import open_house
from mailbot.settings.keys import After
from mailbot.settings.loading import load
from tests.make.configs import ON_FOLDERS
from tests.servers.courier import Courier, courier
from tests.servers.cyrus import Cyrus, cyrus
from tests.servers.mailboxes import all_refs, everything, settings_for

INBOX = Folder("INBOX")
LATE = datetime(2024, 7, 31, 23, 59, 59, tzinfo=UTC)
BIG = b"Subject: big\r\n\r\n" + (bytes(range(32, 127)) + b"\r\n") * 30_000
SENT = b"In-Reply-To: <q@x>\r\nMessage-ID: <theirs@x>\r\nSubject: x\r\n\r\nhello\r\n"

Server = Courier | Cyrus


@pytest.fixture(name="server", scope="module", params=[courier, cyrus], ids=["courier", "cyrus"])
def _server(request: pytest.FixtureRequest) -> Iterator[Server]:
    start: Callable[[], AbstractContextManager[Server]] = request.param
    with start() as server:
        server.deliver(b"Subject: one\r\n\r\n1\r\n", received_at=LATE)
        server.deliver(BIG)
        server.deliver(b"Subject: junk\r\n\r\nx\r\n", "垃圾邮件")
        server.deliver(SENT, "已发送")
        yield server


def test_folders_below_the_account_s_prefix_are_found_and_junk_is_known(server: Server) -> None:
    with closing(open_mailbox(settings_for(server))) as mailbox:
        inbox, junk = mailbox.folders()
    assert inbox == INBOX
    assert junk == Folder("INBOX.垃圾邮件", junk=True)


def test_mails_are_listed_with_their_date_and_come_whole_from_any_offset(server: Server) -> None:
    with closing(open_mailbox(settings_for(server))) as mailbox:
        first, second = all_refs(mailbox, INBOX)
        assert first.received_at == LATE
        assert list(everything(mailbox, INBOX).values())[1] == BIG
        for offset in (1, 1024 * 1024, len(BIG) - 1, len(BIG)):
            assert b"".join(mailbox.read(second, offset)) == BIG[offset:]


def test_sent_is_looked_into(server: Server) -> None:
    with closing(open_mailbox(settings_for(server))) as mailbox:
        sent = mailbox.sent_since(datetime(2024, 7, 1, tzinfo=UTC))
        written = mailbox.written_since(datetime(2024, 7, 1, tzinfo=UTC))
    assert sent is not None
    assert "<theirs@x>" in sent
    assert written == (SentMail("<theirs@x>", frozenset({"<q@x>"})),)


def test_after_move_makes_its_folder_below_the_prefix_and_moves_the_mail(server: Server) -> None:
    with closing(open_mailbox(settings_for(server, after=After.MOVE, move_to="已处理/一"))) as mailbox:
        mailbox.try_target()
        first, _ = all_refs(mailbox, INBOX)
        mailbox.settle(first)
        assert len(mailbox.listing(INBOX).uids) == 1
        moved = mailbox.listing(Folder("INBOX.已处理.一"))
        assert len(moved.uids) == 1


def test_doctor_makes_the_folder_below_the_prefix_and_says_so(server: Server, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS, encoding="utf-8")
    settings, _ = load(tmp_path / "config.toml", {})
    mailbox = settings_for(server, after=After.MOVE, move_to="已办")
    with open_house(replace(settings, mailbox=(mailbox,))) as house:
        (line,) = [line for line in examine(house, ()) if line.what.startswith("mailbox")]
    assert line.well, line.told
    with closing(open_mailbox(mailbox)) as again:
        assert again.listing(Folder("INBOX.已办")).uids == ()


def test_a_mail_keeps_its_number_though_nobody_else_ever_opened_the_folder(server: Server) -> None:
    """Courier numbers anew at each EXAMINE: a mail that came meanwhile would be taken for one that is known."""
    for raw in (b"Subject: first\r\n\r\n1\r\n", b"Subject: second\r\n\r\n22\r\n"):
        server.deliver(raw, "新件")
        with closing(open_mailbox(settings_for(server))) as mailbox:
            listing = mailbox.listing(Folder("INBOX.新件"))
            last = mailbox.refs(Folder("INBOX.新件"), listing, listing.uids[-1:])[0]
            assert b"".join(mailbox.read(last)) == raw
    assert (listing.uids, last.uid) == ((1, 2), 2)
