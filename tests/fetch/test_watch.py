"""New mail is heard of within seconds."""

import threading
import time

from mailbot.fetch.watch import watch
from tests.servers.coremail import Coremail
from tests.servers.dovecot import Dovecot
from tests.servers.mailboxes import settings_for


def test_a_delivery_is_heard_of_each_time_and_a_stop_ends_the_watch(dovecot: Dovecot) -> None:
    stop, heard = threading.Event(), threading.Semaphore(0)
    watcher = threading.Thread(target=watch, args=(settings_for(dovecot), stop, heard.release), daemon=True)
    watcher.start()
    for _ in range(2):
        time.sleep(0.3)
        dovecot.deliver(b"Subject: x\r\n\r\n")
        assert heard.acquire(timeout=8)
    assert not heard.acquire(timeout=0.5)
    stop.set()
    dovecot.deliver(b"Subject: wakes the watcher\r\n\r\n")
    watcher.join(15)
    assert not watcher.is_alive()


def test_where_a_server_cannot_tell_the_watch_ends_at_once(coremail: Coremail) -> None:
    watch(settings_for(coremail), threading.Event(), lambda: None)
    assert coremail.verbs()[-1] == "LOGOUT"


def test_a_refused_account_ends_the_watch(coremail: Coremail) -> None:
    watch(settings_for(coremail, password="wrong"), threading.Event(), lambda: None)
    assert coremail.verbs().count("LOGIN") == 1
