import hashlib
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import Readers, isolation
from mailbot.sandbox.interpreter import PACKAGES, python_environment
from mailbot.store import Store, Stored
from tests.sandbox import naughty

BOUNDS = Bounds(wall_seconds=3, cpu_seconds=1, memory_bytes=1024 * MIB)
WITH_TESTS = {**PACKAGES, "tests": Path(__file__).parents[1]}

needs_landlock = pytest.mark.skipif(not isolation().landlock, reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not isolation().calls, reason="no libseccomp here")


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(BOUNDS, workers=1, written_bytes=MIB, packages=WITH_TESTS) as pool:
        yield pool


def trouble(attempt: Callable[..., Any], *args: object) -> ReadingTrouble:
    with pytest.raises(ReadingFailed) as failed:
        attempt(*args)
    return failed.value.trouble


def test_a_reader_gives_its_answer(readers: Readers) -> None:
    assert readers.call(naughty.double, 21) == 42


def test_children_are_started_as_they_are_needed_and_stay(readers: Readers) -> None:
    assert readers.call(naughty.process_id) == readers.call(naughty.process_id)


def test_a_child_that_nobody_needs_is_ended_and_another_one_answers(tmp_path: Path) -> None:
    with Readers(BOUNDS, workers=2, desk=tmp_path, packages=WITH_TESTS, idle_seconds=0.05) as pool:
        first = pool.call(naughty.process_id)
        while Path(f"/proc/{first}").exists():
            threading.Event().wait(0.01)
        assert pool.call(naughty.process_id) != first


@pytest.mark.parametrize("endless", [naughty.sleep_for_ever, naughty.compute_for_ever])
def test_a_reader_that_never_ends_is_a_timeout_and_is_replaced(readers: Readers, endless: Callable[[], None]) -> None:
    assert trouble(readers.call, endless) is ReadingTrouble.TIMEOUT
    assert readers.call(naughty.double, 2) == 4


def test_a_reader_that_eats_memory_is_held(readers: Readers) -> None:
    assert trouble(readers.call, naughty.eat_memory) is ReadingTrouble.MEMORY
    assert readers.call(naughty.double, 3) == 6


@pytest.mark.parametrize("end", [naughty.die, naughty.leave])
def test_a_reader_that_vanishes_is_a_crash_and_is_replaced(readers: Readers, end: Callable[[], None]) -> None:
    assert trouble(readers.call, end) is ReadingTrouble.CRASH
    assert readers.call(naughty.double, 4) == 8


def test_a_child_that_was_killed_while_it_waited_is_replaced_and_blames_no_file(readers: Readers) -> None:
    os.kill(readers.call(naughty.process_id), signal.SIGKILL)
    time.sleep(0.2)
    assert readers.call(naughty.double, 5) == 10


def test_a_child_outlives_the_thread_that_asked_for_it() -> None:
    with Readers(BOUNDS, workers=1, packages=WITH_TESTS) as pool:
        told: list[int] = []
        thread = threading.Thread(target=lambda: told.append(pool.call(naughty.process_id)))
        thread.start()
        thread.join()
        assert told == [pool.call(naughty.process_id)]


def test_where_no_child_can_start_the_work_waits(tmp_path: Path) -> None:
    with Readers(BOUNDS, workers=1, preload=["no.such.module"]) as pool:
        for _ in range(2):
            with pytest.raises(TemporaryError, match=r"no\.such|'no'"):
                pool.call(naughty.double, 1)
    with Readers(BOUNDS, workers=1, desk=tmp_path / "gone", packages=WITH_TESTS) as pool, pytest.raises(TemporaryError):
        pool.read(naughty.content, tmp_path / "no such file")


def test_what_a_reader_raises_is_told_as_text(readers: Readers) -> None:
    with pytest.raises(ReadingFailed, match="ValueError: 坏表格") as failed:
        readers.call(naughty.fail, "坏表格")
    assert failed.value.trouble is ReadingTrouble.BROKEN


def test_what_a_readers_library_prints_is_nobodys(readers: Readers, capfd: pytest.CaptureFixture[str]) -> None:
    assert readers.call(naughty.say, "0 is out of range") == "0 is out of range"
    assert capfd.readouterr() == ("", "")


def test_a_readers_threads_work(readers: Readers) -> None:
    assert readers.call(naughty.use_threads) == 4


def test_a_reader_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_SMTP_PASSWORD", "secret")
    monkeypatch.setenv("HOME", "/somewhere")
    with Readers(BOUNDS, workers=1, packages=WITH_TESTS) as pool:
        assert set(pool.call(naughty.environment)) <= {*python_environment(), "TMPDIR", "LC_CTYPE"}


def test_a_reader_reads_the_file_in_hand_and_that_file_is_not_changed(readers: Readers, tmp_path: Path) -> None:
    path = tmp_path / "form"
    path.write_text("a form")
    path.chmod(0o600)
    assert readers.read(naughty.content, path) == "a form"
    if isolation().landlock:
        assert trouble(readers.read, naughty.overwrite, path) is ReadingTrouble.BROKEN
        assert trouble(readers.read, naughty.make_readable, path) is ReadingTrouble.BROKEN
        assert path.stat().st_mode & 0o777 == 0o600 or not isolation().calls
    assert path.read_text() == "a form"


@needs_landlock
def test_a_reader_reads_no_other_file(readers: Readers, tmp_path: Path) -> None:
    secret, mine = tmp_path / "mailbot.password", tmp_path / "form"
    for path in (secret, mine):
        path.write_text("secret")
    for other in (secret, Path("/etc/passwd"), Path(__file__).parents[2] / "pyproject.toml"):
        assert trouble(readers.call, naughty.content, other) is ReadingTrouble.BROKEN
        for way in (naughty.content_by_link, naughty.content_by_symlink):
            with pytest.raises(ReadingFailed, match=r"PermissionError|OSError"), readers.unpack(way, mine, other):
                pass


