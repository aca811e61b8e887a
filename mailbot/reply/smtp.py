"""Letters over SMTP: the only file that knows smtplib.

What a server or the network does comes out as a `Receipt`; only `check` raises. A connection that dies before the
final dot has left means RETRY (RFC 5321 §4.1.1.4: without it the server has no mail), after it UNKNOWN.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parseaddr
from types import TracebackType
from typing import Final, Self, TypeVar

from mailbot.model.errors import AccountError, SendError
from mailbot.model.sending import Outcome, Receipt
from mailbot.reply.answers import Step, classify, is_about_letter, queue_id
from mailbot.reply.mime import to_bytes
from mailbot.sandbox.patience import within
from mailbot.settings.keys import Security, SmtpSettings

LINE_END: Final = re.compile(rb"\r\n|\r|\n")
LEADING_DOT: Final = re.compile(rb"(?m)^\.")
SENDABLE: Final = re.compile(r"[^\s<>@]+@[!-;=?A-~]+")
WHO_WE_ARE: Final = "[127.0.0.1]"
"""For EHLO: an address literal (RFC 5321 §4.1.3); the machine's name is nobody's business."""

READY, OK, START_MAIL = 220, 250, 354

END_PATIENCE: Final = 5
"""Times longer to wait for the answer to the final dot: the server looks at the whole letter before it gives it, and
giving up too soon leaves a letter whose fate nobody knows (RFC 5321 §4.5.3.2.6 asks for ten minutes)."""
WHOLE_PATIENCE: Final = END_PATIENCE + 1
"""And for a whole answer, however it drips."""

T = TypeVar("T")


class _Stopped(Exception):
    """A step ended with another answer than hoped for."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reply_text)
        self.receipt = receipt


