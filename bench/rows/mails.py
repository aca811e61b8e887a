"""2,000 small mails, a third with a form: Maildir, ledger, letters; and one mail in a ledger that is small or large."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.campaign import campaign
from bench.ledgers import fill
from bench.table import Goal, Row, apart, in_turns
from tests.journeys.material import Work, form, mail
from tests.ledger.test_growth import an_ordinary_mail
from tests.make.ledger import books

MAILS: Final = 2_000
SIZES: Final = (1_000, 100_000)
ORDINARY: Final = 25


def rows() -> Iterator[Row]:
    run = apart(mails_a_second, MAILS)
    cores = f"{run.cpu * run.value / MAILS:.2f} cores"
    yield Row(
        f"{MAILS} small mails, a third with a form", run, "mails/s", goals=(Goal("figure", "≥", 120),), note=cores
    )
    ways = {str(size): partial(apart, milliseconds, size) for size in SIZES}
    small, large = in_turns(3, ways).values()
    name = f"an ordinary mail at {SIZES[1]} entries"
    yield Row(name, large, "ms CPU", small.value, f"at {SIZES[0]}", (Goal("ratio", "≤", 1.3),))


def mails_a_second(count: int) -> float:
    """A whole round over so many mails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = campaign(folder)
        for number in range(count):
            files = [("推荐汇总表.docx", form(Work(f"作品{number}"), unit=f"第{number}厂"))] if number % 3 == 0 else []
            whole = mail(*files, sender=f"maker{number}@example.com", subject=f"报送 {number}")
            (folder / "inbox" / "new" / f"{1717200000 + number}.{number}.bench").write_bytes(whole.as_bytes())
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "mailbot", "--config", str(config), "run", "--once"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        spent = time.perf_counter() - begun
        sent = sum(1 for _ in (folder / "sent").rglob("*.eml"))
        assert sent >= count, f"{sent} letters for {count} mails"
        return count / spent


def milliseconds(size: int) -> float:
    """Processor time of one decision, its transaction and its letter; reading files is not in it."""
    with tempfile.TemporaryDirectory() as folder, books(Path(folder) / "ledger.sqlite") as ledger:
        fill(ledger.db, size)
        spent = []
        for count in range(ORDINARY):
            begun = time.process_time()
            an_ordinary_mail(ledger, 2_000_000 + count)
            spent.append(time.process_time() - begun)
        return statistics.median(spent) * 1000
