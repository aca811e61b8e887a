"""One IMAP connection, in mailbot's words: this file and `dial` alone know IMAPClient.

Every trouble comes out as MailboxError (the connection is dead or the server garbles), Declined (it said NO or
BAD and lives), or AccountError (a person must act).
"""

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timezone
from typing import Any, Final

from imapclient import DELETED, SEEN, IMAPClient, imap_utf7
from imapclient.exceptions import LoginError, ProtocolError

from mailbot.fetch import answers
from mailbot.fetch.dial import dial
from mailbot.fetch.dialect import (
    OUT_OF_BREATH,
    Capability,
    Declined,
    Refusal,
    classify,
    login_refused,
    offered,
    unsafe_login,
)
from mailbot.fetch.literal import BodyAnswer
from mailbot.fetch.remote import ImapMailbox
from mailbot.fetch.session import Opened, Stated
from mailbot.fetch.source import FetchWay, Silent
from mailbot.model.errors import AccountError, MailboxError
from mailbot.sandbox.patience import within
from mailbot.settings.keys import MailboxSettings, Security

WHO_WE_ARE: Final = {"name": "mailbot", "version": "1.0", "vendor": "mailbot"}
"""RFC 2971: Coremail wants a name and a version, in ASCII; NIL does not count."""

LISTED_AT_ONCE: Final = 20_000
"""Mails a SEARCH: imaplib refuses a line above 1 MB, and 163's UIDs have ten digits."""

PATIENCE: Final = 3
"""Times the socket's time-out that an answer may take as a whole."""
SLOWEST: Final = 1024
"""Bytes a second at which a mail must come at least, once that time is over."""

OVERLONG: Final = re.compile(r"got more than \d+ bytes")
"""imaplib's own words, not the server's."""

