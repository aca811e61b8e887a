import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailbot.model.errors import ReadingFailed, ReadingTrouble, TemporaryError, ToolMissing
from mailbot.model.limits import MIB, Bounds
from mailbot.sandbox import find_tool, isolation, run

SH = "/bin/sh"
BOUNDS = Bounds(wall_seconds=5, cpu_seconds=5, memory_bytes=512 * MIB, output_bytes=64 * 1024)


needs_seccomp = pytest.mark.skipif(not isolation().calls, reason="no libseccomp here")


def python(script: str, bounds: Bounds = BOUNDS) -> str:
    return run([sys.executable, "-I", "-S", "-c", script], bounds).stdout.decode()


def test_output_code_and_complaints_come_back_apart() -> None:
    finished = run([SH, "-c", "echo out; echo err >&2; exit 3"], BOUNDS)
    assert (finished.code, finished.stdout, finished.stderr) == (3, b"out\n", b"err\n")


def test_there_is_no_stdin() -> None:
    assert run(["/bin/cat"], BOUNDS).stdout == b""


def test_the_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_SMTP_PASSWORD", "secret")
    told = run(["/usr/bin/env"], BOUNDS, environment={"HOME": "/nowhere"}).stdout.decode().split()
    assert {line.partition("=")[0] for line in told} <= {"PATH", "LC_ALL", "HOME", "PWD"}


def test_wall_time_ends_a_program() -> None:
    with pytest.raises(ReadingFailed) as failed:
        run(["/bin/sleep", "600"], Bounds(1, 5, 512 * MIB))
    assert failed.value.trouble is ReadingTrouble.TIMEOUT


@needs_seccomp
@pytest.mark.parametrize(
    "script",
    ["sleep 600 & echo on", "(echo on)", "kill -0 $PPID && echo on", "kill -0 -1 && echo on", "setsid true && echo on"],
)
def test_a_program_starts_and_signals_no_other(script: str) -> None:
    assert b"on" not in run([SH, "-c", script], BOUNDS).stdout


@needs_seccomp
def test_a_program_opens_no_socket() -> None:
    finished = run([sys.executable, "-I", "-S", "-c", "import _socket; _socket.socket(1)"], BOUNDS)
    assert b"PermissionError" in finished.stderr


def test_processor_time_ends_a_program() -> None:
    with pytest.raises(ReadingFailed) as failed:
        python("while True: pass", Bounds(20, 1, 512 * MIB))
    assert failed.value.trouble is ReadingTrouble.TIMEOUT


@pytest.fixture
def crowd() -> Iterator[Callable[[int], None]]:
    """So many programs that want this one processor for themselves, each in a session of its own as mailbot's are."""
    before = os.sched_getaffinity(0)
    busy: list[subprocess.Popen[bytes]] = []

    def gather(count: int) -> None:
        os.sched_setaffinity(0, {min(before)})
        endless = [SH, "-c", "while :; do :; done"]
        busy.extend(subprocess.Popen(endless, start_new_session=True) for _ in range(count))

    try:
        yield gather
    finally:
        for process in busy:
            process.kill()
            process.wait()
        os.sched_setaffinity(0, before)


def test_time_spent_waiting_for_a_processor_does_not_count(crowd: Callable[[int], None]) -> None:
    crowd(5)
    begun = time.monotonic()
    script = "import time\nwhile time.process_time() < 0.6: pass\nprint('done')"
    assert python(script, Bounds(2, 5, 512 * MIB)) == "done\n"
    assert time.monotonic() - begun > 2


def test_a_machine_without_any_time_to_spare_says_nothing_about_the_file(crowd: Callable[[int], None]) -> None:
    crowd(30)
    with pytest.raises(TemporaryError, match="overloaded"):
        python("while True: pass", Bounds(0.2, 5, 512 * MIB))


def test_a_program_that_sleeps_ends_in_time_on_a_busy_machine_too(crowd: Callable[[int], None]) -> None:
    crowd(3)
    begun = time.monotonic()
    with pytest.raises(ReadingFailed) as failed:
        run(["/bin/sleep", "600"], Bounds(2, 5, 512 * MIB))
    assert failed.value.trouble is ReadingTrouble.TIMEOUT
    assert time.monotonic() - begun < 20


def test_memory_is_bounded() -> None:
    finished = run([sys.executable, "-I", "-S", "-c", "bytearray(1 << 30)"], BOUNDS)
    assert finished.code == 1
    assert b"MemoryError" in finished.stderr


def test_output_is_bounded() -> None:
    with pytest.raises(ReadingFailed) as failed:
        run([SH, "-c", "exec yes"], BOUNDS)
    assert failed.value.trouble is ReadingTrouble.OUTPUT


def test_endless_complaints_are_cut_and_do_no_harm() -> None:
    finished = run([SH, "-c", "exec cat /bin/sh /bin/sh >&2"], BOUNDS)
    assert finished.code == 0
    assert len(finished.stderr) == 64 * 1024


def test_a_signal_is_a_crash() -> None:
    with pytest.raises(ReadingFailed) as failed:
        run([sys.executable, "-I", "-S", "-c", "import os; os.abort()"], BOUNDS)
    assert failed.value.trouble is ReadingTrouble.CRASH


def test_nothing_can_be_written(tmp_path: Path) -> None:
    finished = run([SH, "-c", f"echo x > {tmp_path}/file"], BOUNDS)
    assert finished.code != 0
    assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()


def test_one_folder_can_be_written(tmp_path: Path) -> None:
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.mkdir()
    other.mkdir()
    run([SH, "-c", f"echo x > {allowed}/file; echo x > {other}/file"], BOUNDS, writes=allowed)
    assert (allowed / "file").read_bytes() == b"x\n"
    assert not (other / "file").exists() or not isolation().landlock


def test_only_the_named_file_can_be_read(tmp_path: Path) -> None:
    if not isolation().landlock:
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "named").write_text("named")
    (tmp_path / "other").write_text("other")
    both = ["/bin/cat", str(tmp_path / "named"), str(tmp_path / "other"), "/etc/passwd"]
    assert run(both, BOUNDS, reads=(tmp_path / "named",)).stdout == b"named"


def test_no_connection_can_be_made() -> None:
    if not isolation().network:
        pytest.skip("this kernel gives an ordinary user no network namespace")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"import _socket; _socket.socket().connect(('127.0.0.1', {port})); print('connected')"
        assert "connected" not in python(script)


def test_a_missing_program_is_our_trouble_not_the_files() -> None:
    with pytest.raises(ToolMissing):
        run(["/no/such/program"], BOUNDS)
    with pytest.raises(ToolMissing, match="install"):
        find_tool("no-such-program")


def test_the_network_and_files_are_reported() -> None:
    found = isolation()
    assert isinstance(found.network, bool)
    assert found.landlock >= 0


def test_a_program_steps_back_behind_other_work() -> None:
    bounds = Bounds(10, 5, 256 * MIB, niceness=10)
    assert run([find_tool("nice")], bounds).stdout.strip() == b"10"
