"""A file comes another way (attached by hand, dropped into a folder, behind a link): store → extract → ledger.

What follows from it is decided by `review`, as for any file that a person gives an entry.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from mailbot.extract.kind import file_type, part_kind
from mailbot.extract.works import read_film
from mailbot.fetch.link import DownloadTerms, download, forget
from mailbot.ledger.connection import writing
from mailbot.ledger.record import keep_file
from mailbot.ledger.save import save_video
from mailbot.model.errors import LinkRefused, Refused
from mailbot.model.mail import Part, PartKind
from mailbot.model.works import VideoFile
from mailbot.session import Session

DROP_FOLDER: Final = "inbox-files"
"""Under data_dir: a file named by an entry's number (`GYQG-2024-0001.mp4`) is that entry's video."""
UNFINISHED: Final = (".part", ".crdownload", ".tmp", ".download")
QUIET_SECONDS: Final = 30
"""A dropped file that was written to more recently than this may still be growing."""


def take_video(path: Path, session: Session, name: str = "") -> VideoFile:
    """Take a video into the store and the ledger, checked like any other.

    Args:
        path: the file; it is copied.
        session: the rooms.
        name: what it is called; the path's own name where empty.

    Raises:
        Refused: the file cannot be read, or is no video at all.
        TemporaryError: trouble of our own.
    """
    bench, now = session.bench, session.now()
    try:
        kept = bench.store.put_file(path)
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror}). Check the path and its rights.") from None
    stored = bench.store.path(kept.sha256)
    if part_kind(file_type(stored)) is not PartKind.VIDEO:
        raise Refused(f"{path}: {file_type(stored).value}, no video. Name the video's file.")
    part = Part(name or path.name, "", kept.sha256, kept.size, PartKind.VIDEO)
    video = bench.engine.submit(read_film, bench, part, file_type(stored)).result()
    with writing(session.ledger):
        keep_file(session.ledger, kept.sha256, kept.size, PartKind.VIDEO, now)
        save_video(session.ledger, video, bench.rules.video, now)
    return video


def take_linked(url: str, downloads: Path, terms: DownloadTerms, session: Session) -> VideoFile:
    """Download the video behind a link and take it like any other.

    Args:
        url: where it lies.
        downloads: the folder where files grow; what is left there of an earlier try is gone on with.
        terms: bounds of the download.
        session: the rooms.

    Raises:
        LinkRefused: it is not to be had there, or is no video.
        TemporaryError: it was cut, or trouble of our own; what came is kept.
    """
    partial = downloads / hashlib.sha256(url.encode()).hexdigest()[:32]
    name = download(url, partial, terms, session.stopped)
    kind = file_type(partial)
    if part_kind(kind) is not PartKind.VIDEO:
        forget(partial)
        raise LinkRefused(f"{name}: {kind.value}, no video")
    video = take_video(partial, session, name)
    forget(partial)
    return video


def dropped(data_dir: Path, now: datetime) -> Iterator[tuple[str, Path]]:
    """Files in the drop folder that are whole, each with the entry's number that it is named by."""
    folder = data_dir / DROP_FOLDER
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        growing = now.timestamp() - path.stat().st_mtime < QUIET_SECONDS
        if path.is_file() and not growing and not path.name.startswith(".") and path.suffix not in UNFINISHED:
            yield re.split(r"[ （(]", path.stem, maxsplit=1)[0], path
