import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.model.errors import ReadingFailed, ReadingTrouble
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import Readers, isolation
from tests.sandbox import naughty

BOUNDS = Bounds(wall_seconds=3, cpu_seconds=3, memory_bytes=1024 * MIB)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(BOUNDS, workers=1) as pool:
        yield pool


def test_a_reader_gives_its_answer(readers: Readers) -> None:
    assert readers.call(naughty.double, 21) == 42


def test_a_reader_that_never_ends_is_a_timeout_and_is_replaced(readers: Readers) -> None:
    begun = time.monotonic()
    with pytest.raises(ReadingFailed) as failed:
        readers.call(naughty.sleep_for_ever)
    assert failed.value.trouble is ReadingTrouble.TIMEOUT
    assert time.monotonic() - begun < 10
    assert readers.call(naughty.double, 2) == 4


def test_a_reader_that_eats_memory_is_held(readers: Readers) -> None:
    with pytest.raises(ReadingFailed) as failed:
        readers.call(naughty.eat_memory)
    assert failed.value.trouble is ReadingTrouble.MEMORY
    assert readers.call(naughty.double, 3) == 6


@pytest.mark.parametrize("end", [naughty.die, naughty.leave])
def test_a_reader_that_vanishes_is_a_crash_and_is_replaced(readers: Readers, end: object) -> None:
    with pytest.raises(ReadingFailed) as failed:
        readers.call(end)  # type: ignore[arg-type]
    assert failed.value.trouble is ReadingTrouble.CRASH
    assert readers.call(naughty.double, 4) == 8


def test_what_a_reader_raises_is_told_as_text(readers: Readers) -> None:
    with pytest.raises(ReadingFailed, match="ValueError: 坏表格") as failed:
        readers.call(naughty.fail, "坏表格")
    assert failed.value.trouble is ReadingTrouble.BROKEN


def test_a_reader_sees_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_SMTP_PASSWORD", "secret")
    with Readers(BOUNDS, workers=1) as pool:
        assert not [name for name in pool.call(naughty.environment) if name.startswith("MAILBOT_")]


def test_what_a_reader_prints_reaches_no_output_of_ours(capfd: pytest.CaptureFixture[str]) -> None:
    with Readers(BOUNDS, workers=1) as pool:
        assert pool.call(naughty.shout, "0 is out of range") == 17
    assert capfd.readouterr() == ("", "")


def test_a_reader_reaches_no_network(readers: Readers) -> None:
    if not isolation().network:
        pytest.skip("this kernel gives an ordinary user no network namespace")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ReadingFailed) as failed:
        readers.call(naughty.call_out, server.getsockname()[1])
    assert failed.value.trouble is ReadingTrouble.BROKEN


def test_a_reader_writes_only_where_it_may(tmp_path: Path) -> None:
    if not isolation().landlock:
        pytest.skip("this kernel has no Landlock")
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    with Readers(BOUNDS, workers=1, writes=(inside,)) as pool:
        assert pool.call(naughty.write, str(inside / "a")) == "written"
        with pytest.raises(ReadingFailed, match="PermissionError"):
            pool.call(naughty.write, str(outside / "a"))
