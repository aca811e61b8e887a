"""Both ends of the house over TLS."""

import ssl
from contextlib import closing

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.model.errors import MailboxError
from mailbot.model.folder import Folder
from mailbot.model.sending import Outcome
from mailbot.reply.smtp import SmtpSender
from mailbot.settings.keys import Security, SmtpSettings
from tests.servers.certificate import Certificate, certificate
from tests.servers.hostile import Hostile, Trick
from tests.servers.mailboxes import everything, settings_for
from tests.servers.smtp_receiver import smtp_receiver

BIG = b"Subject: big\r\n\r\n" + b"x" * 3_000_000
BOTH = pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture(name="own_certificate", scope="module")
def _own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(name="trusted")
def _trusted(own_certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's context, its certificate trusted as this machine's own ones are."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own_certificate.file))
    return own_certificate.server_context()


@BOTH
def test_a_mail_comes_whole_over_tls_cut_or_not(hostile: Hostile, trusted: ssl.SSLContext, security: Security) -> None:
    hostile.tls, hostile.implicit = trusted, security is Security.TLS
    uid = hostile.deliver(BIG)
    hostile.tricks.extend([Trick.CUT_IN_LITERAL, Trick.CUT_BEFORE])
    with closing(open_mailbox(settings_for(hostile, security=security, timeout=0.5))) as mailbox:
        assert everything(mailbox, Folder("INBOX")) == {("INBOX", uid): BIG}
    assert hostile.played == 2


@BOTH
def test_a_certificate_that_nobody_vouches_for_is_refused(
    hostile: Hostile, own_certificate: Certificate, security: Security
) -> None:
    hostile.tls, hostile.implicit = own_certificate.server_context(), security is Security.TLS
    with pytest.raises(MailboxError, match=r"certificate.*mailbox\.host"):
        open_mailbox(settings_for(hostile, security=security))
    assert "LOGIN" not in hostile.verbs()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_without_tls_gets_no_password(hostile: Hostile, security: Security) -> None:
    hostile.capabilities = "IMAP4rev1 ID"
    with pytest.raises(MailboxError):
        open_mailbox(settings_for(hostile, security=security, timeout=0.5))
    assert "LOGIN" not in hostile.verbs()


@BOTH
def test_a_letter_leaves_over_tls(trusted: ssl.SSLContext, security: Security) -> None:
    with smtp_receiver(trusted, implicit=security is Security.TLS) as receiver:
        settings = SmtpSettings(
            host=receiver.host,
            port=receiver.port,
            security=security,
            user=receiver.user,
            password=receiver.password,
            sender=receiver.user,
            timeout=5,
        )
        with SmtpSender(settings) as sender:
            assert sender.send(b"Subject: x\r\n\r\n", "writer@example.org").outcome is Outcome.SENT
    assert len(receiver.letters) == 1


@BOTH
def test_no_letter_leaves_to_a_server_nobody_vouches_for(own_certificate: Certificate, security: Security) -> None:
    with smtp_receiver(own_certificate.server_context(), implicit=security is Security.TLS) as receiver:
        settings = SmtpSettings(host=receiver.host, port=receiver.port, security=security, user="a", password="b")
        with SmtpSender(settings) as sender:
            receipt = sender.send(b"Subject: x\r\n\r\n", "writer@example.org")
    assert receipt.outcome is Outcome.RETRY
    assert "certificate" in receipt.reply_text
    assert receiver.letters == []
