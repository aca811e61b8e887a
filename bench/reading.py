"""In the child: what is read of each hostile input (`bench/hostile.py`)."""

import collections
import contextlib
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from bench.mutants import Kind, mutant
from mailbot.check.decide import decide, listed
from mailbot.check.intent import triage
from mailbot.check.rules import deadline
from mailbot.extract.kind import file_type
from mailbot.extract.works import within
from mailbot.form.read import read_body, read_document
from mailbot.model.campaign_form import FormRules
from mailbot.model.entry import History
from mailbot.model.filetype import DOCUMENTS, FileType
from mailbot.model.limits import Limits
from mailbot.model.mail import Part
from mailbot.model.rules import Rules
from mailbot.model.works import FormFile, Works
from mailbot.orders.lines import read_orders
from mailbot.parse.mail import parse_mail
from mailbot.reply.compose import Writer
from mailbot.reply.envelope import recipient
from mailbot.settings.keys import Settings
from mailbot.store import Tray
from mailbot.templating import Wording
from mailbot.video import boxes, integrity
from mailbot.video.outline import needed
from tests.make.decisions import Room, arrival, film, form, row

RULES: Final = Rules()
FORM: Final = FormRules(RULES.form, RULES.campaign.themes)
LIMITS: Final = Limits()
OWN: Final = frozenset({"submissions@163.com"})
ANSWERED: Final = 50
"""One mail in so many is answered: wording a letter takes longer than all the rest."""

Told = tuple[dict[str, int], tuple[float, int], list[tuple[int, str]]]
"""How often each outcome came; the slowest input, its CPU seconds first; inputs that raised."""


def batch(path: Path, folder: Path, kind: Kind, first: int, count: int) -> Told:
    """In the child: read so many inputs."""
    seeds = pickle.loads(path.read_bytes())  # noqa: S301 - our own
    read = READ[kind]
    outcomes: collections.Counter[str] = collections.Counter()
    slowest, raised = (0.0, 0), []
    for number in range(first, first + count):
        target = folder / "input"
        target.write_bytes(mutant(kind, seeds, number))
        begun = time.process_time()
        try:
            outcomes[read(target, folder)] += 1
        except Exception as error:  # noqa: BLE001 - that it raises is what is looked for
            raised.append((number, f"{type(error).__name__}: {error}"[:200]))
        slowest = max(slowest, (time.process_time() - begun, number))
        _clear(folder)
    return dict(outcomes), slowest, raised


def _clear(folder: str | Path) -> None:
    """Remove the files in a folder and those below; the folders stay for the next input."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                _clear(entry.path)
            else:
                os.unlink(entry.path)  # noqa: PTH108 - a million times


def read_boxes(path: Path, _folder: Path) -> str:
    """All that mailbot itself reads of a film: its kind, its boxes, which of its bytes a verdict needs."""
    kind = file_type(path)
    walked = boxes.walk(path)
    whole = integrity.whole_by_boxes(walked, 60.0)
    data = path.read_bytes()
    pieces = needed(lambda start, end: data[start:end], len(data))
    bounds = [place for piece in pieces or () for place in piece]
    if bounds != sorted(bounds) or not all(0 <= place <= len(data) for place in bounds):
        raise AssertionError(f"pieces {pieces} of {len(data)} bytes")
    index = "index" if walked.has_index else "no index"
    return f"{kind}, {index}, {'whole' if whole is None else 'cut'}, {'all' if pieces is None else 'pieces'}"


def read_form(path: Path, _folder: Path) -> str:
    kind = file_type(path)
    if kind not in DOCUMENTS - {FileType.LOCKED_OFFICE}:
        return "no document"
    try:
        reading = read_document(path, kind, FORM)
    except Exception as error:  # noqa: BLE001 - the readers may raise anything on a broken file
        return f"given up: {type(error).__name__}"
    return "scan" if reading.pictures else "form" if reading.form else "none"


@cache
def known() -> tuple[History, str]:
    """Two works that the sender had entered before."""
    room = Room()
    room.take(form(row("智造未来"), row("绿动云岭")), film("智造未来.mp4"))
    return room.history(arrival(Works()).sender), arrival(Works()).sender


@cache
def writer() -> Writer:
    last = deadline(RULES.campaign)
    return Writer(Wording(None, RULES), Settings(), last, last, lambda _content: "0" * 64)


def read_mail(path: Path, folder: Path) -> str:
    mail = parse_mail(path, Tray(folder / "files"), OWN, LIMITS)
    read_orders(mail.subject, mail.body_text)
    found = None
    if any(theme in mail.body_text for theme in FORM.choices):  # as `read_body_form` asks
        with contextlib.suppress(Exception):  # as for a form of its own
            found = read_body(mail.body_text, mail.body_html, FORM).form
    files = (FormFile(Part("", "", "0" * 64, 1), found, ()),) if found is not None else ()
    works = within(Works(mail.parts, files, links=mail.links), LIMITS.works)
    history, sender = known()
    mail = replace(mail, sender=replace(mail.sender, addr=sender)) if len(mail.subject) % 2 else mail
    came = replace(arrival(works), mail=mail)
    verdict = triage(mail, works)
    decision = listed(decide(came, works, verdict, history, RULES))
    to = recipient(mail, OWN)
    if decision.answer is not None and to is not None and len(mail.body_text) % ANSWERED == 0:
        now = datetime(2024, 6, 1, tzinfo=UTC)
        writer().to_submitter(decision.answer, mail, to, key="x", at=now, now=now)
    return verdict.triage.value


READ: Final[dict[Kind, Callable[[Path, Path], str]]] = {
    Kind.MAIL: read_mail,
    Kind.FORM: read_form,
    Kind.BOXES: read_boxes,
}
