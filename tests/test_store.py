"""Files kept once, whole or not at all."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.store import Store, Stored


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    return Store(tmp_path / "deep" / "files")


def files(store: Store) -> list[Path]:
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def test_a_file_is_named_by_its_content(store: Store) -> None:
    kept = store.put([b"ab", b"c"])
    assert kept == Stored(hashlib.sha256(b"abc").hexdigest(), 3)
    assert store.path(kept.sha256).read_bytes() == b"abc"
    assert store.path(kept.sha256) == store.root / kept.sha256[:2] / kept.sha256
    assert kept.sha256 in store


def test_what_has_no_end_is_refused_before_it_is_opened(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to("/dev/zero")
    for name in ("pipe.mp4", "link.mp4"):
        with pytest.raises(OSError, match="not a regular file"):
            store.put_file(tmp_path / name)


def test_a_file_is_for_mailbots_eyes(store: Store) -> None:
    kept = store.put([b"abc"])
    assert store.path(kept.sha256).stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_kept_once(store: Store) -> None:
    first = store.put([b"abc"])
    inode = store.path(first.sha256).stat().st_ino
    assert store.put([b"a", b"bc"]) == first
    assert [path.stat().st_ino for path in files(store)] == [inode]


def test_what_breaks_off_leaves_nothing(store: Store) -> None:
    with pytest.raises(ConnectionResetError):
        store.put(broken_off())
    assert files(store) == []


def broken_off() -> "list[bytes]":
    class Cut(list[bytes]):
        def __iter__(self):  # type: ignore[no-untyped-def] # noqa: ANN204
            yield b"half"
            raise ConnectionResetError

    return Cut()


def test_a_file_is_copied_in(store: Store, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"x" * 600_000)
    kept = store.put_file(tmp_path / "film")
    assert kept.size == 600_000
    with pytest.raises(FileNotFoundError):
        store.put_file(tmp_path / "nothing")


def test_an_empty_file_is_a_file(store: Store) -> None:
    kept = store.put([])
    assert (kept.size, kept.sha256 in store) == (0, True)


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd"])
def test_what_was_never_kept_is_not_here(store: Store, name: str) -> None:
    assert name not in store


def test_free_room_is_told(store: Store) -> None:
    assert store.free_bytes() > 0


@given(st.lists(st.binary(max_size=99), max_size=9))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_how_content_is_cut_into_blocks_does_not_matter(store: Store, blocks: list[bytes]) -> None:
    assert store.put(blocks) == store.put([b"".join(blocks)])


def test_a_file_is_adopted_by_moving_it_and_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    store, inode = Store(tmp_path / "store"), 0
    for _ in range(2):
        (tmp_path / "made").write_bytes(b"member")
        inode = inode or (tmp_path / "made").stat().st_ino
        kept = store.adopt(tmp_path / "made")
    assert store.path(kept.sha256).read_bytes() == b"member"
    assert store.path(kept.sha256).stat().st_ino == inode
    assert [path.name for path in (tmp_path / "store").iterdir()] == [kept.sha256[:2]]
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(store.path(kept.sha256))
    for path in (tmp_path / "pipe", tmp_path / "link", tmp_path):
        with pytest.raises(OSError, match=r"\S"):
            store.adopt(path)
