"""Odd habits of IMAP servers: whatever one says besides, or otherwise, all mails come whole and none twice."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.fetch.source import Unsettled
from mailbot.model.errors import AccountError, MailboxError
from mailbot.model.folder import Folder
from mailbot.settings.keys import After
from tests.servers.mailboxes import all_refs, everything, settings_for
from tests.servers.peculiar import Body, Line, Peculiar, ahead, besides, instead, peculiar, plain

pytestmark = pytest.mark.usefixtures("no_pauses")

INBOX = Folder("INBOX")
MAILS = (b"Subject: one\r\n\r\n1\r\n", b'Subject: two\r\n\r\n(2) "x" {3}\r\n', b"Subject: three\r\n\r\n" + b"3" * 3000)


@pytest.fixture(name="server")
def _server() -> Iterator[Peculiar]:
    with peculiar() as server:
        for raw in MAILS:
            server.deliver(raw)
        yield server


SEARCH = r"^\* SEARCH (.*\d)$"
LINES: dict[str, Line] = {
    "folder names as atoms": instead(r'^(\* LIST \(\S*\) "/") "(INBOX)"', r"\1 \2"),
    "folder names as literals": instead(r'^(\* LIST \(\S*\) "/") "(INBOX)"', "\\1 {5}\r\n\\2"),
    "no delimiter": instead(r'^(\* LIST \(\S*\)) "/"', r"\1 NIL"),
    "folders that only hold others": besides(r'"INBOX"$', r'* LIST (\Noselect \HasChildren) "/" "a"'),
    "no uidvalidity": instead(r"^\* OK \[UIDVALIDITY.*", ""),
    "a uidvalidity of zero": instead(r"UIDVALIDITY \d+", "UIDVALIDITY 0"),
    "a uidvalidity beyond 32 bits": instead(r"UIDVALIDITY \d+", "UIDVALIDITY 20240701093000123"),
    "no recent": instead(r"^\* 0 RECENT", ""),
    "exists behind the end": instead(r"^\* (\d+) EXISTS", "* \\1 EXISTS\r\n* \\1 EXISTS"),
    "flags nobody defined": instead(r"^\* FLAGS .*", r"* FLAGS (\\Seen $Forwarded [odd] %label NonJunk)"),
    "alerts in between": ahead("* OK [ALERT] 您的邮箱容量即将用完", "* NO Mailbox nearly full"),
    "flags of others in between": ahead(r"* 1 FETCH (FLAGS (\Seen))", "* 9 EXISTS", "* 2 RECENT"),
    "an expunge in between": besides(r"^\* \d+ FETCH", "* 3 EXISTS"),
    "search with a modseq": instead(r"^(\* SEARCH .*\d)$", r"\1 (MODSEQ 917)"),
    "search on several lines": lambda line: "\r\n".join(
        f"* SEARCH {uid}" for uid in line.split()[2:]
    ) if line.startswith("* SEARCH") else line,
    "search with blanks behind": instead(r"^(\* SEARCH.*)$", r"\1  "),
    "capabilities in the answer to login": instead(r"OK LOGIN", "OK [CAPABILITY IMAP4rev1 ID UIDPLUS] LOGIN"),
    "dates with one digit": instead(r'INTERNALDATE "0', 'INTERNALDATE " '),
    "words behind a fetch": instead(r"RFC822.SIZE (\d+)\)", r"FLAGS () X-GM-LABELS (a) RFC822.SIZE \1)"),
    "uid last": instead(r"\((UID \d+) (.*)\)$", r"(\2 \1)"),
    "small letters in tagged answers": lambda line: re.sub(r"^(\w+) OK", r"\1 ok", line),
    "small letters in all answers": lambda line: re.sub(r"^\S+ (?:\d+ )?[A-Z]+", lambda head: head[0].lower(), line)
    if line.startswith("* ")
    else line.replace(" OK ", " Ok ", 1),
    "tagged answers without words": instead(r"^(\w+ OK) [^\[]*$", r"\1"),
    "two blanks behind the star": instead(r"^\* (\d+ )", r"*  \1"),
    "two blanks behind the tag": instead(r"^(\w+) OK ", r"\1  OK "),
    "capabilities on two lines": instead(r"^\* CAPABILITY (\S+ \S+) (.*)", "* CAPABILITY \\1\r\n* CAPABILITY \\2"),
    "capabilities on a line before the answer to login": instead(
        r"^(\w+ OK LOGIN.*)", "* CAPABILITY IMAP4rev1 ID UIDPLUS\r\n\\1"
    ),
    "empty lines between answers": instead(r"^(\w+ OK|\* \d)", "\r\n\\1"),
    "line feeds alone": lambda line: line + "\n" + "* OK and so on",
    "a bare star": ahead("*", "* OK"),
    "folder names with blanks and without quotes": besides(r'"INBOX"$', r'* LIST () "/" Deleted Items'),
    "folder names with brackets and without quotes": besides(r'"INBOX"$', r'* LIST () "/" [Gmail]/All'),
    "extended folder data": instead(r'("INBOX")$', r'\1 ("CHILDINFO" ("SUBSCRIBED"))'),
    "a backslash for a delimiter": instead(r'^(\* LIST \(\S*\)) "/"', r'\1 "\\\\"'),
    "no attributes of a folder": instead(r"^\* LIST \(\S*\)", "* LIST NIL"),
    "a uidvalidity without brackets": instead(r"\[UIDVALIDITY (\d+)\]", r"UIDVALIDITY \1"),
    "no date": instead(r'INTERNALDATE "[^"]*"', "INTERNALDATE NIL"),
    "an empty date": instead(r'INTERNALDATE "[^"]*"', 'INTERNALDATE ""'),
    "dates as in a header": instead(r'INTERNALDATE "[^"]*"', 'INTERNALDATE "Mon, 01 Jul 2024 09:00:00 +0800"'),
    "dates without a zone": instead(r'INTERNALDATE "(\S+ \S+) [^"]*"', r'INTERNALDATE "\1"'),
    "dates with a named zone": instead(r'INTERNALDATE "(\S+ \S+) [^"]*"', r'INTERNALDATE "\1 CST"'),
    "hours with one digit": instead(r'INTERNALDATE "(\S+) 0', r'INTERNALDATE "\1 '),
    "months in full": instead(r"-Jul-", "-July-"),
    "months in small letters": instead(r"-Jul-", "-jul-"),
    "a day that is none": instead(r'INTERNALDATE "\d\d', 'INTERNALDATE "00'),
    "no size": instead(r"RFC822.SIZE \d+", "RFC822.SIZE NIL"),
    "a size below zero": instead(r"RFC822.SIZE \d+", "RFC822.SIZE -1"),
    "a size of zero": instead(r"RFC822.SIZE \d+", "RFC822.SIZE 0"),
    "a fetch in two answers": instead(
        r"^(\* \d+ FETCH \(UID \d+) (INTERNALDATE \"[^\"]*\") (RFC822.SIZE \d+\))", "\\1 \\2)\r\n\\1 \\3"
    ),
    "mails nobody asked for": besides(
        r"^\* \d+ FETCH", '* 77 FETCH (UID 7 INTERNALDATE "01-Jul-2024 09:00:00 +0800")'
    ),
    "flags of others without a number of theirs": besides(r"^\* \d+ FETCH", r"* 77 FETCH (FLAGS (\Seen))"),
    "an extended search": instead(SEARCH, lambda found: f'* ESEARCH (TAG "A") UID ALL {found[1].replace(" ", ",")}'),
    "search with commas": instead(SEARCH, lambda found: f"* SEARCH {found[1].replace(' ', ',')}"),
    "search with a range": instead(SEARCH, lambda found: f"* SEARCH {found[1].split()[0]}:{found[1].split()[-1]}"),
    "search with words behind": instead(r"^(\* SEARCH .*\d)$", r"\1 Completed"),
    "a search that finds nothing": instead(r"^\* SEARCH.*", "* SEARCH"),
    "a search that finds none of it": instead(r"^\* SEARCH.*", ""),
    "an id of nothing": instead(r"^\* ID .*", "* ID NIL"),
    "an odd id": instead(r"^\* ID .*", '* ID ("name" "Coremail" "vendor")'),
    "an id that is declined": instead(r"^(\w+) OK ID", r"\1 BAD ID"),
    "a search that is declined": instead(r"^(\w+) OK SEARCH", r"\1 NO SEARCH"),
    "a stray plus": ahead("+ idling"),
    "a greeting that tells capabilities": instead(r"^\* OK Coremail", "* OK [CAPABILITY IMAP4rev1 ID] Coremail"),
    "small letters in items": instead(r"\(UID (\d+) INTERNALDATE", r"(uid \1 internaldate"),
}  # fmt: skip


@pytest.mark.parametrize("habit", LINES.values(), ids=LINES)
def test_a_habit_with_lines(habit: Line, server: Peculiar) -> None:
    server.line = habit
    with closing(open_mailbox(settings_for(server))) as mailbox:
        assert INBOX in mailbox.folders()
        assert tuple(everything(mailbox, INBOX).values()) == MAILS


def test_inbox_is_inbox_in_whatever_letters_it_is_listed(server: Peculiar) -> None:
    server.boxes["Inbox"] = server.boxes.pop("INBOX")
    with closing(open_mailbox(settings_for(server))) as mailbox:
        folder = mailbox.folders()[0]
        assert tuple(everything(mailbox, folder).values()) == MAILS


def literal8(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return plain(number, before, key, piece).replace(b"{", b"~{", 1)


def quoted(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    escaped = piece.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'* %d FETCH (%b %b "%b")\r\n' % (number, before, key, escaped)


def uid_behind(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return b"* %d FETCH (%b {%d}\r\n%b %b)\r\n" % (number, key, len(piece), piece, before)


def flags_besides(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return b"* %d FETCH (FLAGS (\\Seen))\r\n" % number + plain(number, before + b" FLAGS (\\Seen)", key, piece)


def flags_behind(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    whole = plain(number, before, key, piece)[: -len(b")\r\n")] + b" FLAGS (\\Seen))\r\n"
    return whole + b"* %d FETCH (UID 1 FLAGS (\\Seen))\r\n" % number


def small_letters(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return plain(number, before.lower(), key.lower(), piece).replace(b"FETCH", b"fetch")


def others_in_between(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return b"* 1 EXPUNGE\r\n* OK still here\r\n* 5 EXISTS\r\n" + plain(number, before, key, piece)


def two_blanks(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return plain(number, before, key, piece).replace(b" {", b"  {", 1).replace(b" FETCH", b"  FETCH", 1)


def closed_too_soon(number: int, before: bytes, key: bytes, piece: bytes) -> bytes:
    return b"* %d FETCH (%b {%d}\r\n%b)\r\n %b)\r\n" % (number, key, len(piece), piece, before)


BODIES: dict[str, Body] = {
    "a literal that nobody waits for": lambda *told: plain(*told).replace(b"}", b"+}", 1),
    "closed too soon": closed_too_soon,
    "literal8": literal8,
    "uid behind": uid_behind,
    "flags besides": flags_besides,
    "flags behind": flags_behind,
    "small letters": small_letters,
    "others in between": others_in_between,
    "two blanks": two_blanks,
    "a blank line behind the mail": lambda number, before, key, piece: (
        plain(number, before, key, piece)[:-3] + b"\r\n)\r\n"
    ),
    "the key as it was asked": lambda number, before, key, piece: plain(
        number, before, key.replace(b"BODY[", b"BODY.PEEK["), piece
    ),
    "no blank before the size": lambda *told: plain(*told).replace(b" {", b"{", 1),
    "a blank line ahead": lambda *told: b"\r\n" + plain(*told),
    "no uid": lambda number, _, key, piece: plain(number, b"FLAGS ()", key, piece),
    "a size in sixteens of noughts": lambda *told: plain(*told).replace(b"{", b"{000", 1),
    "octets that end in a bracket": lambda *told: plain(*told).replace(b")\r\n", b" )\r\n"),
}


@pytest.mark.parametrize("habit", BODIES.values(), ids=BODIES)
def test_a_habit_with_mails(habit: Body, server: Peculiar) -> None:
    server.body = habit
    with closing(open_mailbox(settings_for(server))) as mailbox:
        assert tuple(everything(mailbox, INBOX).values()) == MAILS


def test_a_small_mail_may_come_in_quotes(server: Peculiar) -> None:
    one = b'Subject: "x" \\ y'
    server.boxes["INBOX"].mails.clear()
    server.deliver(one)
    server.body = quoted
    with closing(open_mailbox(settings_for(server))) as mailbox:
        assert tuple(everything(mailbox, INBOX).values()) == (one,)


@pytest.mark.parametrize("words", ["[OVERQUOTA] Quota exceeded", "[TRYCREATE] no such folder", "COPY failed"])
def test_a_copy_that_is_declined_leaves_the_mail_where_it_is(words: str, server: Peculiar) -> None:
    server.line = instead(r"OK COPY completed", f"NO {words}")
    with closing(open_mailbox(settings_for(server, after=After.MOVE, move_to="已处理"))) as mailbox:
        ref = all_refs(mailbox, INBOX)[0]
        with pytest.raises(Unsettled):
            mailbox.settle(ref)
        assert tuple(everything(mailbox, INBOX).values()) == MAILS


@pytest.mark.parametrize("verb", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
def test_a_farewell_behind_any_command_is_an_error_and_no_empty_mailbox(verb: str, server: Peculiar) -> None:
    server.line = instead(rf"^\S+ OK (\[\S+\] )?{verb}.*", "* BYE 服务器维护")
    with pytest.raises((MailboxError, AccountError)), closing(open_mailbox(settings_for(server, timeout=1))) as mailbox:
        everything(mailbox, INBOX)
