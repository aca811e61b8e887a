"""A campaign on a scheduler, two workers and a bucket comes to the ledger and letters of one machine, whatever dies."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from mailbot.cluster.engine import DaskEngine, connected
from mailbot.extract.works import Bench
from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.limits import Limits
from mailbot.model.rules import Campaign, Rules
from mailbot.ops import restore
from mailbot.ops.doctor import examine
from mailbot.ops.house import open_house
from mailbot.ops.remote import lost
from mailbot.ops.round import RoundOutcome, run_once
from mailbot.settings import Settings, WorkSettings, load
from tests.cluster import tasks
from tests.make.backlog import CONFIG, deliver, ledger_of, letters_of
from tests.servers.cluster import Cluster, Mood, cluster
from tests.servers.ports import free_port

MAILS = 10
"""One of each kind that a person sends."""
HERE = cast("Bench", None)
"""This machine's bench: a worker has its own."""


@pytest.fixture(scope="module", name="served")
def _served(tmp_path_factory: pytest.TempPathFactory, bucket_port: int) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), bucket_port, workers=2) as made:
        yield made


@pytest.fixture(scope="module", name="sent")
def _sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sent")
    deliver(folder / "inbox", MAILS)
    return folder


def settings_of(folder: Path, sent: Path, more: str = "[work]\nworkers = 2") -> Settings:
    folder.mkdir(exist_ok=True)
    text = CONFIG.partition("[work]")[0].format(inbox=sent / "inbox") + more
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml", {})[0]


def play(settings: Settings) -> RoundOutcome:
    with open_house(settings) as house:
        return run_once(house)


def outcome(folder: Path) -> tuple[object, object]:
    return ledger_of(folder / "var"), letters_of(folder / "sent")


@pytest.fixture(scope="module", name="alone")
def _alone(tmp_path_factory: pytest.TempPathFactory, sent: Path) -> tuple[object, object]:
    """What one machine comes to."""
    folder = tmp_path_factory.mktemp("alone")
    assert play(settings_of(folder, sent)).processed == MAILS
    return outcome(folder)


@pytest.fixture(name="engine")
def _engine(served: Cluster) -> Iterator[DaskEngine]:
    engine = DaskEngine(work_settings(served), (Rules(Campaign(themes=("甲", "乙"))), Limits()))
    yield engine
    engine.close()


def work_settings(served: Cluster, patience: float = 60) -> WorkSettings:
    proof = served.certificate
    return WorkSettings(
        scheduler=served.address, ca_file=proof.file, cert_file=proof.file, key_file=proof.key, patience=patience
    )


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_campaign_on_a_cluster_comes_to_the_ledger_and_letters_of_one_machine(
    served: Cluster, sent: Path, alone: tuple[object, object], tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, sent, served.config)
    assert play(settings).processed == MAILS
    assert outcome(tmp_path) == alone
    assert restore.rebuild(settings, tmp_path / "again").mails == 0
    shutil.rmtree(settings.files_dir)
    shutil.rmtree(settings.spool_dir)
    with open_house(settings) as house:
        assert not list(lost(house))
        house.bench.store.bucket.remove(f"files/{min(house.bench.store.names())}")  # type: ignore[attr-defined]
        assert len(list(lost(house))) == 1


def test_the_deciding_nodes_rules_count_not_the_workers(engine: DaskEngine) -> None:
    assert engine.submit(tasks.themes, HERE).result(60) == ("甲", "乙")


def test_a_worker_killed_over_its_work_loses_nothing(served: Cluster, engine: DaskEngine, tmp_path: Path) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    asked = engine.submit(tasks.wait_for, HERE, str(begun), str(go))
    until(begun.exists)
    begun.unlink()
    served.kill_workers()
    served.start_worker()
    until(begun.exists)
    go.touch()
    assert asked.result(60) == served.workers[0].pid
    served.start_worker()


def test_work_that_kills_every_worker_is_a_finding_after_three_and_without_workers_work_waits(
    served: Cluster, engine: DaskEngine, tmp_path: Path
) -> None:
    served.start_worker()
    asked = engine.submit(tasks.die, HERE, str(tmp_path))
    with pytest.raises(ReadingFailed) as failed:
        asked.result(60)
    assert failed.value.trouble is ReadingTrouble.CRASH
    assert len(list(tmp_path.iterdir())) == 3
    served.kill_workers()
    hasty = DaskEngine(work_settings(served, patience=1), (Rules(), Limits()))
    with pytest.raises(TemporaryError, match="no worker took"):
        hasty.submit(tasks.themes, HERE).result(60)
    hasty.close()
    for _ in range(2):
        served.start_worker()
    assert engine.submit(tasks.themes, HERE).result(60)


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


def test_doctor_tries_the_scheduler_each_worker_and_the_bucket(served: Cluster, sent: Path, tmp_path: Path) -> None:
    with open_house(settings_of(tmp_path, sent, served.config)) as house:
        lines = {line.what: line for line in examine(house, ())}
    assert lines["bucket"].well
    workers = [line for what, line in lines.items() if what.startswith("worker ")]
    assert len(workers) == len(served.workers)
    assert all(line.well and "ffprobe" in line.told for line in workers)


def test_workers_scheduler_and_bucket_all_fail_over_a_campaign_and_it_ends_the_same(
    served: Cluster, sent: Path, alone: tuple[object, object], tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, sent, served.config)
    playing = threading.Thread(target=play, args=(settings,))
    with connected(settings.work) as client:
        playing.start()
        until(lambda: any("read_film" in str(key) for keys in client.processing().values() for key in keys))
    served.kill_workers()
    served.gate.mood = Mood.UNAVAILABLE
    served.kill_scheduler()
    served.start_scheduler()
    served.start_worker()
    until(lambda: served.gate.turned_away)
    served.gate.mood = Mood.OPEN
    served.start_worker()
    playing.join()
    play(settings)
    assert outcome(tmp_path) == alone
