"""How often the disk is waited for and how much the ledger reads for a mail: counted, never timed."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from bench.campaign import campaign
from mailbot.ops.house import open_house
from mailbot.ops.round import run_once
from mailbot.settings.loading import load
from tests.journeys.material import mail
from tests.make.readers import WarmReaders

WAITS = (os.fsync, os.fdatasync)
AT_MOST = 6
"""The raw mail and its folder, the mail's row, the decision, the letter's claim, the letter's file."""


@contextmanager
def waits() -> Iterator[list[str]]:
    """Every call that waits for the disk meanwhile, in this thread and those that it starts."""
    found: list[str] = []

    def see(_frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and called in WAITS:
            found.append(str(called))

    threading.setprofile(see)
    sys.setprofile(see)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def deliver(folder: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        raw = mail(
            sender=f"maker{number}@example.com", subject=f"请问 {number}", body=f"请问截止日期？{number}"
        ).as_bytes()
        (folder / "inbox" / "new" / f"{1717200000 + number}.{number}.host").write_bytes(raw)


def test_a_mail_waits_for_the_disk_a_few_times_however_many_came_before(tmp_path: Path, warm: WarmReaders) -> None:
    config = campaign(tmp_path)
    settings, _ = load(config, {})
    with open_house(settings) as opened:
        bench = replace(opened.bench, readers=warm.files, mail_readers=warm.mails)
        house = replace(opened, bench=bench)
        counts = []
        for first, count in ((0, 2), (10, 2), (20, 12)):
            deliver(tmp_path, first, count)
            with waits() as found:
                assert run_once(house).sent == count
            counts.append(len(found))
    _, few, many = counts  # the first round makes the ledger
    assert (many - few) / 10 <= AT_MOST + 1  # a folder of the spool that is new is waited for once
