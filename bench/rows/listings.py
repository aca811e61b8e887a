"""Listings, digest and workbook of a ledger with 100,000 entries, mails and letters."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.campaign import campaign
from bench.ledgers import fill
from bench.table import Goal, Row, Run, apart, command
from mailbot.ledger.connection import open_ledger
from tests.make.ledger import THEMES

SIZE: Final = 100_000
FIRST: Final = (Goal("figure", "≤", 0.5), Goal("peak", "≤", 150))
DIGEST_SECONDS: Final = 5
WORKBOOK_SECONDS: Final = 39
PAGE_KB: Final = 100


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = campaign(folder)
        with open_ledger(folder / "var" / "ledger.sqlite", THEMES) as ledger:
            fill(ledger, SIZE)
        mailbot = [sys.executable, "-m", "mailbot", "--config", str(config)]
        for words in (["entries"], ["entries", "--json"], ["outbox"], ["mails"]):
            run = apart(first_line, [*mailbot, *words])
            yield Row(f"`{' '.join(words)}` at {SIZE}, first line", run, "s", goals=FIRST)
        run = command([*mailbot, "digest", "--preview", str(folder / "out")])
        size = (folder / "out" / "digest.html").stat().st_size
        goals = (Goal("figure", "≤", WORKBOOK_SECONDS), Goal("peak", "≤", 150))
        yield Row(f"`digest --preview` at {SIZE}, with the workbook", run, "s", goals=goals)
        yield Row(f"the digest's HTML at {SIZE}", Run(size / 1000), "kB", goals=(Goal("figure", "≤", PAGE_KB),))
        run = apart(digest_alone, str(config))
        yield Row(f"the digest's page at {SIZE}", run, "s", goals=(Goal("figure", "≤", DIGEST_SECONDS),))
        run = command([*mailbot, "redecide", "--preview"])
        yield Row(f"`redecide --preview` at {SIZE}, all of them change", run, "s", goals=(Goal("peak", "≤", 150),))


def first_line(argv: list[str]) -> float:
    """Seconds until a program's first whole line; it is then read to its end."""
    begun = time.perf_counter()
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        spent = time.perf_counter() - begun
        while process.stdout.read(1 << 20):
            pass
    return spent


def digest_alone(config: str) -> float:
    """Seconds for counting and laying out a day's page, without the workbook."""
    from datetime import timedelta  # noqa: PLC0415 - in the measured process alone

    from mailbot.ops.house import now, open_house  # noqa: PLC0415
    from mailbot.outgoing.digest import digest_letter, make_digest  # noqa: PLC0415
    from mailbot.settings.loading import load  # noqa: PLC0415

    with open_house(load(Path(config), {})[0]) as house, house.ledger() as db:
        session = house.session(db)
        begun = time.perf_counter()
        digest_letter(session, make_digest(session, (now() - timedelta(days=1)).date()), "organizer@example.org")
        return time.perf_counter() - begun