FIRST_DATE: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Before it there was no IMAP: servers that lost a date say 1970."""


def connect_imap(settings: MailboxSettings) -> ImapMailbox:
    """Log in, and answer ready for `folders()`.

    Raises:
        MailboxError: the server cannot be reached, or asks us to come back later.
        AccountError: it refuses the account.
    """
    return ImapMailbox(settings, lambda: ImapConnection(settings))


class ImapConnection:
    """A connection that is logged in; where the server offers ID, it knows who we are.

    Attributes:
        capabilities: what the server offers after LOGIN.
    """

    def __init__(self, settings: MailboxSettings) -> None:
        self._host = settings.host
        self._answer: BodyAnswer | None = None
        self._patience = settings.timeout * PATIENCE
        with _words(self._host):
            self._client = dial(settings)
        with self._asking():
            try:
                _log_in(self._client, settings)
                self.capabilities = offered(self._client.capabilities())
                self._say_who()
            except BaseException:
                _hang_up(self._client)
                raise

    def folders(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Names, decoded, and lower-case attributes of all folders whose names can be read."""
        with self._asking():
            found = answers.listed(self._told("LIST", '""', '"*"'))
            named = [(_folder_name(raw), flags) for raw, flags in found]
        return tuple((name, flags) for name, flags in named if name)

    def open(self, folder: str, *, writable: bool) -> Opened:
        """SELECT or EXAMINE, with a second try after ID where risk control steps in.

        Raises:
            Declined: the folder cannot be opened.
            AccountError: `Unsafe Login`.
        """
        try:
            return self._open(folder, writable=writable)
        except Declined as refusal:
            if refusal.trouble is not Refusal.UNSAFE_LOGIN:
                raise
        self._say_who()
        try:
            return self._open(folder, writable=writable)
        except Declined as refusal:
            if refusal.trouble is Refusal.UNSAFE_LOGIN:
                raise unsafe_login(self._host, str(refusal)) from None
            raise

    def uids(self, opened: Opened, above: int) -> tuple[int, ...]:
        """UIDs in the open folder above one, ascending.

        `n:*` always holds the last mail (RFC 3501 §6.4.8), so the answer is filtered.
        """
        with self._asking():
            if above:
                found = self._searched(f"{above + 1}:*", "UID", f"{above + 1}:*")
            elif opened.exists <= LISTED_AT_ONCE:
                found = self._searched("1:*", "ALL")  # pymap takes UID SEARCH's sequence numbers for UIDs
            else:
                found = set()
                for start in range(1, opened.exists + 1, LISTED_AT_ONCE):
                    some = f"{start}:{min(start + LISTED_AT_ONCE - 1, opened.exists)}"
                    found |= self._searched("", some)
            if not above and len(found) < opened.exists:
                found |= self._fetched("1:*")
        return tuple(sorted(uid for uid in found if uid > above))

    def _searched(self, instead: str, *criteria: str) -> set[int]:
        """The UIDs that a search tells.

        Args:
            instead: UIDs that are asked one by one where the server cannot search; empty for none.
            criteria: of the search.
        """
        try:
            lines = self._told("UID", "SEARCH", *criteria)
            _, more = self._client._imap.response("ESEARCH")  # noqa: SLF001
            return answers.numbers(lines) | answers.extended(more)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if not instead or classify(_text(error)) in OUT_OF_BREATH:
                raise
            return self._fetched(instead)

    def _fetched(self, wanted: str) -> set[int]:
        """UIDs as FETCH tells them: some servers' search is broken, or knows less than there is."""
        return answers.uids(self._told("UID", "FETCH", wanted, "(UID)"))

    def _told(self, command: str, *arguments: str) -> list[answers.Line]:
        """The untagged answers to a command, which IMAPClient reads by RFC 3501 alone."""
        imap = self._client._imap  # noqa: SLF001
        status, said = imap._simple_command(command, *arguments)  # noqa: SLF001
        if status != "OK":
            raise imaplib.IMAP4.error(said[0])
        kind = arguments[0] if command == "UID" else command
        return list(imap.response(kind)[1])

    def stated(self, uids: Sequence[int]) -> dict[int, Stated]:
        """INTERNALDATE and RFC822.SIZE of each mail that is there."""
        with self._asking():
            answers = self._client.fetch(list(uids), ["INTERNALDATE", "RFC822.SIZE"])
        return {uid: Stated(_date(answer), _size(answer)) for uid, answer in answers.items()}

    def body(self, uid: int, way: FetchWay, offset: int = 0, count: int = 0) -> BodyAnswer:
        """Ask for a mail's bytes, or for `count` of them from `offset` on; the answer must be read to its end."""
        item = "RFC822" if way is FetchWay.RFC822 else f"BODY.PEEK[]<{offset}.{count}>" if count else "BODY.PEEK[]"
        self._answer = None
        with self._asking():
            # IMAPClient has no streaming fetch
            tag = self._client._imap._command("UID", "FETCH", str(uid), f"({item})")  # noqa: SLF001
        self._answer = answer = BodyAnswer(_ImapWire(self._client, self._host, self._patience), tag, uid)
        return answer

    @property
    def busy(self) -> bool:
        """An answer was left half read: the next command would read its rest."""
        return self._answer is not None and not self._answer.done

    def header_fields(
        self, uids: Sequence[int], names: Sequence[str] = ("MESSAGE-ID",)
    ) -> dict[int, tuple[datetime | None, bytes]]:
        """INTERNALDATE and these raw header fields of each mail that is there."""
        with self._asking():
            answers = self._client.fetch(list(uids), ["INTERNALDATE", f"BODY.PEEK[HEADER.FIELDS ({' '.join(names)})]"])
        return {uid: (_date(answer), _header(answer)) for uid, answer in answers.items()}

    def mark_seen(self, uid: int) -> None:
        """Flag a mail as read."""
        with self._asking():
            self._client.add_flags([uid], [SEEN], silent=True)

    def move(self, uid: int, folder: str) -> None:
        """Move a mail out of the open folder at one stroke (RFC 6851)."""
        with self._asking():
            self._client.move([uid], folder)

    def copy(self, uid: int, folder: str) -> None:
        """Copy a mail of the open folder into another."""
        with self._asking():
            self._client.copy([uid], folder)

    def remove(self, uid: int) -> None:
        """Take a mail out of the open folder: the flag Deleted and UID EXPUNGE.

        Without UIDPLUS it stays behind, flagged: a plain EXPUNGE would take other people's mails along.
        """
        with self._asking():
            self._client.add_flags([uid], [DELETED], silent=True)
            if Capability.UIDPLUS in self.capabilities:
                self._client.uid_expunge([uid])

    def create(self, folder: str) -> None:
        """Make a folder."""
        with self._asking():
            self._client.create_folder(folder)

    def prefix(self) -> str:
        """What the names of the account's own folders begin with (RFC 2342): with Courier `INBOX.`, mostly nothing."""
        if Capability.NAMESPACE not in self.capabilities:
            return ""
        with self._asking():
            personal = self._client.namespace().personal
        return str(personal[0][0]) if personal else ""

    def idle(self, seconds: float) -> bool:
        """Wait for the open folder to grow (RFC 2177): whether it did, or the server said so."""
        with _words(self._host):
            self._client.idle()
            said = self._client.idle_check(timeout=seconds)
            _, late = self._client.idle_done()
        return any(len(line) > 1 and line[1] in {b"EXISTS", b"RECENT"} for line in (*said, *late))

    def log_out(self) -> None:
        """LOGOUT where that can still be said, and hang up. Never raises."""
        if not self.busy:
            with contextlib.suppress(MailboxError, AccountError), self._asking():
                self._client.logout()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection without a word. Never raises."""
        _hang_up(self._client)

    def _open(self, folder: str, *, writable: bool) -> Opened:
        with self._asking():
            answer: Mapping[bytes, Any] = self._client.select_folder(folder, readonly=not writable)
        return Opened(folder, int(answer.get(b"UIDVALIDITY", 1)), int(answer.get(b"EXISTS", 0)))

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """A command and its answer, in our own errors and in bounded time."""
        with _words(self._host), _within(self._patience, self._client):
            yield

    def _say_who(self) -> None:
        if Capability.ID in self.capabilities:
            with contextlib.suppress(Declined), self._asking():
                self._client.id_(WHO_WE_ARE)


class _ImapWire:
    """The receiving end for a streamed answer, in our own errors.

    Args:
        client: the connection.
        host: of the server.
        patience: seconds after which an answer must have come at `SLOWEST` at least.
    """

    def __init__(self, client: IMAPClient, host: str, patience: float) -> None:
        self._client = client
        self._host = host
        self._patience = patience
        self._started = time.monotonic()
        self._received = 0

    def readline(self) -> bytes:
        """One line with its CRLF."""
        with _words(self._host), _within(self._patience, self._client):
            return bytes(self._client._imap.readline())  # noqa: SLF001 - as in `ImapConnection.body`

    def read(self, size: int, /) -> bytes:
        """So many bytes, or what there is of them."""
        with _words(self._host):
            block = bytes(self._client._imap.file.read1(size))  # noqa: SLF001
            self._received += len(block)
            taken = time.monotonic() - self._started
            if taken > self._patience + self._received / SLOWEST:
                raise TimeoutError
            return block


def _within(seconds: float, client: IMAPClient) -> AbstractContextManager[None]:
    return within(seconds, lambda: _shut(client), (OSError, imaplib.IMAP4.error))


def _shut(client: IMAPClient) -> None:
    with contextlib.suppress(OSError):
        client.socket().shutdown(socket.SHUT_RDWR)


def _log_in(client: IMAPClient, settings: MailboxSettings) -> None:
    if settings.security is Security.STARTTLS:
        client.starttls()
    try:
        client.login(settings.user, settings.password)
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort) and classify(_text(error)) is not Refusal.UNSAFE_LOGIN:
            raise error.__context__ from None
        raise login_refused(settings.host, _text(error)) from None
    except UnicodeEncodeError:
        raise login_refused(settings.host, "the password has characters that no password there can have") from None


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        client.shutdown()


def _date(answer: Mapping[bytes, Any]) -> datetime | None:
    date = answer.get(b"INTERNALDATE")
    if not isinstance(date, datetime):
        return None
    offset = date.utcoffset()
    zoned = date.replace(tzinfo=UTC if offset is None else timezone(offset))
    return zoned if zoned >= FIRST_DATE else None


def _size(answer: Mapping[bytes, Any]) -> int | None:
    size = answer.get(b"RFC822.SIZE")
    return size if isinstance(size, int) and size > 0 else None


def _folder_name(raw: bytes | str) -> str:
    """A folder's name out of modified UTF-7 (RFC 3501 §5.1.3); empty where it is none, and cannot be asked for."""
    try:
        return str(imap_utf7.decode(raw))
    except (ValueError, LookupError):
        return ""


