"""What servers offer, refuse and call their folders."""

import pytest

from mailbot.fetch.dialect import Capability, Refusal, classify, is_junk, login_refused, offered, sent_folder
from mailbot.model.errors import AccountError, MailboxError

COREMAIL = b"IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 UIDPLUS X-CM-EXT-1 SASL-IR".split()


def test_coremail_offers_neither_idle_nor_move() -> None:
    assert offered(COREMAIL) == {Capability.ID, Capability.SPECIAL_USE, Capability.STARTTLS, Capability.UIDPLUS}
    assert offered([b"idle", b"\xff"]) == {Capability.IDLE}


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("LOGIN Login error or password error", Refusal.PASSWORD),
        ("LOGIN Login error password error", Refusal.PASSWORD),
        ("[AUTHENTICATIONFAILED] Authentication failed.", Refusal.PASSWORD),
        ("[AUTHORIZATIONFAILED] no", Refusal.PASSWORD),
        ("Login fail. Account is abnormal, service is not open, password is incorrect", Refusal.PASSWORD),
        ("SELECT Unsafe Login. Please contact kefu@188.com for help", Refusal.UNSAFE_LOGIN),
        ("EXAMINE Unsafe Login. Please contact kefu@188.com for help", Refusal.UNSAFE_LOGIN),
        ("[UNAVAILABLE] Temporary authentication failure.", Refusal.TEMPORARY),
        ("[SERVERBUG] Internal error occurred", Refusal.TEMPORARY),
        ("[LIMIT] Too many connections", Refusal.THROTTLED),
        ("System busy!", Refusal.THROTTLED),
        ("Maximum number of connections from user+IP exceeded", Refusal.THROTTLED),
        ("SELECT Folder not exist", Refusal.NO_FOLDER),
        ("Mailbox doesn't exist: x", Refusal.NO_FOLDER),
        ("[NONEXISTENT] Unknown Mailbox: x", Refusal.NO_FOLDER),
        ("Parse command error", Refusal.OTHER),
        ("", Refusal.OTHER),
    ],
)
def test_a_refusal_s_words_tell_why(text: str, trouble: Refusal) -> None:
    assert classify(text) is trouble


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("LOGIN Login error or password error", AccountError, "authorization code"),
        ("Unsafe Login. Please contact kefu@188.com for help", AccountError, "风控"),
        ("some words nobody knows", AccountError, "user name or password"),
        ("[UNAVAILABLE] Temporary authentication failure.", MailboxError, "tries again"),
        ("[LIMIT] Too many connections", MailboxError, "tries again"),
    ],
)
def test_only_what_a_person_must_mend_stops_the_polling(text: str, kind: type[Exception], words: str) -> None:
    error = login_refused("imap.163.com", text)
    assert type(error) is kind or isinstance(error, kind)
    assert isinstance(error, AccountError) == (kind is AccountError)
    assert words in str(error)


@pytest.mark.parametrize(
    ("name", "flags", "junk"),
    [
        ("垃圾邮件", (), True),
        ("广告邮件", (), True),
        ("订阅邮件", (), True),
        ("INBOX.Junk", (), True),
        ("[Gmail]/Spam", (), True),
        ("whatever", ("\\junk",), True),
        ("INBOX", (), False),
        ("已发送", ("\\sent",), False),
        ("病毒文件夹", (), False),
        ("Junkyard", (), False),
    ],
)
def test_junk_is_known_by_attribute_or_last_name(name: str, flags: tuple[str, ...], junk: bool) -> None:  # noqa: FBT001
    assert is_junk(name, flags) is junk


def test_the_sent_folder_is_found_by_attribute_before_name() -> None:
    none: frozenset[str] = frozenset()
    assert sent_folder([("Sent", none), ("已发送", frozenset({"\\sent"}))]) == "已发送"
    assert sent_folder([("Sent Messages", none), ("INBOX.Sent", none)]) == "INBOX.Sent"
    assert sent_folder([("已发送", none), ("Sent", none)]) == "已发送"
    assert sent_folder([("INBOX", none), ("Presents", none)]) is None
