"""A server that cuts, stalls and lies: the mail comes whole, or the call says so; never a wrong byte, never a hang."""

import resource
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import Mailbox, Silent
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder
from mailbot.model.mail import MailRef
from tests.servers.coremail import Coremail
from tests.servers.hostile import Hostile, Mishap, Trick
from tests.servers.mailboxes import all_refs, everything, settings_for
from tests.servers.raw import one_line_server

INBOX = Folder("INBOX")
BIG = b'Subject: "big" \\ mail\r\n\r\n' + bytes(range(32, 127)) * 26_000

pytestmark = pytest.mark.usefixtures("no_pauses")


def only_ref(mailbox: Mailbox) -> MailRef:
    (ref,) = all_refs(mailbox, INBOX)
    return ref


def take(blocks: Iterator[bytes], into: bytearray) -> None:
    for block in blocks:
        into += block


@pytest.mark.parametrize("trick", [trick for trick in Trick if trick is not Trick.STALL])
def test_each_trick_once_and_the_mail_still_comes_whole(hostile: Hostile, trick: Trick) -> None:
    hostile.deliver(BIG)
    hostile.tricks.extend([trick, trick])
    with closing(open_mailbox(settings_for(hostile, timeout=0.5))) as mailbox:
        assert b"".join(mailbox.read(only_ref(mailbox))) == BIG
    assert hostile.played


def test_a_silent_server_is_not_asked_again_at_once(hostile: Hostile) -> None:
    hostile.deliver(BIG)
    hostile.tricks.append(Trick.STALL)
    with closing(open_mailbox(settings_for(hostile, timeout=0.3))) as mailbox:
        ref = only_ref(mailbox)
        got = bytearray()
        with pytest.raises(Silent):
            take(mailbox.read(ref), got)
        assert hostile.played == 1
        assert b"".join(mailbox.read(ref)) == BIG


@pytest.mark.parametrize("trick", list(Trick))
def test_each_trick_without_end_ends_in_the_mail_or_in_an_error(hostile: Hostile, trick: Trick) -> None:
    hostile.deliver(BIG)
    hostile.always = trick
    started = time.monotonic()
    got = b""
    whole = {Trick.WHOLE, Trick.OTHER_FIRST, Trick.UID_BEHIND, Trick.QUOTED, Trick.TOO_MUCH}
    with closing(open_mailbox(settings_for(hostile, timeout=0.3))) as mailbox:
        ref = only_ref(mailbox)
        try:
            for block in mailbox.read(ref):
                got += block
                if len(got) > 10_000_000:
                    break
        except MailboxError:
            assert trick not in whole
        else:
            assert got == BIG
    assert time.monotonic() - started < 10
    assert hostile.verbs().count("LOGIN") < 12


@pytest.mark.parametrize("mishap", list(Mishap))
def test_whatever_befalls_whichever_command_all_mails_come_whole(hostile: Hostile, mishap: Mishap) -> None:
    mails = {("INBOX", hostile.deliver(raw)): raw for raw in (BIG[:50_000], b"Subject: two\r\n\r\n")}
    mails |= {("垃圾邮件", hostile.deliver(b"Subject: junk\r\n\r\n", "垃圾邮件")): b"Subject: junk\r\n\r\n"}
    with closing(open_mailbox(settings_for(hostile))) as mailbox:
        assert everything(mailbox) == mails
    commands = hostile.commands - 1  # the last one is LOGOUT
    assert commands > 15
    for number in range(1, commands):
        hostile.commands = 0
        hostile.mishaps = {number: mishap}
        with closing(open_mailbox(settings_for(hostile))) as mailbox:
            assert everything(mailbox) == mails, number


def test_a_mail_cut_again_and_again_goes_on_at_its_offset(hostile: Hostile) -> None:
    hostile.deliver(BIG)
    with closing(open_mailbox(settings_for(hostile))) as mailbox:
        ref = only_ref(mailbox)
        got = b""
        hostile.tricks.extend([Trick.CUT_IN_LITERAL] * 6)
        for block in mailbox.read(ref):
            got += block
    assert got == BIG
    offsets = [int(line.split("]<")[1].split(".")[0]) for line in hostile.log if "]<" in line]
    assert offsets == sorted(offsets)
    assert offsets[-1] > 2 * 1024 * 1024


def test_what_came_before_an_error_stays_right_and_a_later_call_goes_on_from_there(hostile: Hostile) -> None:
    hostile.deliver(BIG)
    with closing(open_mailbox(settings_for(hostile))) as mailbox:
        ref = only_ref(mailbox)
        hostile.tricks.append(Trick.CUT_IN_LITERAL)
        hostile.always = Trick.CUT_BEFORE
        got = bytearray()
        with pytest.raises(MailboxError):
            take(mailbox.read(ref), got)
        assert 0 < len(got) < len(BIG)
        hostile.always = None
        got += b"".join(mailbox.read(ref, len(got)))
    assert got == BIG


def test_a_reader_that_stops_in_mid_mail_leaves_the_mailbox_usable(hostile: Hostile) -> None:
    hostile.deliver(BIG)
    hostile.always = Trick.WHOLE
    with closing(open_mailbox(settings_for(hostile))) as mailbox:
        ref = only_ref(mailbox)
        blocks = mailbox.read(ref)
        next(blocks)
        blocks.close()  # type: ignore[attr-defined]
        assert b"".join(mailbox.read(ref)) == BIG


def test_a_terabyte_announced_costs_no_memory(hostile: Hostile) -> None:
    hostile.deliver(BIG)
    hostile.always = Trick.ANNOUNCE_MORE
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(open_mailbox(settings_for(hostile, timeout=0.3))) as mailbox, pytest.raises(MailboxError):
        list(mailbox.read(only_ref(mailbox)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


@pytest.mark.parametrize(
    "greeting",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"* BYE too many connections\r\n", b"\x00" * 2_000_000, b"* OK hi\r\n"],
)
def test_a_server_that_is_none_is_a_mailbox_error_in_time(greeting: bytes) -> None:
    with one_line_server(greeting) as port:
        server = Coremail(port=port)
        started = time.monotonic()
        with pytest.raises(MailboxError):
            open_mailbox(settings_for(server, timeout=0.3))
        assert time.monotonic() - started < 5
