"""Spool and store on a real S3 endpoint, also where it is slow, refuses, or answers 503."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from mailbot.bucket import REQUEST, Bucket
from mailbot.bucket_store import IN_USE, BucketSpool, BucketStore
from mailbot.model.errors import TemporaryError
from mailbot.model.limits import MIB
from mailbot.model.mail import MailRef
from mailbot.settings.keys import StoreKind, StoreSettings
from mailbot.video.outline import needed
from tests.make.films import film
from tests.servers.cluster import AWAY, BUCKET, Gate, Mood, administrator

CONTENT = b"film" * 5_000_000
SECOND = 0.04
"""As long lasts a second of pauses, patience and outages here."""


@pytest.fixture(name="gate")
def _gate(bucket_port: int) -> Iterator[Gate]:
    gate = Gate(bucket_port)
    yield gate
    gate.close()


@pytest.fixture(name="to_bucket")
def _to_bucket(gate: Gate, tmp_path: Path) -> Callable[..., Bucket]:
    def to_bucket(patience: float = 20, second: float = 1.0, request: int = REQUEST) -> Bucket:
        url, endpoint = f"s3://{BUCKET}/{tmp_path.name}", f"http://127.0.0.1:{gate.port}"
        return Bucket(StoreSettings(StoreKind.S3, url, endpoint, patience=patience), second, request)

    return to_bucket


def test_what_one_machine_keeps_another_has_at_need(to_bucket: Callable[..., Bucket], tmp_path: Path) -> None:
    kept = BucketStore(tmp_path / "here", to_bucket(), MIB).put([CONTENT])
    there = BucketStore(tmp_path / "there", to_bucket(), MIB)
    assert kept.sha256 in there
    assert there.path(kept.sha256).read_bytes() == CONTENT
    assert there.names() == {kept.sha256}
    with pytest.raises(FileNotFoundError):
        there.path("0" * 64)


def test_a_mail_is_spooled_where_all_machines_find_it(to_bucket: Callable[..., Bucket], tmp_path: Path) -> None:
    raw = BucketSpool(tmp_path / "here", to_bucket(), MIB).keep(
        lambda _ref, start: iter([CONTENT[start:]]), MailRef("box", "INBOX", 1, 1, None)
    )
    there = BucketSpool(tmp_path / "there", to_bucket(), MIB)
    assert there.sound(raw.sha256).read_bytes() == CONTENT
    assert list(there.everything()) == [raw]
    assert abs(there.kept_at(raw.sha256).timestamp() - (tmp_path / "here").stat().st_mtime) < 60
    there.path(raw.sha256).write_bytes(b"rotten")
    assert there.sound(raw.sha256).read_bytes() == CONTENT
    with pytest.raises(TemporaryError):
        there.sound("0" * 64)


def test_the_folder_before_the_bucket_is_bounded_and_what_was_used_lately_stays(
    to_bucket: Callable[..., Bucket], tmp_path: Path
) -> None:
    store = BucketStore(tmp_path / "here", to_bucket(), 2 * MIB)
    kept = [store.put([bytes([number]) * MIB]).sha256 for number in range(4)]
    for age, name in enumerate(reversed(kept)):
        path = store.place(name)
        moment = path.stat().st_mtime - age * IN_USE
        os.utime(path, (moment, moment))
    store.put([b"one more"])
    assert [store.place(name).exists() for name in kept] == [False, False, False, True]
    assert store.path(kept[0]).read_bytes() == bytes(MIB)


def test_a_bucket_tells_whether_it_keeps_versions(bucket_port: int) -> None:
    client, name = administrator(bucket_port), "told"
    client.create_bucket(Bucket=name)
    bucket = Bucket(StoreSettings(StoreKind.S3, f"s3://{name}", f"http://127.0.0.1:{bucket_port}"))
    assert not bucket.keeps_versions()
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    assert bucket.keeps_versions()
    assert bucket.names("") == []


def test_an_object_that_is_not_what_its_name_says_is_never_used(
    to_bucket: Callable[..., Bucket], tmp_path: Path
) -> None:
    bucket = to_bucket()
    (tmp_path / "other").write_bytes(b"something else")
    bucket.put("files/" + "0" * 64, tmp_path / "other")
    with pytest.raises(TemporaryError, match="not what its name says"):
        BucketStore(tmp_path / "here", bucket, MIB).path("0" * 64)


@pytest.mark.parametrize("mood", AWAY)
def test_a_bucket_that_is_away_is_trouble_of_ours_and_nothing_counts_as_kept(
    gate: Gate, to_bucket: Callable[..., Bucket], tmp_path: Path, mood: Mood
) -> None:
    gate.mood = mood
    store = BucketStore(tmp_path / "here", to_bucket(patience=1), MIB)
    with pytest.raises(TemporaryError):
        store.put([b"content"])
    assert gate.turned_away > 1
    assert not [path for path in (tmp_path / "here").rglob("*") if path.is_file()]
    gate.mood = Mood.OPEN
    assert store.put([b"content"]).sha256 in store


@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.OPEN])
def test_a_minute_of_a_bucket_that_is_away_slow_or_late_is_not_noticed(
    gate: Gate, to_bucket: Callable[..., Bucket], tmp_path: Path, mood: Mood
) -> None:
    gate.late *= SECOND
    here, there = (BucketStore(tmp_path / name, to_bucket(600, SECOND), MIB) for name in ("here", "there"))
    known, since = here.put([CONTENT]), time.monotonic()
    with gate.disposed(mood, 60 * SECOND), ThreadPoolExecutor(2) as both:
        written = both.submit(here.put, [b"another ", CONTENT])
        read = both.submit(there.path, known.sha256)
        assert read.result().read_bytes() == CONTENT
        assert time.monotonic() - since > 60 * SECOND or mood is Mood.LATE
        assert there.path(written.result().sha256).read_bytes() == b"another " + CONTENT
    assert there.names() == {known.sha256, written.result().sha256}


def test_a_file_that_two_fetch_at_once_stays_the_one_that_a_reader_was_shown(
    gate: Gate, to_bucket: Callable[..., Bucket], tmp_path: Path
) -> None:
    """A reader may open that very file alone: another under its name, though of the same bytes, would be unreadable."""
    kept = BucketStore(tmp_path / "there", to_bucket(), MIB).put([CONTENT])
    here = [BucketStore(tmp_path / "here", to_bucket(), MIB) for _ in range(2)]
    gate.late = 0.5
    with gate.disposed(Mood.LATE, 3), ThreadPoolExecutor(2) as both:
        first, second = (both.submit(store.path, kept.sha256) for store in here)
        done, _ = wait([first, second], return_when=FIRST_COMPLETED)
        shown = next(iter(done)).result().stat().st_ino
        assert first.result().stat().st_ino == second.result().stat().st_ino == shown


def test_of_a_film_come_only_the_pieces_that_its_verdict_needs(
    to_bucket: Callable[..., Bucket], tmp_path: Path
) -> None:
    content = film("640x360", 24, "25", codec=("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "3M", "-g", "50"))
    store = BucketStore(tmp_path / "here", to_bucket(), MIB)
    kept = store.put_file(content)
    bucket = to_bucket(request=4096)
    with BucketStore(tmp_path / "there", bucket, MIB).outline(kept.sha256, needed) as (path, whole):
        assert not whole
        assert path.stat().st_size == kept.size
    assert bucket.came < kept.size / 5
    costly = to_bucket()
    with BucketStore(tmp_path / "elsewhere", costly, MIB).outline(kept.sha256, needed) as (path, whole):
        assert whole
    assert costly.came < kept.size * 1.2
    assert costly.requests < bucket.requests / 5
