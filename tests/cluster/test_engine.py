"""Work on a cluster, whatever dies: scheduler and workers are real, the work is the tests' own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from mailbot.cluster.engine import GLANCE, DaskEngine
from mailbot.extract.works import Bench
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.limits import Limits
from mailbot.model.rules import Campaign, Rules
from mailbot.settings.keys import WorkSettings
from tests.cluster import tasks
from tests.servers.cluster import Cluster, cluster, until
from tests.servers.ports import free_port

pytestmark = pytest.mark.usefixtures("no_socket_half_open")
HERE = cast("Bench", None)
"""This machine's bench: a worker has its own."""
FILM = "f" * 64


@pytest.fixture(scope="module", name="served")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), None, workers=2) as made:
        yield made


@pytest.fixture(name="engine")
def _engine(served: Cluster) -> Iterator[DaskEngine]:
    engine = DaskEngine(served.work(), (Rules(Campaign(themes=("甲", "乙"))), Limits()))
    yield engine
    engine.close()


def test_the_deciding_nodes_rules_count_not_the_workers(engine: DaskEngine) -> None:
    assert engine.submit(tasks.themes, HERE).result(60) == ("甲", "乙")


def test_work_on_a_file_goes_where_it_lies_unless_that_worker_is_busy_or_dead(served: Cluster, tmp_path: Path) -> None:
    engine = DaskEngine(served.work(patience=20), (Rules(), Limits()))
    begun, go = tmp_path / "begun", tmp_path / "go"
    holder = engine.submit(tasks.about, HERE, FILM).result(60)
    assert {engine.submit(tasks.about, HERE, FILM).result(60) for _ in range(6)} == {holder}
    engine.submit(tasks.wait_for, HERE, str(begun), str(go), FILM)
    until(begun.exists)
    other = engine.submit(tasks.about, HERE, FILM).result(60)
    assert other != holder
    go.touch()
    served.kill_worker(other)
    assert engine.submit(tasks.about, HERE, FILM).result(60) == holder
    served.kill_worker(holder)
    asked = engine.submit(tasks.about, HERE, FILM)
    with pytest.raises(TimeoutError):
        asked.result(0.5)
    for _ in range(2):
        served.start_bare_worker()
    assert asked.result(2 * GLANCE) in {worker.pid for worker in served.workers}
    engine.close()


def test_a_worker_killed_over_its_work_loses_nothing(served: Cluster, engine: DaskEngine, tmp_path: Path) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    asked = engine.submit(tasks.wait_for, HERE, str(begun), str(go))
    until(begun.exists)
    begun.unlink()
    served.kill_workers()
    served.start_bare_worker()
    until(begun.exists)
    go.touch()
    assert asked.result(60) == served.workers[0].pid
    served.start_bare_worker()


def test_work_that_kills_every_worker_is_a_finding_after_three_and_without_workers_work_waits(
    served: Cluster, engine: DaskEngine, tmp_path: Path
) -> None:
    served.start_bare_worker()
    asked = engine.submit(tasks.die, HERE, str(tmp_path))
    with pytest.raises(ReadingFailed) as failed:
        asked.result(60)
    assert failed.value.trouble is ReadingTrouble.CRASH
    assert len(list(tmp_path.iterdir())) == 3
    served.kill_workers()
    hasty = DaskEngine(served.work(patience=1), (Rules(), Limits()))
    with pytest.raises(TemporaryError, match="no worker took"):
        hasty.submit(tasks.themes, HERE).result(60)
    hasty.close()
    for _ in range(2):
        served.start_bare_worker()
    assert engine.submit(tasks.themes, HERE).result(60)


def test_work_that_waits_behind_other_work_waits_as_long_as_it_takes(served: Cluster, tmp_path: Path) -> None:
    hasty = DaskEngine(served.work(patience=0.5), (Rules(), Limits()))
    begun, go = tmp_path / "begun", tmp_path / "go"
    line = [hasty.submit(tasks.wait_for, HERE, str(begun), str(go)) for _ in range(8)]
    until(begun.exists)
    time.sleep(2)
    go.touch()
    assert {waiting.result(60) for waiting in line} <= {worker.pid for worker in served.workers}
    hasty.close()


def test_a_restarted_scheduler_loses_nothing(served: Cluster, engine: DaskEngine, tmp_path: Path) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    asked = engine.submit(tasks.wait_for, HERE, str(begun), str(go))
    until(begun.exists)
    begun.unlink()
    served.kill_scheduler()
    served.start_scheduler()
    until(begun.exists)
    go.touch()
    assert asked.result(60) in {worker.pid for worker in served.workers}


def test_where_nobody_does_the_work_it_waits_and_no_file_is_blamed() -> None:
    nowhere = DaskEngine(WorkSettings(scheduler=f"tcp://127.0.0.1:{free_port()}", patience=1), (Rules(), Limits()))
    with pytest.raises(TemporaryError, match="no scheduler answers"):
        nowhere.submit(tasks.themes, HERE).result(60)
    nowhere.close()


@contextmanager
def one_worker_at_a_time(served: Cluster) -> Iterator[None]:
    """Whenever a worker died the next one is there, for two pieces of work at once."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.is_set():
            served.start_bare_worker(threads=2)
            served.wait_for_the_last_worker(ended)

    served.kill_workers()
    keeping = threading.Thread(target=keep)
    keeping.start()
    yield
    ended.set()
    keeping.join()


def test_work_that_was_beside_killers_is_not_blamed(
    served: Cluster, engine: DaskEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go, tombs = tmp_path / "begun", tmp_path / "go", tmp_path / "tombs"
    tombs.mkdir()
    with one_worker_at_a_time(served):
        innocent = engine.submit(tasks.wait_for, HERE, str(begun), str(go))
        until(begun.exists)
        killers = [engine.submit(tasks.die, HERE, str(tombs))]
        until(lambda: "work=wait_for deaths=2" in caplog.text)
        begun.unlink(missing_ok=True)
        until(begun.exists)
        begun.unlink()
        killers.append(engine.submit(tasks.die, HERE, str(tombs)))
        until(begun.exists)
        go.touch()
        assert innocent.result(60)
        assert [type(killer.exception(60)) for killer in killers] == [ReadingFailed, ReadingFailed]
