"""A day of 1,000,000 mails with films of 200 MB and a peak before the deadline, simulated: `python -m bench.scale`.

SimPy plays the day in shares of a hundredth: one mail stands for `SHARE`, a machine's time for each is as long as
measured, and there are as many machines less. Each mail is decided by its deciding node and read by a worker, its
print made behind all verdicts. What is not measured here is stated below: prices and networks are the reader's to set.
"""

import argparse
import math
import random
import statistics
from collections.abc import Generator
from dataclasses import dataclass, fields
from typing import Any, Final

import simpy

Play = Generator[simpy.Event, Any, None]
SHARE: Final = 100
DAY: Final = 86_400.0
PIECE_MB: Final = 8
"""Of an upload or a download, one request."""


@dataclass(frozen=True)
class Assumed:
    """What a run depends on; each may be given on the command line.

    Attributes:
        mails: a day.
        film_mb: bytes of a film, millions.
        peak: times the day's mean, in the last hours before the deadline.
        peak_hours: how long.
        parse_seconds: processor time of a worker for splitting and storing a mail.
        verdict_seconds: likewise for a verdict.
        print_seconds: likewise for a dense print.
        decide_seconds: of a deciding node, one mail after the other.
        cores: of a worker machine.
        gbit: of a machine's network.
        nodes: deciding nodes, each with its own mailboxes and ledger.
        workers: worker machines; 0 for as many as the verdicts of the peak need.
        elsewhere: share of the films that are not read by the worker which parsed their mail, because it is busy.
        outline: share of such a film that its verdict moves; its print moves all of it.
        ranges: requests for that verdict.
        put: price of 1,000 requests that write, in dollars.
        get: likewise that read.
        month: price of a GB a month.
    """

    mails: int = 1_000_000
    film_mb: float = 200
    peak: float = 20
    peak_hours: float = 0.5
    parse_seconds: float = 0.4
    verdict_seconds: float = 2.0
    print_seconds: float = 18.0
    decide_seconds: float = 0.01
    cores: int = 64
    gbit: float = 25
    nodes: int = 60
    workers: int = 0
    elsewhere: float = 0.1
    outline: float = 0.1
    ranges: int = 250
    put: float = 0.005
    get: float = 0.0004
    month: float = 0.023


@dataclass(frozen=True)
class Day:
    """What came of it: seconds until the answer, until the print, and how busy everything was."""

    answers: list[float]
    prints: list[float]
    workers: int
    busy: float
    decided: float


def rate(assumed: Assumed, moment: float) -> float:
    """Mails a second at a moment of the day; the peak is its end."""
    mean = assumed.mails / DAY
    spike = assumed.peak_hours * 3600
    rest = max((assumed.mails - mean * assumed.peak * spike) / (DAY - spike), 0.0)
    return mean * assumed.peak if moment >= DAY - spike else rest


def needed(assumed: Assumed) -> int:
    """Worker machines that keep up with the verdicts of the peak, or with all prints within the day."""
    before_answer = assumed.parse_seconds + assumed.verdict_seconds
    peak = rate(assumed, DAY) * before_answer
    whole = assumed.mails / DAY * (before_answer + assumed.print_seconds)
    return math.ceil(max(peak, whole) * 1.15 / assumed.cores)


def play(assumed: Assumed) -> Day:
    """One day, and as long after it as is left to do."""
    dice = random.Random(20240731)  # noqa: S311 - the same day each time
    world = simpy.Environment()
    workers = assumed.workers or needed(assumed)
    slots = simpy.PriorityResource(world, max(workers * assumed.cores // SHARE, 1))
    deciders = [simpy.Resource(world, 1) for _ in range(max(assumed.nodes // SHARE, 1))]
    # a hundredth of the nodes: less than one decides in a hundredth of its time
    decide = assumed.decide_seconds * SHARE * len(deciders) / assumed.nodes
    answers: list[float] = []
    prints: list[float] = []
    spent = {"workers": 0.0, "deciders": 0.0}

    def mail(decider: simpy.Resource) -> Play:
        came = world.now
        before = dice.lognormvariate(0, 0.4) * (assumed.parse_seconds + assumed.verdict_seconds)
        yield from used(slots, before, priority=0)
        with decider.request() as turn:
            yield turn
            yield world.timeout(decide)
            spent["deciders"] += decide
        answers.append(world.now - came)
        yield from used(slots, dice.lognormvariate(0, 0.4) * assumed.print_seconds, priority=1)
        prints.append(world.now - came)

    def used(resource: simpy.PriorityResource, seconds: float, priority: int) -> Play:
        with resource.request(priority=priority) as turn:
            yield turn
            yield world.timeout(seconds)
            spent["workers"] += seconds

    def arrivals() -> Play:
        while world.now < DAY:
            yield world.timeout(dice.expovariate(rate(assumed, world.now) / SHARE))
            world.process(mail(dice.choice(deciders)))

    world.process(arrivals())
    world.run()
    busy = spent["workers"] / (slots.capacity * world.now)
    return Day(answers, prints, workers, busy, spent["deciders"] / (len(deciders) * DAY))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for one in fields(Assumed):
        parser.add_argument(f"--{one.name}", type=type(one.default), default=one.default)
    assumed = Assumed(**vars(parser.parse_args()))
    day = play(assumed)
    film, mail = assumed.film_mb / 1000, assumed.film_mb * 1.37 / 1000  # base64 and line ends, in GB
    second = assumed.mails / DAY
    puts = (mail + film) * 1000 / PIECE_MB + 6
    gets = mail * 1000 / PIECE_MB + 4 + assumed.elsewhere * (assumed.ranges + film * 1000 / PIECE_MB)
    into = second * mail * 8
    moved = second * (3 * mail + film * (1 + assumed.elsewhere * (1 + assumed.outline))) * 8
    late = [seconds / 60 for seconds in day.prints]
    lines = {
        "mails a second: mean, peak": f"{second:.1f}, {rate(assumed, DAY):.0f}",
        "worker machines, busy": f"{day.workers} of {assumed.cores} cores, {day.busy:.0%}",
        "answer after: median, 99 %": f"{quantile(day.answers, 50):.0f} s, {quantile(day.answers, 99):.0f} s",
        "print after: median, 99 %": f"{quantile(late, 50):.0f} min, {quantile(late, 99):.0f} min",
        "deciding nodes, busy with decisions": f"{assumed.nodes}, {day.decided:.2%}",
        "mail that comes in: mean, peak": f"{into:.0f}, {into * assumed.peak:.0f} Gbit/s",
        "nodes for it at the peak": f"{math.ceil(2 * into * assumed.peak / assumed.gbit)} of {assumed.gbit:.0f} Gbit/s",
        "network of all machines: mean": f"{moved:.0f} Gbit/s",
        "requests a mail: writing, reading": f"{puts:.0f}, {gets:.0f}",
        "requests a second: mean, peak": f"{second * (puts + gets):.0f}, {second * (puts + gets) * assumed.peak:.0f}",
        "requests a day cost": f"{assumed.mails * (puts * assumed.put + gets * assumed.get) / 1000:,.0f} $",
        "a day's mails and films": f"{assumed.mails * (mail + film) / 1000:.0f} TB, "
        f"{assumed.mails * (mail + film) * assumed.month:,.0f} $ a month",
    }
    for name, told in lines.items():
        print(f"| {name} | {told} |")


def quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


if __name__ == "__main__":
    main()
