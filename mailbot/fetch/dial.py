"""A connection to an IMAP server, whatever way it writes its answers; imaplib knows one."""

import imaplib
import re
import socket
from typing import Final

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from mailbot.settings.keys import MailboxSettings, Security

CONNECT_SECONDS: Final = 20
_HEAD: Final = re.compile(rb"(?:\*|[A-Z]{4}\d+) +(?:\d+ +)?[A-Za-z-]+(?![^ ])", re.ASCII)
"""Whose answer a line is and which: `ABCD1 ok`, `*  3 exists`; RFC 3501 §9 takes capitals and small letters alike."""


class _Lenient:
    """What imaplib reads a line with: in capitals, parted by one blank, with words behind a tagged answer.

    Lines may end with a line feed alone; those that say nothing are passed over.
    """

    untagged_responses: dict[str, list[bytes]]

    def readline(self) -> bytes:
        line: bytes = super().readline()  # type: ignore[misc]
        return line[:-1] + b"\r\n" if line.endswith(b"\n") and not line.endswith(b"\r\n") else line

    def _get_line(self) -> bytes:
        line: bytes = super()._get_line()  # type: ignore[misc]
        while line.strip() in {b"", b"*"}:
            line = super()._get_line()  # type: ignore[misc]
        head = _HEAD.match(line)
        return line if head is None else b" ".join(head[0].upper().split()) + (line[head.end() :] or b" ")

    def _append_untagged(self, kind: str, told: bytes | None) -> None:
        """Keep an untagged answer; capabilities told on several lines are one, of which the library reads the last."""
        if kind == "CAPABILITY":
            told = b" ".join((*self.untagged_responses.pop(kind, []), told or b""))
        super()._append_untagged(kind, told)  # type: ignore[misc]


class _InTheOpen(_Lenient, IMAP4WithTimeout):  # type: ignore[misc]
    pass


class _OverTls(_Lenient, IMAP4_TLS):  # type: ignore[misc]
    pass


class _Client(IMAPClient):  # type: ignore[misc]
    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        wait = self._timeout.connect
        if self.ssl:
            return _OverTls(self.host, self.port, self.ssl_context, wait)
        return _InTheOpen(self.host, self.port, wait)


def dial(settings: MailboxSettings) -> IMAPClient:
    """A connection that is not logged in.

    Raises:
        OSError, imaplib.IMAP4.error: there is none, or no IMAP server at its end.
    """
    client = _Client(
        settings.host,
        settings.port,
        ssl=settings.security is Security.TLS,
        timeout=SocketTimeout(min(CONNECT_SECONDS, settings.timeout), settings.timeout),
    )
    client._imap.debug = 0  # noqa: SLF001 - at its default of 5 imaplib builds the repr of every literal
    client.normalise_times = False
    # it sends a SEARCH in two writes, and Nagle's algorithm would hold the second one back for 40 ms
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client
