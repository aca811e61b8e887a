"""Who sent a mail, at a glance at its header."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.sender import sender_of
from mailbot.model.folder import Folder
from mailbot.settings.keys import MailboxSettings
from tests.servers.dovecot import Dovecot
from tests.servers.mailboxes import all_refs, settings_for

MANY = "many@bureau.example.org"


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        (b"Subject: x\r\nFrom: =?utf-8?B?5byg?= <Many@Bureau.example.org>\r\n\r\nFrom: b@example.org", MANY),
        (b"from:many@bureau.example.org (Zhang)\n\n", MANY),
        (b'FROM : "a@example.org, the office"\r\n\t<many@bureau.example.org>\r\n\r\n', "a@example.org"),
        (b"From: one@example.org, two@example.org\r\n\r\n", "one@example.org"),
        (b"From: \xe5\xbc\xa0 <\xe5\xbc\xa0@example.org>\r\n", "张@example.org"),
        (b"From: Undisclosed  \r\n\r\n", "undisclosed"),
        (b"Subject: x\r\n\r\nFrom: body@example.org\r\n", ""),
        (b"X-From: a@example.org\r\n\r\n", ""),
        (b"", ""),
    ],
)
def test_the_first_address_of_from_or_what_stands_there(head: bytes, sender: str) -> None:
    assert sender_of(head) == sender


def test_a_maildir_reads_it_from_the_files_that_are_there(tmp_path: Path) -> None:
    for name, content in (("1", b"From: many@bureau.example.org\n\nx"), ("2", b"From: a@example.org\n\nx")):
        (tmp_path / "new").mkdir(exist_ok=True)
        (tmp_path / "new" / name).write_bytes(content)
    mailbox = open_mailbox(MailboxSettings(kind="maildir", path=tmp_path))
    refs = all_refs(mailbox, Folder("INBOX"))
    (tmp_path / "new" / "2").unlink()
    assert list(mailbox.senders(refs).values()) == [MANY]


def test_a_server_is_asked_for_all_folders(dovecot: Dovecot) -> None:
    for folder in ("INBOX", "垃圾邮件", "INBOX"):
        dovecot.deliver(f"From: <{MANY}>\r\n\r\n{folder}".encode(), folder, datetime(2024, 7, 1, tzinfo=UTC))
    with closing(open_mailbox(settings_for(dovecot))) as mailbox:
        refs = [ref for folder in mailbox.folders() for ref in all_refs(mailbox, folder)]
        assert mailbox.senders(refs) == dict.fromkeys(refs, MANY)
        assert len(refs) == 3
