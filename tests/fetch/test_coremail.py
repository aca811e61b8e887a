"""163's dialect."""

import time
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.fetch.open import open_mailbox
from mailbot.model.errors import AccountError, MailboxError
from mailbot.model.folder import Folder
from mailbot.settings.keys import After
from tests.servers.coremail import CLOSED, Coremail
from tests.servers.mailboxes import all_refs, everything, settings_for

INBOX = Folder("INBOX")
BIG = b"Subject: big\r\n\r\n" + b"x" * 3_000_000


def test_id_follows_login_on_every_connection_and_each_round_logs_out(coremail: Coremail) -> None:
    for _ in range(2):
        with closing(open_mailbox(settings_for(coremail))) as mailbox:
            mailbox.folders()
    verbs = coremail.verbs()
    assert [verbs[at + 1] for at, verb in enumerate(verbs[:-1]) if verb == "LOGIN"] == ["CAPABILITY", "CAPABILITY"]
    assert [verbs[at + 2] for at, verb in enumerate(verbs[:-2]) if verb == "LOGIN"] == ["ID", "ID"]
    assert verbs.count("LOGOUT") == 2


def test_a_server_without_id_is_not_asked_for_it(coremail: Coremail) -> None:
    coremail.capabilities = "IMAP4rev1 UIDPLUS"
    coremail.demands_id = False
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert INBOX in mailbox.folders()
    assert "ID" not in coremail.verbs()


