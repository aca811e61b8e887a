"""Prints owed: extract → check → ledger, behind the first answer.

A new film's key print is searched before its submitter is answered (`Gallery.likenesses`); its dense print follows at
low priority and is searched once more (`work_off`). Work that is owed stands in the ledger and survives a restart.
"""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from mailbot.check.judge import judge, with_likenesses
from mailbot.extract.kind import file_type
from mailbot.extract.works import Bench
from mailbot.ledger import entries
from mailbot.ledger import prints as table
from mailbot.ledger.connection import Ledger
from mailbot.ledger.record import record_review, until_written
from mailbot.likeness.index import Index, search
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import Entry, Likeness
from mailbot.model.errors import ReadingFailed, TemporaryError
from mailbot.model.finding import Code
from mailbot.model.prints import Print
from mailbot.model.video import VideoFacts
from mailbot.model.works import VideoFile
from mailbot.session import Session
from mailbot.stages import Stage, timed
from mailbot.video.prints import can_print, dense_print

LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Gallery:
    """The index over all films' dense prints, which stay in the ledger: one for all threads, in turn.

    Attributes:
        index: by SHA-256.
        last: the ledger's row up to which it has them.
        turn: held by the thread that uses it.
    """

    index: Index = field(default_factory=Index)
    last: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, db: Ledger) -> None:
        """Take in what the ledger has got since."""
        self.index.add(self._fresh(db))

    def _fresh(self, db: Ledger) -> Iterator[tuple[str, Print]]:
        for row_id, sha256, made in table.since(db, self.last):
            self.last = row_id
            yield sha256, made

    def likenesses(self, asked: Print, session: Session, without: str) -> tuple[tuple[int, Likeness], ...]:
        """The counting entries whose films look like this one, with their sequence numbers, most alike first."""
        db = session.ledger
        with self.turn:
            self.refresh(db)
            found = search(self.index, partial(table.kept, db), asked, session.bench.rules.video.similar, (without,))
        return tuple(
            (seq, replace(holder, score=likeness.score))
            for name, likeness in found
            for seq, holder in table.holders(db, name)
        )


def at_first_sight(video: VideoFile, gallery: Gallery, session: Session) -> tuple[Likeness, ...]:
    """What a new film's key print finds, before the first answer; nothing where it has none."""
    if video.key_print is None:
        return ()
    found = gallery.likenesses(video.key_print, session, video.part.sha256)
    return tuple(likeness for _, likeness in found)


def work_off(session: Session, gallery: Gallery) -> int:
    """Make and search every print that is owed.

    Returns:
        How many films were searched.
    """
    if not can_print():
        return 0
    db = session.ledger
    done = 0
    for sha256, making in _begun(session):
        if session.stopped():
            break
        try:
            made = table.kept(db, sha256) or _made(session, sha256, making)
            if made is None:
                _tell(session, sha256)
                continue
            _search(session, sha256, made, gallery)
        except TemporaryError as error:
            LOG.warning("print-waits film=%s reason=%s", sha256[:12], error)
            continue
        table.searched(db, sha256)
        done += 1
        LOG.info("print-searched film=%s frames=%d", sha256[:12], len(made.times))
    return done


def _begun(session: Session) -> Iterator[tuple[str, "Future[Print | None] | None"]]:
    """The films whose prints are owed, several of them under way behind all other work; None where no work is to do."""
    db, bench = session.ledger, session.bench
    line: deque[tuple[str, Future[Print | None] | None]] = deque()
    begun: set[str] = set()
    try:
        while True:
            sha256 = next((owed for owed in table.owed(db) if owed not in begun), None)
            if sha256:
                begun.add(sha256)
                facts = None if table.kept(db, sha256) else entries.facts_of(db, sha256)
                line.append((sha256, bench.engine.behind(_dense, bench, sha256, facts) if facts else None))
            if not line:
                return
            if not sha256 or len(line) > bench.engine.width:
                yield line.popleft()
    finally:
        for _, making in line:
            if making is not None:
                making.cancel()


@timed(Stage.PRINT)
def _dense(bench: Bench, sha256: str, facts: VideoFacts) -> Print | None:
    if not bench.store.is_sound(sha256):
        raise TemporaryError(f"{sha256[:12]} is missing, or not the film that came; see 'mailbot doctor --deep'")
    path = bench.store.path(sha256)
    return dense_print(path, file_type(path), facts, bench.limits, bench.tools)


def _made(session: Session, sha256: str, making: "Future[Print | None] | None") -> Print | None:
    made = None
    if making is not None:
        try:
            made = making.result()
        except ReadingFailed as error:
            LOG.warning("print-failed film=%s reason=%s", sha256[:12], error)
    table.keep(session.ledger, sha256, made, session.now())
    return made


def _tell(session: Session, sha256: str) -> None:
    """Note with a film's entries that it was compared with no other: nobody shall take them for unique."""
    events = [Event(EventKind.NO_PRINT, holder.number) for _, holder in table.holders(session.ledger, sha256)]
    record_review(session.ledger, (), events, (), session.writer.wording.message, session.now())


def _search(session: Session, sha256: str, made: Print, gallery: Gallery) -> None:
    """Note likenesses with the later entry of each pair, which a person then sees beside the earlier one."""
    found = gallery.likenesses(made, session, sha256)
    for seq, mine in table.holders(session.ledger, sha256):
        earlier = [other for other_seq, other in found if other_seq < seq]
        _note(session, mine.number, earlier)
        for other_seq, other in found:
            if other_seq > seq:
                _note(session, other.number, [replace(mine, score=other.score)])


def _note(session: Session, number: str, others: list[Likeness]) -> None:
    def judge_and_write() -> None:
        before = entries.by_number(session.ledger, number)
        if before is None or not others:
            return
        after = _judged(before, others, session)
        if after == before:
            return
        told = {"likenesses": "、".join(f"{other.number} ({other.score})" for other in others)}
        event = Event(EventKind.LIKENESS, number, "mailbot", before.status, after.status, details=told)
        record_review(session.ledger, [after], [event], (), session.writer.wording.message, session.now())

    until_written(judge_and_write)


def _judged(before: Entry, others: list[Likeness], session: Session) -> Entry:
    """The entry with these likenesses besides those it has."""
    known = {
        str(note.details["number"]): Likeness(
            str(note.details["number"]),
            before.sender if note.details.get("same_sender") else "",
            float(str(note.details["score"])),
        )
        for note in before.notes
        if note.code is Code.VIDEO_SIMILAR
    }
    merged = [*known.values(), *(other for other in others if other.number not in known)]
    content = before.video.part.sha256 if before.video else ""
    return judge(with_likenesses(before, merged), session.bench.rules, entries.same_files(session.ledger, content))
