"""Seen from outside: `/healthz` for whoever asks whether all is well, `/metrics` for Prometheus; on loopback alone.

Both tell counts and causes, never a person's data.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mailbot.ledger import figures
from mailbot.model.errors import MailbotError, Refused
from mailbot.ops.health import troubles
from mailbot.ops.house import House
from mailbot.ops.pulse import Pulse
from mailbot.stages import totals

LOG: Final = logging.getLogger(__name__)
ROUNDS_MISSED: Final = 5
"""Polls that may be missing before mailbot does not count as well."""
LEAST_SECONDS: Final = 600.0
"""A poll may take so long on a busy day."""

Start = Callable[[str, list[tuple[str, str]]], Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


class WatchedFigures(Collector):
    """Everything that Prometheus is told, read from the ledger when it asks."""

    def __init__(self, house: House, pulse: Pulse) -> None:
        self._house = house
        self._pulse = pulse

    def collect(self) -> Iterable[Metric]:
        """Gauges of what waits, counters of what was done."""
        with self._house.ledger() as db:
            session = self._house.session(db)
            for what, counts in figures.by_state(db).items():
                gauge = GaugeMetricFamily(f"mailbot_{what}", f"How many {what} the ledger has", labels=["state"])
                for state, count in counts.items():
                    gauge.add_metric([state], count)
                yield gauge
            for what, moment in (("mail", figures.oldest_mail(db)), ("letter", figures.oldest_letter(db))):
                age = (session.now() - moment).total_seconds() if moment else 0.0
                yield GaugeMetricFamily(f"mailbot_oldest_{what}_seconds", f"Age of the oldest waiting {what}", age)
            causes = GaugeMetricFamily("mailbot_trouble", "1 where a cause of alerts is there", labels=["cause"])
            there: dict[str, bool] = {}
            for trouble in troubles(session):
                there[trouble.cause] = there.get(trouble.cause, False) or trouble.lasts
            for cause, lasts in there.items():
                causes.add_metric([cause], float(lasts))
            yield causes
        free = self._house.bench.store.free_bytes()
        yield GaugeMetricFamily("mailbot_disk_free_bytes", "Free on data_dir's disk", free)
        yield GaugeMetricFamily("mailbot_round_age_seconds", "Since a round last ended", self._pulse.seconds())
        failures = self._pulse.failures
        yield CounterMetricFamily("mailbot_rounds_failed", "Rounds with a failed mail or a server away", failures)
        times = CounterMetricFamily("mailbot_stage_runs", "How often a step was done", labels=["stage"])
        seconds = CounterMetricFamily("mailbot_stage_seconds", "Real time that a step took", labels=["stage"])
        for stage, total in totals().items():
            times.add_metric([stage], total.times)
            seconds.add_metric([stage], total.seconds)
        yield from (times, seconds)


def health(house: House, pulse: Pulse) -> tuple[bool, dict[str, object]]:
    """Whether all is well, and what is told of it."""
    longest = max(ROUNDS_MISSED * house.settings.schedule.poll_every, LEAST_SECONDS)
    try:
        with house.ledger() as db:
            causes = sorted({trouble.cause for trouble in troubles(house.session(db)) if trouble.lasts})
    except MailbotError:
        causes = ["ledger"]
    if pulse.seconds() > longest:
        causes.append("rounds")
    return not causes, {"well": not causes, "troubles": causes, "round_age_seconds": round(pulse.seconds())}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10
    """Seconds that a client may take with its question."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Who asks is no event of ours."""


@contextmanager
def open_to_watchers(house: House, pulse: Pulse) -> Iterator[str]:
    """Answer on `watch.listen` while the block runs; gives the address.

    Raises:
        Refused: it cannot be listened on.
    """
    listen = house.settings.watch.listen
    host, _, port = listen.rpartition(":")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(WatchedFigures(house, pulse))
    metrics: App = make_wsgi_app(registry, disable_compression=True)

    def answer(asked: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = asked.get("PATH_INFO", "")
        if asked.get("REQUEST_METHOD") not in {"GET", "HEAD"} or path not in {"/healthz", "/metrics"}:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/healthz, /metrics\n"]
        if path == "/metrics":
            return metrics(asked, start)
        well, told = health(house, pulse)
        start("200 OK" if well else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps(told).encode() + b"\n"]

    try:
        server = make_server(host, int(port), answer, server_class=_Server, handler_class=_Quiet)
    except OSError as error:
        raise Refused(f"watch.listen: {listen} cannot be listened on ({error.strerror}). Name another port.") from None
    with server:
        threading.Thread(target=server.serve_forever, daemon=True, name="watchers").start()
        LOG.info("watchers-welcome port=%d", server.server_port)
        yield f"{host}:{server.server_port}"
        server.shutdown()