def test_junk_advertisement_and_subscription_folders_are_read_and_the_closed_one_is_passed_over(
    coremail: Coremail, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = ("INBOX", CLOSED)
    with closing(open_mailbox(settings_for(coremail, folders=wanted))) as mailbox:
        first, *junk = mailbox.folders()
    assert first == INBOX
    assert set(junk) == {Folder(name, junk=True) for name in ("垃圾邮件", "广告邮件", "订阅邮件")}
    assert "folder-skipped" in caplog.text


def test_mails_come_whole_with_sparse_uids_in_the_order_of_receipt(coremail: Coremail) -> None:
    late = coremail.deliver(BIG, received_at=datetime(2024, 7, 2, tzinfo=UTC))
    early = coremail.deliver(b"Subject: early\r\n\r\n", received_at=datetime(2024, 7, 1, tzinfo=UTC))
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        refs = all_refs(mailbox, INBOX)
        assert [ref.uid for ref in refs] == [early, late]
        assert refs[0].received_at is not None
        assert refs[0].received_at.utcoffset() == timedelta(hours=8)
        assert everything(mailbox, INBOX) == {("INBOX", early): b"Subject: early\r\n\r\n", ("INBOX", late): BIG}
    assert not any("STRUCTURE" in line for line in coremail.log)


def test_the_last_mail_that_any_range_holds_is_not_listed_again(coremail: Coremail) -> None:
    uid = coremail.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert mailbox.listing(INBOX, above=uid).uids == ()
        assert mailbox.listing(INBOX, above=uid - 1).uids == (uid,)
        newer = coremail.deliver(b"Subject: y\r\n\r\n")
        assert mailbox.listing(INBOX, above=uid).uids == (newer,)
        rescued = coremail.deliver(b"Subject: from junk\r\n\r\n", uid=uid - 1000)
        assert mailbox.listing(INBOX, above=newer).uids == ()
        assert mailbox.listing(INBOX).uids == (rescued, uid, newer)


@pytest.mark.usefixtures("no_pauses")
def test_unsafe_login_is_tried_once_more_after_id(coremail: Coremail) -> None:
    coremail.sleepy = 1
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert INBOX in mailbox.folders()
    assert coremail.verbs().count("ID") == 2


def test_risk_control_is_reported_as_what_it_is_and_not_hammered(coremail: Coremail) -> None:
    coremail.risk_control = True
    with (
        closing(open_mailbox(settings_for(coremail))) as mailbox,
        pytest.raises(AccountError, match=r"webmail.*IMAP/SMTP服务.*授权码"),
    ):
        mailbox.folders()
    verbs = coremail.verbs()
    assert (verbs.count("LOGIN"), verbs.count("SELECT")) == (1, 2)


def test_risk_control_that_says_bye_is_reported_so_too(coremail: Coremail) -> None:
    coremail.risk_control = coremail.bye = True
    with closing(open_mailbox(settings_for(coremail))) as mailbox, pytest.raises(AccountError, match="风控"):
        mailbox.folders()


def test_a_wrong_password_is_not_taken_for_risk_control_and_tried_once(coremail: Coremail) -> None:
    with pytest.raises(AccountError, match="user name or password") as refusal:
        open_mailbox(settings_for(coremail, password="wrong"))
    assert "风控" not in str(refusal.value)
    assert coremail.verbs().count("LOGIN") == 1


@pytest.mark.usefixtures("no_pauses")
def test_an_autologout_between_two_calls_is_overcome(coremail: Coremail) -> None:
    coremail.autologout = 0.2
    uid = coremail.deliver(BIG)
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        listing = mailbox.listing(INBOX)
        assert coremail.verbs().count("LOGIN") == 1
        wait_for_bye()
        (ref,) = mailbox.refs(INBOX, listing, [uid])
        blocks = mailbox.read(ref)
        first = next(blocks)
        wait_for_bye()
        assert first + b"".join(blocks) == BIG
    assert coremail.verbs().count("LOGIN") == 3


def wait_for_bye() -> None:
    time.sleep(0.4)


def test_a_move_is_copy_delete_and_expunge_of_that_uid_alone(coremail: Coremail) -> None:
    kept = coremail.deliver(b"Subject: somebody else deleted this\r\n\r\n")
    coremail.boxes["INBOX"].mails[kept].flags.add("\\Deleted")
    moved = coremail.deliver(b"Subject: move me\r\n\r\n")
    with closing(open_mailbox(settings_for(coremail, after=After.MOVE, move_to="已处理"))) as mailbox:
        (ref,) = (ref for ref in all_refs(mailbox, INBOX) if ref.uid == moved)
        mailbox.settle(ref)
        assert mailbox.listing(INBOX).uids == (kept,)
    assert [mail.raw for mail in coremail.boxes["已处理"].mails.values()] == [b"Subject: move me\r\n\r\n"]
    assert not {"UID MOVE", "EXPUNGE"} & set(coremail.verbs())


def test_nothing_changes_on_the_server_by_default(coremail: Coremail) -> None:
    coremail.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        everything(mailbox)
        for ref in all_refs(mailbox, INBOX):
            mailbox.settle(ref)
    assert not {"UID STORE", "UID COPY", "CREATE", "STATUS"} & set(coremail.verbs())


def test_without_idle_a_wait_ends_at_once(coremail: Coremail) -> None:
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert mailbox.wait(30) is False


def test_the_sent_folder_is_read_backwards_and_only_as_far_as_asked(coremail: Coremail) -> None:
    for number in range(250):
        coremail.deliver(
            b"Message-ID:\r\n <%d@163.example>\r\n\r\n" % number,
            "已发送",
            datetime(2024, 7, 1, tzinfo=UTC) + timedelta(days=number),
        )
    coremail.deliver(b"Subject: no id\r\n\r\n", "已发送", datetime(2025, 7, 1, tzinfo=UTC))
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        found = mailbox.sent_since(datetime(2025, 3, 1, tzinfo=UTC))
    assert found is not None
    assert "<249@163.example>" in found
    assert "<1@163.example>" not in found
    assert not any("SEARCH HEADER" in line for line in coremail.log)


def test_no_sent_folder_means_nobody_can_tell(coremail: Coremail) -> None:
    del coremail.boxes["已发送"]
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert mailbox.sent_since(datetime(2024, 1, 1, tzinfo=UTC)) is None


def test_without_partial_fetch_the_whole_mail_is_fetched(coremail: Coremail) -> None:
    coremail.partial = False
    uid = coremail.deliver(BIG)
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert everything(mailbox, INBOX) == {("INBOX", uid): BIG}
        (ref,) = all_refs(mailbox, INBOX)
        assert b"".join(mailbox.read(ref, 1_234_567)) == BIG[1_234_567:]


def test_a_big_mail_takes_little_memory_in_pieces_and_whole(coremail: Coremail) -> None:
    coremail.deliver(b"Subject: big\r\n\r\n" + b"x" * 70_000_000)
    for partial in (True, False):
        coremail.partial = partial
        with closing(open_mailbox(settings_for(coremail))) as mailbox:
            (ref,) = all_refs(mailbox, INBOX)
            tracemalloc.start()
            size = sum(len(block) for block in mailbox.read(ref))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert size == 70_000_016
        assert peak < 16 * 1024 * 1024, partial


@pytest.mark.parametrize("said", ["yesterday", "01-Jan-1970 08:00:00 +0800"])
def test_a_date_of_receipt_that_nobody_can_read_loses_no_mail_and_is_none(coremail: Coremail, said: str) -> None:
    coremail.date_format = said
    uid = coremail.deliver(b"Subject: x\r\n\r\n")
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        (ref,) = all_refs(mailbox, INBOX)
    assert (ref.uid, ref.received_at) == (uid, None)


def test_a_folder_that_is_busy_is_no_folder_to_skip(coremail: Coremail) -> None:
    coremail.busy = True
    with closing(open_mailbox(settings_for(coremail))) as mailbox, pytest.raises(MailboxError, match="busy"):
        mailbox.folders()


def test_a_folder_of_many_thousands_is_listed_whole(coremail: Coremail) -> None:
    uids = tuple(coremail.deliver(b"") for _ in range(40_001))
    with closing(open_mailbox(settings_for(coremail))) as mailbox:
        assert mailbox.listing(INBOX).uids == uids
    assert max(len(line) for line in coremail.log) < 200