class SmtpSender:
    """A `Sender` over one connection, dialled at the first letter and again when it is gone.

    Args:
        settings: the server; the envelope's sender is the address in `settings.sender` (NetEase: 553 otherwise).
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.sender)[1]
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """QUIT."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def check(self) -> None:
        """Connect and log in without sending."""
        try:
            self._connect()
        except _Stopped as stop:
            if stop.receipt.outcome is Outcome.ACCOUNT:
                raise AccountError(
                    f"{self._settings.host} refuses our account ({stop.receipt.reply_text}). Check smtp.user and the "
                    "password; 163, 126 and QQ want the authorization code (授权码), SMTP switched on in the webmail."
                ) from None
            raise SendError(
                f"{self._settings.host} takes no mail now ({stop.receipt.reply_text}). Check smtp.host, smtp.port, "
                "smtp.security and the network; mailbot tries again later."
            ) from None

    def send(self, message: EmailMessage | bytes, recipient: str) -> Receipt:
        """Send one letter.

        Args:
            message: the letter, headers and all.
            recipient: one address, its domain in ASCII.
        """
        if not SENDABLE.fullmatch(recipient):
            return Receipt(Outcome.REJECTED, "the address cannot be written in an SMTP envelope")
        raw = message if isinstance(message, bytes) else to_bytes(message, utf8=not recipient.isascii())
        try:
            self._begin(raw, international=not recipient.isascii())
            return self._transmit(raw, recipient)
        except _Stopped as stop:
            return stop.receipt

    def _begin(self, raw: bytes, *, international: bool) -> None:
        """MAIL FROM; a connection that went stale since the last letter is replaced once."""
        reused = self._smtp is not None
        try:
            self._mail(raw, international=international)
        except _Stopped as stop:
            if not reused or self._smtp is not None or stop.receipt.outcome is not Outcome.RETRY:
                raise
            self._mail(raw, international=international)

    def _mail(self, raw: bytes, *, international: bool) -> None:
        smtp = self._connect()
        options = [] if raw.isascii() or not smtp.has_extn("8bitmime") else ["BODY=8BITMIME"]
        if international:
            if not smtp.has_extn("smtputf8"):
                words = "the mail server cannot write to an address with letters outside ASCII (SMTPUTF8)"
                raise _Stopped(Receipt(Outcome.REJECTED, words, about_letter=True))
            smtp.command_encoding = "utf-8"
            options.append("SMTPUTF8")
        else:
            smtp.command_encoding = "ascii"
        self._expect(Step.MAIL, OK, lambda: smtp.mail(self._sender, options))

    def _transmit(self, raw: bytes, recipient: str) -> Receipt:
        smtp = self._connect()
        self._expect(Step.RCPT, OK, lambda: smtp.rcpt(recipient))
        self._expect(Step.DATA, START_MAIL, lambda: smtp.docmd("DATA"))
        text = LEADING_DOT.sub(b"..", LINE_END.sub(b"\r\n", raw))
        self._guard(lambda: smtp.send(text if text.endswith(b"\r\n") else text + b"\r\n"), Outcome.RETRY)
        words = self._expect(Step.END, OK, lambda: _end(smtp, self._settings))
        return Receipt(Outcome.SENT, words, queue_id(words))

    def _connect(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = smtp = self._prepare()
            self._guard(lambda: self._dial(smtp), Outcome.RETRY)
            self._log_in(smtp)
        return self._smtp

    def _prepare(self) -> smtplib.SMTP:
        """A connection that is not dialled yet, so that it can be hung up while it is."""
        settings = self._settings
        if settings.security is not Security.TLS:
            return smtplib.SMTP(local_hostname=WHO_WE_ARE, timeout=settings.timeout)
        return smtplib.SMTP_SSL(
            local_hostname=WHO_WE_ARE, timeout=settings.timeout, context=ssl.create_default_context()
        )

    def _dial(self, smtp: smtplib.SMTP) -> None:
        settings = self._settings
        smtp._host = settings.host  # type: ignore[attr-defined]  # noqa: SLF001 - the name that TLS checks; only the constructor sets it
        code, words = smtp.connect(settings.host, settings.port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, words)
        if settings.security is Security.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot is a write of its own
        self._guard(smtp.ehlo_or_helo_if_needed, Outcome.RETRY)
        if self._settings.user:
            self._guard(lambda: _authenticate(smtp, self._settings), Outcome.RETRY)

    def _expect(self, step: Step, code: int, act: Callable[[], tuple[int, bytes]]) -> str:
        """Take a step; the server's words where it answers as hoped.

        Raises:
            _Stopped: it does not.
        """
        got, words = self._guard(act, Outcome.UNKNOWN if step is Step.END else Outcome.RETRY)
        if got == code or (got // 100 == code // 100 and step is not Step.DATA):
            return _line(words)
        raise _Stopped(self._give_up(step, got, words))

    def _guard(self, act: Callable[[], T], lost: Outcome) -> T:
        """Act; what smtplib and the socket raise becomes a receipt, `lost` where the connection died."""
        try:
            with within(self._settings.timeout * WHOLE_PATIENCE, self._shut, (OSError, smtplib.SMTPException)):
                return act()
        except smtplib.SMTPResponseException as error:
            step = Step.LOGIN if isinstance(error, smtplib.SMTPAuthenticationError) else Step.CONNECT
            words = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            raise _Stopped(self._give_up(step, error.smtp_code, words)) from None
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            raise _Stopped(Receipt(Outcome.ACCOUNT, f"{error}")) from None
        except ssl.SSLCertVerificationError as error:
            self._drop()
            raise _Stopped(Receipt(Outcome.RETRY, f"its certificate does not fit ({error.verify_message})")) from None
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            # SMTPServerDisconnected, TimeoutError, ConnectionError, gaierror
            self._drop()
            raise _Stopped(Receipt(lost, f"the connection was lost: {_words(error)}")) from None

    def _give_up(self, step: Step, code: int, words: bytes) -> Receipt:
        """The receipt for a bad answer; the connection is kept only where the next letter may use it."""
        outcome = classify(step, code, _line(words))
        if outcome is Outcome.SENT:
            outcome = Outcome.RETRY
        if outcome is Outcome.REJECTED and self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.rset()
        else:
            self._drop()
        about = is_about_letter(step, code, _line(words))
        return Receipt(outcome, f"{code} {_line(words)}".strip(), about_letter=about)

    def _shut(self) -> None:
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _authenticate(smtp: smtplib.SMTP, settings: SmtpSettings) -> None:
    """One mechanism, one try: smtplib's own login tries the next after a refusal, and NetEase counts refusals."""
    smtp.user, smtp.password = settings.user, settings.password
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        smtp.auth("PLAIN", smtp.auth_plain)
    elif "LOGIN" in offered:
        smtp.auth("LOGIN", smtp.auth_login)
    else:
        smtp.login(settings.user, settings.password)


def _end(smtp: smtplib.SMTP, settings: SmtpSettings) -> tuple[int, bytes]:
    """The final dot (RFC 5321 §4.1.1.4): once it may have left, only the answer tells."""
    if smtp.sock is not None:
        smtp.sock.settimeout(settings.timeout * END_PATIENCE)
    smtp.send(b".\r\n")
    answer = smtp.getreply()
    if smtp.sock is not None:
        smtp.sock.settimeout(settings.timeout)
    return answer


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _line(words: bytes) -> str:
    return " ".join(words.decode("utf-8", "replace").split())[:500]
