"""Try every outside thing with the real credentials, one line each, with the cure."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from mailbot.check.rules import is_answered
from mailbot.fetch.cursor import unseen
from mailbot.fetch.open import open_mailbox
from mailbot.ledger import outbox, sightings
from mailbot.ledger.connection import Ledger, check_integrity
from mailbot.ledger.invariants import broken
from mailbot.likeness.cells import has_faiss
from mailbot.model.check import CheckLine
from mailbot.model.errors import MailbotError
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.limits import MIB, Bounds
from mailbot.ops.house import House, now
from mailbot.ops.privacy import is_open
from mailbot.ops.ready import unfit
from mailbot.ops.remote import lost, tried
from mailbot.ops.samples import SAMPLE_DETAILS, sample
from mailbot.ops.scrub import missing, rotten
from mailbot.reply.sender import open_sender
from mailbot.sandbox import find_tool, isolation, run
from mailbot.settings.keys import After, MailboxSettings
from mailbot.video.prints import can_print

LOW_DISK: Final = 2048 * MIB
CLOCK_START: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""A clock before this was never set."""


def examine(house: House, warnings: tuple[str, ...], *, deep: bool = False) -> Iterator[CheckLine]:
    """Every check, each tried whatever the others say.

    Args:
        house: the rooms.
        warnings: what reading the configuration warned of.
        deep: also read every stored and spooled file.
    """
    settings = house.settings
    yield CheckLine("config", well=True, told=str(settings.file))
    for warning in warnings:
        yield CheckLine("config", well=False, told=warning)
    for key, told in unfit(settings, now()):
        yield CheckLine(key, well=False, told=told)
    yield _try("ledger", lambda: _ledger(house))
    for mailbox in settings.mailbox:
        yield from _mailbox(house, mailbox)
    yield _try("smtp", lambda: _smtp(house))
    for name in ("ffprobe", "ffmpeg"):
        yield _try(name, lambda name=name: _tool(getattr(settings.tools, name)))  # type: ignore[misc]
    yield CheckLine("isolation", well=True, told=_isolation())
    yield CheckLine("prints", well=True, told=_prints())
    yield from tried(house)
    yield from _templates(house)
    yield _disk(house)
    yield _privacy(house)
    if deep:
        yield from _deep(house)
        yield from lost(house)
    yield _clock(house)


def _try(what: str, check: Callable[[], str]) -> CheckLine:
    try:
        return CheckLine(what, well=True, told=check())
    except (MailbotError, OSError) as error:
        return CheckLine(what, well=False, told=str(error))


def _ledger(house: House) -> str:
    with house.ledger() as db:
        wrong = check_integrity(db)
        if wrong:
            raise MailbotError(
                f"{'; '.join(wrong)}. Stop mailbot and restore the newest file of {house.settings.data_dir}/backup."
            )
        held = sum(1 for _ in outbox.ids(db, (LetterState.HELD, LetterState.UNKNOWN)))
    return f"{house.settings.ledger_file}, sound" + (f"; {held} letters wait for 'mailbot outbox'" if held else "")


def _mailbox(house: House, settings: MailboxSettings) -> Iterator[CheckLine]:
    what = f"mailbox {settings.label}"
    try:
        mailbox = open_mailbox(settings)
    except (MailbotError, OSError) as error:
        yield CheckLine(what, well=False, told=str(error))
        return
    try:
        folders = mailbox.folders()
        missing = [name for name in settings.folders if name not in {folder.name for folder in folders}]
        if missing:
            yield CheckLine(what, well=False, told=f"no folder {', '.join(missing)}. Mend mailbox.folders.")
        with house.ledger() as db:
            waiting, letters = _waiting(house, db, mailbox, folders)
        if settings.after is After.MOVE:
            mailbox.try_target()
        names = ", ".join(folder.name for folder in folders)
        yield CheckLine(what, well=True, told=f"reads {names}; {waiting} mails wait, up to {letters} letters would go")
    except (MailbotError, OSError) as error:
        yield CheckLine(what, well=False, told=str(error))
    finally:
        mailbox.close()


def _waiting(house: House, db: Ledger, mailbox: Any, folders: Any) -> tuple[int, int]:  # noqa: ANN401
    """How many mails wait, and how many of them `answer_from` lets mailbot answer."""
    campaign = house.settings.campaign
    waiting = letters = 0
    for folder in folders:
        listing = mailbox.listing(folder)
        new = unseen(listing.uids, sightings.known_uids(db, mailbox.name, folder, listing.uidvalidity))
        waiting += len(new)
        letters += (
            len(new)
            if campaign.answer_from is None
            else sum(is_answered(ref.received_at or now(), campaign) for ref in mailbox.refs(folder, listing, new))
        )
    return waiting, letters


