"""A cluster on loopback: a bucket, a scheduler and workers, each a process of its own that can be killed."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import boto3
from moto.server import ThreadedMotoServer

from mailbot.settings.keys import WorkSettings
from tests.house.checkout import ROOT
from tests.servers import forked
from tests.servers.certificate import Certificate, certificate
from tests.servers.ports import free_port

BUCKET: Final = "campaign"
KEYS: Final = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
DEADLINE: Final = 60.0
Running = subprocess.Popen[bytes] | BaseProcess


class Mood(StrEnum):
    """How the gate before the bucket is disposed."""

    OPEN = "open"
    REFUSING = "refusing"
    UNAVAILABLE = "503"
    NONSENSE = "nonsense"
    SLOW = "slow"
    LATE = "late"


SIP: Final = 1024
"""Bytes that a slow gate passes at once."""
AWAY: Final = {
    Mood.REFUSING: b"",
    Mood.UNAVAILABLE: b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    Mood.NONSENSE: b"sorry\r\n\r\n",
}
"""What is answered where nothing comes through."""


class Gate:
    """A TCP relay before the bucket.

    Attributes:
        mood: now.
        pace: bytes a second each way on a connection, where it is slow.
        late: seconds before each answer, where it is late.
        turned_away: connections so far.
        gave: bytes that came out of the bucket.
    """

    def __init__(self, behind: int, pace: int = 20_000, late: float = 20) -> None:
        self.mood = Mood.OPEN
        self.pace = pace
        self.late = late
        self.turned_away = 0
        self.gave = 0
        self._behind = behind
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if answer := AWAY.get(self.mood):
                client.recv(65536)
                client.sendall(answer)
            if self.mood in AWAY:
                self.turned_away += 1
                return
            with socket.create_connection(("127.0.0.1", self._behind)) as bucket:
                asked = threading.Event()

                def answering(block: bytes) -> None:
                    if self.mood is Mood.LATE and asked.is_set():
                        time.sleep(self.late)
                    asked.clear()
                    self.gave += len(block)

                back = threading.Thread(target=self._pass, args=(bucket, client, answering), daemon=True)
                back.start()
                self._pass(client, bucket, lambda _: asked.set())
                back.join()

    def _pass(self, source: socket.socket, target: socket.socket, noted: Callable[[bytes], None]) -> None:
        with suppress(OSError):
            for block in self._blocks(source):
                noted(block)
                target.sendall(block)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _blocks(self, source: socket.socket) -> Iterator[bytes]:
        while self.mood not in AWAY and (block := source.recv(65536)):
            while self.mood is Mood.SLOW and block:
                yield block[:SIP]
                block = block[SIP:]
                time.sleep(SIP / self.pace)
            yield block

    @contextmanager
    def disposed(self, mood: Mood, seconds: float) -> Iterator[None]:
        """Be in a mood for so many seconds, then open."""
        self.mood = mood
        ends = threading.Timer(seconds, setattr, (self, "mood", Mood.OPEN))
        ends.start()
        yield
        ends.join()

    def close(self) -> None:
        self._socket.close()


@dataclass
class Cluster:
    """One campaign's cluster.

    Attributes:
        folder: workers' folders and logs.
        gate: before the bucket.
        port: the scheduler's.
        certificate: of scheduler, workers and client alike.
        patience: seconds for which a request to the bucket is tried.
        bucket: its name.
        workers: running ones.
    """

    folder: Path
    gate: Gate
    port: int
    certificate: Certificate
    patience: float
    bucket: str
    scheduler: Running | None = None
    workers: list[Running] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The scheduler's."""
        return f"tls://127.0.0.1:{self.port}"

    def work(self, patience: float = 60) -> WorkSettings:
        """What leads an engine here."""
        proof = self.certificate
        return WorkSettings(
            scheduler=self.address, ca_file=proof.file, cert_file=proof.file, key_file=proof.key, patience=patience
        )

    @property
    def config(self) -> str:
        """The tables of config.toml that lead here: all that a worker needs."""
        return f"""
[work]
engine = "dask"
scheduler = "{self.address}"
ca_file = "{self.certificate.file}"
cert_file = "{self.certificate.file}"
key_file = "{self.certificate.key}"
workers = 1
patience = 60
[store]
kind = "s3"
url = "s3://{self.bucket}/{self.folder.name}"
endpoint = "http://127.0.0.1:{self.gate.port}"
patience = {self.patience}
"""

    def start_scheduler(self) -> None:
        arguments = ["--host", "127.0.0.1", "--port", str(self.port), "--protocol", "tls"]
        arguments += ["--tls-ca-file", str(self.certificate.file), "--tls-cert", str(self.certificate.file)]
        arguments += ["--tls-key", str(self.certificate.key), "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        self.scheduler = forked.start(forked.scheduler, self.folder / "scheduler.log", arguments)
        until(lambda: _listens(self.port))

    def start_worker(self, module: str = "mailbot") -> Running:
        """`mailbot worker` in a process; known to the scheduler when this returns."""
        home = self._home()
        (home / "config.toml").write_text(self.config, encoding="utf-8")
        command = [sys.executable, "-m", module, "--config", str(home / "config.toml"), "worker"]
        path = home / "log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(lambda: "worker-started" in path.read_text(encoding="utf-8") or process.poll() is not None)
        assert process.poll() is None, path.read_text(encoding="utf-8")
        self.workers.append(process)
        return process

    def start_bare_worker(self, threads: int = 1) -> Running:
        """A worker that does nothing but the tests' own tasks; known to the scheduler when this returns."""
        home = self._home()
        process = forked.start(forked.bare_worker, home / "log", self.work(), threads, home)
        self.workers.append(process)
        until((home / "known").exists)
        return process

    def wait_for_the_last_worker(self, ended: threading.Event) -> None:
        """Wait until the worker that was started last is dead."""
        last = self.workers[-1]
        assert isinstance(last, BaseProcess)
        while last.is_alive() and not ended.is_set():
            last.join(0.1)

    def _home(self) -> Path:
        home = self.folder / f"worker{len(self.workers)}-{time.monotonic_ns()}"
        home.mkdir()
        return home

    def kill_worker(self, pid: int) -> None:
        """One of them, by its process id."""
        (one,) = (process for process in self.workers if process.pid == pid)
        kill(one)
        self.workers.remove(one)

    def kill_workers(self) -> None:
        for process in self.workers:
            kill(process)
        self.workers.clear()

    def kill_scheduler(self) -> None:
        assert self.scheduler is not None
        kill(self.scheduler)

    def shares(self) -> str:
        """What each worker keeps of the bucket: its share of the work."""
        found = {}
        for home in sorted(self.folder.glob("worker*/var/worker")):
            sizes = [path.stat().st_size for path in home.rglob("*") if path.is_file()]
            found[home.parents[1].name.partition("-")[0]] = f"{len(sizes)} files, {sum(sizes) // 1024} KiB"
        return "; ".join(f"{name} had {share}" for name, share in found.items())


def kill(process: Running) -> None:
    assert process.pid is not None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.join() if isinstance(process, BaseProcess) else process.wait()


def until(condition: Callable[[], object]) -> None:
    """Wait for something, a minute at most."""
    ends = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def administrator(port: int) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes as it runs
    """Amazon's own client of the endpoint at a port."""
    keys = {name.lower(): value for name, value in KEYS.items()}
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys)


@contextmanager
def bucket() -> Iterator[int]:
    """An S3 endpoint with an empty bucket; its port. The credentials stand in the environment meanwhile."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request
    before = dict(os.environ)
    os.environ.update(KEYS)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    administrator(port).create_bucket(Bucket=BUCKET)
    try:
        yield port
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def cluster(
    folder: Path, behind: int | None, workers: int, patience: float = 20, bucket_name: str = BUCKET
) -> Iterator[Cluster]:
    """A scheduler and workers before the bucket at a port; bare ones without a bucket."""
    folder.mkdir(exist_ok=True)
    gate = Gate(behind or free_port())
    made = Cluster(folder, gate, free_port(), certificate(folder), patience, bucket_name)
    try:
        made.start_scheduler()
        for _ in range(workers):
            made.start_worker() if behind else made.start_bare_worker()
        yield made
    finally:
        made.kill_workers()
        if made.scheduler is not None:
            kill(made.scheduler)
        gate.close()
