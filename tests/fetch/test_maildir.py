"""A Maildir, and a folder with files dropped in."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import Mailbox, MailGone
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder
from mailbot.settings.keys import After, MailboxSettings
from tests.servers.mailboxes import all_refs, everything

INBOX = Folder("INBOX")


def opened(path: Path, after: After = After.KEEP, *, junk: bool = True) -> Mailbox:
    return open_mailbox(MailboxSettings(kind="maildir", path=path, after=after, move_to="done", junk=junk))


def drop(path: Path, name: str, raw: bytes, seconds: float = 1_721_000_000) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_bytes(raw)
    os.utime(path / name, (seconds, seconds))
    return path / name


def test_it_is_made_where_it_is_missing(tmp_path: Path) -> None:
    mailbox = opened(tmp_path / "var" / "inbox")
    assert mailbox.folders() == (INBOX,)
    assert mailbox.listing(INBOX).uids == ()
    assert {child.name for child in (tmp_path / "var" / "inbox").iterdir()} == {"new", "cur", "tmp"}


def test_mails_and_dropped_eml_files_come_in_the_order_of_delivery(tmp_path: Path) -> None:
    drop(tmp_path / "new", "作品.eml", b"Subject: second\r\n\r\n", 1_721_000_002)
    drop(tmp_path / "cur", "1721.M1.host:2,RS", b"Subject: first\r\n\r\n", 1_721_000_001)
    drop(tmp_path / "tmp", "half", b"Subj")
    drop(tmp_path / "new", ".hidden", b"x")
    (tmp_path / "new" / "folder").mkdir()
    mailbox = opened(tmp_path)
    refs = all_refs(mailbox, INBOX)
    assert [b"".join(mailbox.read(ref)) for ref in refs] == [b"Subject: first\r\n\r\n", b"Subject: second\r\n\r\n"]
    assert refs[0].received_at == datetime.fromtimestamp(1_721_000_001, UTC)
    assert refs[0].received_at.tzinfo is UTC
    assert all(0 < ref.uid < 2**63 for ref in refs)


def test_a_uid_survives_a_restart_and_a_move_from_new_to_cur_with_flags(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "1721.M1.host", b"Subject: x\r\n\r\n")
    (before,) = all_refs(opened(tmp_path), INBOX)
    path.rename(tmp_path / "cur" / "1721.M1.host:2,FS")
    mailbox = opened(tmp_path)
    assert mailbox.listing(INBOX, above=before.uid).uids == (before.uid,)
    assert b"".join(mailbox.read(before, 9)) == b"x\r\n\r\n"


def test_a_vanished_mail_is_gone(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "one", b"x")
    mailbox = opened(tmp_path)
    (ref,) = all_refs(mailbox, INBOX)
    listing = mailbox.listing(INBOX)
    path.unlink()
    assert mailbox.refs(INBOX, listing, listing.uids) == ()
    with pytest.raises(MailGone):
        list(mailbox.read(ref))


def test_a_file_that_is_still_being_written_waits_for_the_next_round(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "one", b"Subject: x\r\n" * 200_000)
    mailbox = opened(tmp_path)
    (ref,) = all_refs(mailbox, INBOX)
    blocks = mailbox.read(ref)
    next(blocks)
    with path.open("ab") as file:
        file.write(b"more\r\n")
    with pytest.raises(MailboxError, match="still being written"):
        list(blocks)


def test_nothing_moves_unless_asked(tmp_path: Path) -> None:
    path = drop(tmp_path / "new", "one", b"x")
    mailbox = opened(tmp_path)
    mailbox.settle(all_refs(mailbox, INBOX)[0])
    assert path.exists()


def test_seen_moves_to_cur_with_the_flag_and_keeps_the_others(tmp_path: Path) -> None:
    drop(tmp_path / "new", "one", b"x")
    drop(tmp_path / "cur", "two:2,FR", b"y")
    mailbox = opened(tmp_path, After.SEEN)
    for ref in all_refs(mailbox, INBOX):
        mailbox.settle(ref)
    assert {path.name for path in (tmp_path / "cur").iterdir()} == {"one:2,S", "two:2,FRS"}


def test_move_moves_to_the_subfolder(tmp_path: Path) -> None:
    drop(tmp_path / "new", "one", b"x")
    mailbox = opened(tmp_path, After.MOVE)
    mailbox.settle(all_refs(mailbox, INBOX)[0])
    assert [path.name for path in (tmp_path / ".done" / "cur").iterdir()] == ["one:2,S"]
    assert mailbox.listing(INBOX).uids == ()


def test_junk_subfolders_are_read_where_wanted(tmp_path: Path) -> None:
    drop(tmp_path / ".垃圾邮件" / "new", "one", b"x")
    drop(tmp_path / ".other" / "new", "two", b"y")
    assert opened(tmp_path).folders() == (INBOX, Folder("垃圾邮件", junk=True))
    assert opened(tmp_path, junk=False).folders() == (INBOX,)
    assert set(everything(opened(tmp_path)).values()) == {b"x"}


def test_a_path_that_cannot_be_a_maildir_says_which_key_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MailboxError, match=r"mailbox\.path"):
        opened(tmp_path / "file")


def test_it_cannot_tell_what_was_sent_and_cannot_wait(tmp_path: Path) -> None:
    mailbox = opened(tmp_path)
    assert mailbox.sent_since(datetime(2024, 1, 1, tzinfo=UTC)) is None
    assert mailbox.wait(10) is False