def _smtp(house: House) -> str:
    settings = house.settings.smtp
    with open_sender(settings) as sender:
        sender.check()
    return f"folder {settings.path}" if settings.kind == "folder" else f"{settings.host}:{settings.port} lets us in"


def _tool(name: str) -> str:
    path = find_tool(name)
    finished = run([path, "-version"], Bounds(10, 5, 512 * MIB))
    line = finished.stdout.decode("utf-8", "replace").partition("\n")[0]
    if finished.code != 0:
        raise MailbotError(f"{path} does not start. Reinstall Debian's ffmpeg package.")
    return f"{path}: {' '.join(line.split()[:3])}"


def _isolation() -> str:
    found = isolation()
    means = ["readers are bound by limits of memory, CPU, time and output"]
    means += ["no network (namespace)"] if found.network else []
    means += [f"no other file (Landlock {found.landlock})"] if found.landlock else []
    means += ["no other process and no socket (seccomp)"] if found.calls else []
    lacking = [
        name
        for name, there in (
            ("network namespaces: kernel.unprivileged_userns_clone=1", found.network),
            ("Landlock: a kernel from 5.13 on, with lsm=landlock", found.landlock),
            ("seccomp: apt install libseccomp2", found.calls),
        )
        if not there
    ]
    return "; ".join([*means, *(f"NOT in force: {what}" for what in lacking)])


def _prints() -> str:
    if not can_print():
        return "re-encoded copies of a film are not found: pip install 'mailbot[prints]'"
    return f"re-encoded copies of a film are found; many are searched by {'faiss' if has_faiss() else 'numpy'}"


def _templates(house: House) -> Iterator[CheckLine]:
    """Render every letter with sample data: an undefined name shows with file and line."""
    wrong = 0
    for complaint in house.writer.wording.try_findings(SAMPLE_DETAILS):
        wrong += 1
        yield CheckLine("templates", well=False, told=complaint)
    for kind in LetterKind:
        try:
            house.writer.preview(kind, sample(house, kind))
        except MailbotError as error:
            wrong += 1
            yield CheckLine("templates", well=False, told=str(error))
    if not wrong:
        yield CheckLine("templates", well=True, told=", ".join(str(folder) for folder in house.writer.wording.folders))


def _disk(house: House) -> CheckLine:
    free = shutil.disk_usage(house.settings.data_dir).free
    told = f"{free // MIB} MiB free in {house.settings.data_dir}"
    return CheckLine("disk", free > LOW_DISK, told if free > LOW_DISK else f"{told}. Make room: videos need it.")


def _deep(house: House) -> Iterator[CheckLine]:
    wrong = 0
    with house.ledger() as db:
        for path in chain(rotten(house.settings), missing(db, house.settings)):
            wrong += 1
            yield CheckLine(
                "files", well=False, told=f"{path}: rotten or missing. Put it back from a copy of data_dir."
            )
        for line in check_integrity(db, whole=True):
            wrong += 1
            yield CheckLine("ledger", well=False, told=f"{line}. Stop mailbot, then: mailbot restore BACKUP.")
        for line in broken(db):
            wrong += 1
            yield CheckLine("ledger", well=False, told=f"{line}. 'mailbot rebuild DIR' makes it again to compare.")
    if not wrong:
        yield CheckLine("files", well=True, told="every stored and spooled file is what came, and every one is there")


def _privacy(house: House) -> CheckLine:
    folder = house.settings.data_dir
    if is_open(folder):
        return CheckLine("privacy", well=False, told=f"{folder} belongs to another user. Run mailbot as that user.")
    return CheckLine("privacy", well=True, told=f"{folder} is closed to others")


def _clock(house: House) -> CheckLine:
    local = now().astimezone(house.settings.campaign.zone)
    if local < CLOCK_START + timedelta(days=1):
        return CheckLine("clock", well=False, told=f"says {local:%Y-%m-%d %H:%M}. Set it (timedatectl set-ntp true).")
    return CheckLine(
        "clock", well=True, told=f"{local:%Y-%m-%d %H:%M %Z}, deadline {house.writer.deadline:%Y-%m-%d %H:%M}"
    )