def _header(answer: Mapping[bytes, Any]) -> bytes:
    return next((value for key, value in answer.items() if key.startswith(b"BODY[") and isinstance(value, bytes)), b"")


def _text(error: BaseException) -> str:
    """An error's words on one line, without Python's b'' around them."""
    words = error.args[0] if error.args else error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.removeprefix("b'").removesuffix("'").split())[:300] or type(error).__name__


@contextlib.contextmanager
def _words(host: str) -> Iterator[None]:
    """Turn what the library and the socket raise into our own errors."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(
            f"{host} shows a certificate that does not fit ({error.verify_message}). Check mailbox.host and this "
            "machine's clock and CA certificates."
        ) from error
    except TimeoutError as error:
        raise Silent(f"{host} was silent for too long. mailbot tries again; see mailbox.timeout.") from error
    except imaplib.IMAP4.abort as error:
        if classify(_text(error)) is Refusal.UNSAFE_LOGIN:
            raise unsafe_login(host, _text(error)) from error
        raise MailboxError(f"{host} ended the session ({_text(error)}). mailbot tries again.") from error
    except (ProtocolError, UnicodeError) as error:
        raise MailboxError(f"{host} answered what is no IMAP ({_text(error)}). mailbot tries again.") from error
    except imaplib.IMAP4.error as error:
        if OVERLONG.search(_text(error)):
            raise MailboxError(f"{host} answered a line without end. mailbot tries again.") from error
        raise Declined(classify(_text(error)), f"{host} declined: {_text(error)}") from error
    except OSError as error:
        raise MailboxError(
            f"{host} cannot be reached ({_text(error) if not error.strerror else error.strerror}). "
            "Check mailbox.host, mailbox.port, mailbox.security and the network."
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, MemoryError) as error:
        # what IMAPClient's parsers raise on an answer that is none
        raise MailboxError(f"{host} answered what is no IMAP ({type(error).__name__}). mailbot tries again.") from error