@needs_landlock
@pytest.mark.parametrize("what", ["environ", "mem", "maps", "fd/0", "cwd/pyproject.toml", "root/etc/passwd"])
def test_a_reader_does_not_look_into_its_parent(readers: Readers, what: str) -> None:
    assert trouble(readers.call, naughty.parents, what) is ReadingTrouble.BROKEN


@needs_landlock
def test_a_reader_does_not_see_the_environment_it_was_started_with(readers: Readers) -> None:
    assert trouble(readers.call, naughty.initial_environment) is ReadingTrouble.BROKEN


@needs_landlock
def test_a_reader_writes_nowhere_but_into_its_folder(readers: Readers, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("evidence")
    for place in (tmp_path / "new", kept, Path("/tmp/naughty"), Path("/dev/shm/naughty")):  # noqa: S108 - the point
        assert trouble(readers.call, naughty.write, str(place)) is ReadingTrouble.BROKEN
        assert place == kept or not place.exists()
    assert trouble(readers.call, naughty.unlink, str(kept)) is ReadingTrouble.BROKEN
    assert kept.read_text() == "evidence"


@needs_seccomp
@pytest.mark.parametrize(
    ("attempt", "args"),
    [
        (naughty.fork_bomb, ()),
        (naughty.start_program, ()),
        (naughty.new_session, ()),
        (naughty.signal_parent, (0,)),
        (naughty.signal_everybody, (0,)),
        (naughty.trace_parent, ()),
        (naughty.set_up_a_ring, ()),
        (naughty.raise_limits, ()),
        (naughty.listen, ("\0mailbot",)),
        (naughty.call_out, (9,)),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_reader_starts_and_signals_nobody_and_speaks_to_nobody(
    readers: Readers, attempt: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    with pytest.raises(ReadingFailed, match=r"PermissionError|not permitted|not allowed") as failed:
        readers.call(attempt, *args)
    assert failed.value.trouble is ReadingTrouble.BROKEN


def test_a_reader_reaches_no_network(readers: Readers) -> None:
    if not (isolation().network or isolation().calls):
        pytest.skip("this kernel gives an ordinary user no network namespace")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert trouble(readers.call, naughty.call_out, server.getsockname()[1]) is ReadingTrouble.BROKEN


def test_an_answer_is_data_and_never_executed(readers: Readers, tmp_path: Path) -> None:
    assert trouble(readers.call, naughty.spring_a_trap, str(tmp_path / "sprung")) is ReadingTrouble.BROKEN
    assert not (tmp_path / "sprung").exists()
    assert readers.call(naughty.double, 6) == 12


def test_an_answer_without_end_is_not_taken(readers: Readers) -> None:
    assert trouble(readers.call, naughty.flood) is ReadingTrouble.OUTPUT


def test_what_a_reader_writes_lies_in_an_empty_folder_that_is_gone_afterwards(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("member")
    for _ in range(2):
        with readers.unpack(naughty.unpack, tmp_path / "file", 2) as (names, folder):
            assert names == ["0", "1"]
            assert (folder / "1").read_text() == "member"
        assert not folder.exists()


def test_a_file_that_a_reader_writes_is_bounded(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReadingFailed), readers.unpack(naughty.write_large, tmp_path / "file", 2 * MIB):
        pass


@pytest.mark.parametrize("size", [100_000, 0])
def test_the_files_that_a_reader_writes_are_bounded_together(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_text("x")
    ample = Bounds(wall_seconds=60, cpu_seconds=60, memory_bytes=1024 * MIB)
    with Readers(ample, workers=1, written_bytes=MIB, packages=WITH_TESTS) as pool:

        def attempt() -> None:
            with pool.unpack(naughty.fill_with_files, tmp_path / "file", size):
                pass

        assert trouble(attempt) is ReadingTrouble.OUTPUT
        assert pool.call(naughty.double, 2) == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root looks into every folder")
def test_a_folder_that_a_reader_hides_counts_as_too_much(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReadingFailed), readers.unpack(naughty.hide_files, tmp_path / "file"):
        pass


def test_two_children_do_not_see_one_anothers_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        Readers(BOUNDS, 2, written_bytes=MIB, packages=WITH_TESTS) as pool,
        pool.unpack(naughty.unpack, tmp_path / "file", 1) as (_, folder),
    ):
        if isolation().landlock:
            assert trouble(pool.call, naughty.content, folder / "0") is ReadingTrouble.BROKEN


def test_nothing_is_left_of_the_readers_when_they_end(tmp_path: Path) -> None:
    with Readers(BOUNDS, workers=1, desk=tmp_path / "desk", packages=WITH_TESTS) as pool:
        pid = pool.call(naughty.process_id)
        assert list((tmp_path / "desk").iterdir())
    assert not list((tmp_path / "desk").iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_the_store_adopts_the_child_cannot_change_any_more(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("member")
    store = Store(tmp_path / "store")
    with readers.unpack(naughty.keep_open, tmp_path / "file") as (_, folder):
        kept = store.adopt(folder / "open")
    readers.call(naughty.write_on)
    assert kept == Stored(hashlib.sha256(b"member").hexdigest(), 6)
    assert store.path(kept.sha256).read_text() == "member"


def test_a_reader_whose_folder_was_cleared_away_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"read me")
    with Readers(BOUNDS, workers=1, desk=tmp_path / "desk", packages=WITH_TESTS) as pool:
        assert pool.read(naughty.content, file) == "read me"
        shutil.rmtree(tmp_path / "desk")
        assert pool.read(naughty.content, file) == "read me"
