"""Slow lines, odd folder names, ten thousand mails: each call ends in bounded time, with all or with an error."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder
from tests.servers.coremail import Box
from tests.servers.mailboxes import all_refs, everything, settings_for
from tests.servers.treacherous import Treacherous, treacherous

INBOX = Folder("INBOX")

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture(name="server")
def _server() -> Iterator[Treacherous]:
    with treacherous() as server:
        yield server


@pytest.mark.parametrize("verb", ["LIST", "SELECT", "UID SEARCH"])
def test_an_answer_in_drips_is_an_error_in_bounded_time(server: Treacherous, verb: str) -> None:
    for _ in range(40):
        server.deliver(b"Subject: x\r\n\r\n")
    server.slow = verb
    started = time.monotonic()
    with (
        closing(open_mailbox(settings_for(server, timeout=0.2))) as mailbox,
        pytest.raises(MailboxError, match="silent"),
    ):
        everything(mailbox, *mailbox.folders()) if verb != "SELECT" else mailbox.settle(all_refs(mailbox, INBOX)[0])
    assert time.monotonic() - started < 20


def test_a_slow_mail_is_given_up_sooner_than_it_would_come(server: Treacherous) -> None:
    uid = server.deliver(b"Subject: x\r\n\r\n" + b"x" * 100_000)
    server.drips = {uid}
    started = time.monotonic()
    with closing(open_mailbox(settings_for(server, timeout=0.2))) as mailbox:
        (ref,) = all_refs(mailbox, INBOX)
        with pytest.raises(MailboxError, match="silent"):
            list(mailbox.read(ref))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("name", ['参选"稿件"', "a\\b", "R&D 稿件", "稿件/2024 年", "~稿"])
def test_a_folder_of_any_name_is_read(server: Treacherous, name: str) -> None:
    server.boxes[name] = Box("", 77)
    uid = server.deliver(b"Subject: x\r\n\r\n", name)
    with closing(open_mailbox(settings_for(server, folders=("INBOX", name)))) as mailbox:
        folder = next(folder for folder in mailbox.folders() if folder.name == name)
        assert everything(mailbox, folder) == {(name, uid): b"Subject: x\r\n\r\n"}


@pytest.mark.parametrize("raw", [b"&ZZZ", b"\xb8\xe5\xbc\xfe", b"&g0l6P3ux", b"&&&-"])
def test_a_folder_whose_name_is_garbage_takes_no_other_along(server: Treacherous, raw: bytes) -> None:
    uid = server.deliver(b"Subject: x\r\n\r\n")
    server.also_listed = [raw]
    with closing(open_mailbox(settings_for(server))) as mailbox:
        assert INBOX in mailbox.folders()
        assert everything(mailbox) == {("INBOX", uid): b"Subject: x\r\n\r\n"}


def test_ten_thousand_mails_are_placed_one_vanished_among_them(server: Treacherous) -> None:
    uids = [server.deliver(b"Subject: x\r\n\r\n") for _ in range(10_000)]
    server.vanish = {uids[5000]}
    with closing(open_mailbox(settings_for(server))) as mailbox:
        listing = mailbox.listing(INBOX)
        assert len(listing.uids) == 10_000
        refs = mailbox.refs(INBOX, listing, listing.uids)
    assert [ref.uid for ref in refs] == [uid for uid in uids if uid != uids[5000]]
    assert max(len(line) for line in server.log) < 4000


def test_a_mailbox_that_changes_uidvalidity_in_mid_mail_never_mixes_two(server: Treacherous) -> None:
    old = server.deliver(b"old" * 1_000_000)
    with closing(open_mailbox(settings_for(server))) as mailbox:
        (ref,) = all_refs(mailbox, INBOX)
        blocks = mailbox.read(ref)
        first = next(blocks)
        box = server.boxes["INBOX"]
        box.uidvalidity += 1
        box.mails[old] = replace(box.mails[old], raw=b"new" * 1_000_000)
        server.dies_behind = ["UID FETCH"]
        with pytest.raises(MailboxError, match="rebuilt"):
            b"".join(blocks)
    assert set(first) == set(b"old")
