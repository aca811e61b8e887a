"""Which job runs when; signals; nothing else.

Each kind of work has its thread: taking mail in, sending letters, making prints, following links, so that none
holds up another. APScheduler
lets no job overlap itself. SIGTERM and SIGINT set a flag: the mail or letter under way is finished, the rest is left.
"""

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from mailbot import outgoing
from mailbot.ledger.backup import backup
from mailbot.ops.house import House
from mailbot.ops.links import follow_links
from mailbot.ops.round import Breaker, make_prints, send, take_in
from mailbot.ops.watch import watch
from mailbot.prints import Gallery

LOG: Final = logging.getLogger(__name__)
SEND_EVERY: Final = timedelta(seconds=30)
PRINT_EVERY: Final = timedelta(seconds=60)
LINKS_EVERY: Final = timedelta(seconds=60)
POLL_JOB: Final = "poll"
SEND_JOB: Final = "send"
BACKUPS: Final = 14
"""Daily copies of the ledger that are kept."""


def run(house: House) -> None:
    """Run until SIGTERM or SIGINT."""
    breaker = Breaker()
    polled, polled_well = threading.Event(), threading.Event()
    scheduler = BackgroundScheduler(
        timezone=house.settings.campaign.zone,
        executors={name: ThreadPoolExecutor(1) for name in ("default", "send", "prints", "links")},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    def poll() -> None:
        outcome = take_in(house, breaker, patient=True)
        polled.set()
        if not outcome.troubles:
            polled_well.set()
        # what the poll owes need not wait for the next turn of the outbox
        scheduler.modify_job(SEND_JOB, next_run_time=datetime.now(UTC))

    def post() -> None:
        send(house, breaker, polled=polled.is_set(), well=polled_well.is_set())

    def poll_now() -> None:
        if not house.stop.is_set():
            scheduler.modify_job(POLL_JOB, next_run_time=datetime.now(UTC))

    gallery = Gallery()

    def prints() -> None:
        make_prints(house, gallery)

    def links() -> None:
        follow_links(house)

    def digest() -> None:
        _each_morning(house)

    at = house.settings.schedule.digest_time
    soon = datetime.now(UTC)
    every = IntervalTrigger(seconds=house.settings.schedule.poll_every)
    scheduler.add_job(poll, every, id=POLL_JOB, next_run_time=soon)
    scheduler.add_job(post, IntervalTrigger(seconds=SEND_EVERY.total_seconds()), id=SEND_JOB, executor="send")
    scheduler.add_job(prints, IntervalTrigger(seconds=PRINT_EVERY.total_seconds()), executor="prints")
    scheduler.add_job(links, IntervalTrigger(seconds=LINKS_EVERY.total_seconds()), executor="links")
    scheduler.add_job(digest, CronTrigger(hour=at.hour, minute=at.minute, timezone=house.settings.campaign.zone))
    _heed_signals(house.stop)
    scheduler.start()
    for settings in house.settings.mailbox:
        threading.Thread(target=watch, args=(house, settings, poll_now), daemon=True).start()
    LOG.info("daemon-started poll_every=%s", house.settings.schedule.poll_every)
    house.stop.wait()
    LOG.info("daemon-stopping")
    scheduler.shutdown(wait=True)


def _each_morning(house: House) -> None:
    """Owe the digest of the day before and the reminders that are due, and keep a copy of the ledger."""
    today = datetime.now(house.settings.campaign.zone).date()
    with house.ledger() as db:
        outgoing.owe_digest(house.session(db), today - timedelta(days=1))
        outgoing.owe_reminders(house.session(db))
        backup(db, house.settings.data_dir / "backup" / f"ledger-{today}.sqlite", BACKUPS)


def _heed_signals(stop: threading.Event) -> None:
    def heed(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)
