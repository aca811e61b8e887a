"""What we owe goes out: claim → send → settle, at the outbox's pace; the digest and alerts are owed here too.

A letter is in the ledger before SMTP is spoken to. It is marked `sending` right before its text leaves, so that
after a crash just the letters whose fate nobody knows stand there: the Sent folder tells, else the policy.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from mailbot.digest.page import Digest, Sources, make
from mailbot.digest.workbook import FILENAME, XLSX, workbook
from mailbot.ledger import digests, entries, mails, outbox
from mailbot.ledger.connection import Ledger, writing
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.errors import AccountError, SendError
from mailbot.model.finding import Code
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind, LetterState, OutboxItem
from mailbot.model.mail import Address
from mailbot.model.sending import Outcome, Receipt
from mailbot.reply.compose import STATUS_LABELS, Writer
from mailbot.reply.envelope import envelope_for, greeting, is_sane, message_id
from mailbot.reply.mime import picture, sender_address, to_mail
from mailbot.reply.pace import Pace, SoFar, first_that_may, pause_left
from mailbot.reply.sender import Sender, open_sender
from mailbot.settings import Hold, OnUnknown, Settings
from mailbot.store import Store

LOG: Final = logging.getLogger(__name__)
GIVE_UP: Final = 20
"""Attempts after which a letter that the server keeps putting off ends as `failed`."""
PATIENCE: Final = 3
"""Letters put off in a row after which the round ends: the server means all of them."""
FIRST_ROUND: Final = "first-round-done"
TO_SUBMITTERS: Final = tuple(kind for kind in LetterKind if kind not in {LetterKind.DIGEST, LetterKind.ALERT})


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs.

    Attributes:
        settings: the configuration.
        ledger: open for writing.
        store: where attachments lie.
        writer: words.
        now: the clock.
        pause: sleeps so many seconds; True where mailbot is asked to stop.
        secret: signs the orders in a digest.
    """

    settings: Settings
    ledger: Ledger
    store: Store
    writer: Writer
    now: Callable[[], datetime]
    pause: Callable[[float], bool]
    secret: bytes


def send_due(post: Post) -> int:
    """Send what is due, as far as pace and caps allow.

    Returns:
        How many letters left.

    Raises:
        SendError: the server could not be reached, or put off everything.
        AccountError: the server refuses our account; the letters wait.
    """
    if not outbox.due(post.ledger, post.now()):
        return 0
    sent = 0
    with open_sender(post.settings.smtp) as sender:
        patience = PATIENCE
        while patience and (item := _next(post)) is not None:
            if post.pause(pause_left(_pace(post), _so_far(post), post.now()).total_seconds()):
                break
            receipt = _send(post, sender, item)
            sent += receipt.outcome is Outcome.SENT
            patience = patience - 1 if receipt.outcome is Outcome.RETRY else PATIENCE
            if receipt.outcome is Outcome.ACCOUNT:
                raise AccountError(f"the mail server refuses our account: {receipt.reply_text}")
            if receipt.outcome is Outcome.TOMORROW:
                break
    if not patience:
        raise SendError("the mail server put off several letters in a row; they stay in the outbox")
    return sent


def _next(post: Post) -> OutboxItem | None:
    return first_that_may(outbox.due(post.ledger, post.now()), _pace(post), _so_far(post))


def _pace(post: Post) -> Pace:
    limits = post.settings.outbox
    return Pace(timedelta(seconds=limits.pace_seconds), limits.daily_cap, limits.per_sender_daily)


def _so_far(post: Post) -> SoFar:
    sent = outbox.sent_since(post.ledger, _midnight(post.now(), post.settings))
    return SoFar(sent.total, sent.by_recipient, sent.last_at)


def _midnight(now: datetime, settings: Settings) -> datetime:
    zone = settings.campaign.zone
    return datetime.combine(now.astimezone(zone).date(), time(0), zone)


def _send(post: Post, sender: Sender, item: OutboxItem) -> Receipt:
    files = {attachment.sha256: post.store.path(attachment.sha256) for attachment in item.letter.attachments}
    mail = to_mail(item.letter, post.settings.smtp.sender, post.now().astimezone(post.settings.campaign.zone), files)
    if not outbox.claim(post.ledger, item, post.now()):
        return Receipt(Outcome.SENT, "taken by another process")
    receipt = sender.send(mail, item.letter.envelope.recipient)
    _settle(post, item, receipt)
    LOG.info("letter letter=%d kind=%s outcome=%s", item.id, item.letter.kind, receipt.outcome)
    return receipt


def _settle(post: Post, item: OutboxItem, receipt: Receipt) -> None:
    now, text = post.now(), receipt.reply_text
    match receipt.outcome:
        case Outcome.SENT:
            outbox.settle(post.ledger, item, LetterState.SENT, now, queue_id=receipt.queue_id)
        case Outcome.REJECTED:
            outbox.settle(post.ledger, item, LetterState.FAILED, now, error=text)
        case Outcome.UNKNOWN:
            outbox.settle(post.ledger, item, LetterState.SENDING, now, error=text)
        case Outcome.TOMORROW:
            tomorrow = _midnight(now, post.settings) + timedelta(days=1, minutes=5)
            outbox.put_off(post.ledger, tomorrow)
            outbox.settle(post.ledger, item, LetterState.DUE, now, error=text, due_at=tomorrow)
        case Outcome.RETRY | Outcome.ACCOUNT:
            state = LetterState.FAILED if item.attempts >= GIVE_UP else LetterState.DUE
            again = now + outbox.retry_delay(item.attempts)
            outbox.settle(post.ledger, item, state, now, error=text, due_at=again)


def settle_unknown(post: Post, in_sent_folder: Callable[[datetime], frozenset[str] | None]) -> None:
    """Settle letters that an earlier run left in `sending`.

    Found in the Sent folder: it left. Not found, though the folder holds other letters of ours (so the server files
    them there): it did not. Else nobody can tell, and the policy decides.

    Args:
        post: the outbox.
        in_sent_folder: Message-IDs in the Sent folder since a moment; None where there is no such folder.
    """
    open_letters = outbox.in_state(post.ledger, (LetterState.SENDING,))
    if not open_letters:
        return
    sent_here = {item.letter.message_id for item in outbox.in_state(post.ledger, (LetterState.SENT,))}
    since = min(item.created_at for item in open_letters) - timedelta(days=2)
    found = in_sent_folder(since)
    for item in open_letters:
        state = _fate(item, found, sent_here, post.settings)
        outbox.settle(post.ledger, item, state, post.now(), error=item.error or "the connection died while it was sent")
        LOG.warning("letter-unknown letter=%d settled=%s", item.id, state)


def _fate(item: OutboxItem, found: frozenset[str] | None, sent_here: set[str], settings: Settings) -> LetterState:
    if found is not None and item.letter.message_id in found:
        return LetterState.SENT
    if settings.smtp.kind == "folder" or (found is not None and sent_here & found):
        return LetterState.DUE
    return LetterState.DUE if settings.outbox.on_unknown is OnUnknown.RESEND else LetterState.UNKNOWN


def first_round_over(post: Post) -> bool:
    """Whether a whole round has gone well on this ledger, now or ever."""
    return bool(digests.mark(post.ledger, FIRST_ROUND))


def end_first_round(post: Post) -> None:
    """Note that a whole round has gone well: from now on letters leave as they are owed."""
    digests.set_mark(post.ledger, FIRST_ROUND, post.now().isoformat())


def hold_first_round(post: Post) -> int:
    """Hold all letters to submitters where the very first round owes more than `first_run_limit`.

    Returns:
        How many are held.
    """
    limit = post.settings.outbox.first_run_limit
    owed = [item for item in outbox.in_state(post.ledger, (LetterState.DUE,)) if item.letter.kind in TO_SUBMITTERS]
    if not limit or len(owed) <= limit:
        return 0
    held = outbox.hold_all(post.ledger, TO_SUBMITTERS, "first round: more letters than outbox.first_run_limit")
    alert(
        post,
        "first-round",
        f"首次运行共产生 {held} 封答复，超过 outbox.first_run_limit（{limit}），已全部暂存。"
        "请核对后运行 mailbot outbox release --all 放行，或 mailbot outbox drop --all 取消。",
    )
    return held


def alert(post: Post, cause: str, text: str) -> None:
    """Tell the organizers at once; the same cause at most once a day."""
    day = post.now().astimezone(post.settings.campaign.zone).date()
    _owe_organizers(post, f"alert:{cause}:{day}", LetterKind.ALERT, {"text": text, "at": post.now()})


def _owe_organizers(post: Post, key: str, kind: LetterKind, context: dict[str, object]) -> None:
    with writing(post.ledger):
        for letter in _to_organizers(post, key, kind, context):
            outbox.owe(post.ledger, letter, None, post.now())


def _to_organizers(
    post: Post, key: str, kind: LetterKind, context: dict[str, object], attachments: Sequence[Attachment] = ()
) -> list[Letter]:
    """The same letter to each organizer, one recipient a mail."""
    return [
        post.writer.letter(
            key=f"{key}:{address}",
            message_id=message_id(f"{key}:{address}", post.settings.smtp.sender),
            kind=kind,
            envelope=Envelope(address),
            context=context,
            attachments=attachments,
        )
        for address in post.settings.organizers.digest_to
    ]


def owe_reminders(post: Post) -> int:
    """Owe each submitter one reminder of what is still missing, in the last days before the deadline.

    An entry whose video waits behind a link is ours to fetch, and is not reminded of.

    Returns:
        How many letters.
    """
    left = post.writer.deadline - post.now()
    if not timedelta(0) < left <= timedelta(days=post.settings.campaign.reminder_days):
        return 0
    known = outbox.reminded(post.ledger)
    lacking: dict[str, list[Entry]] = {}
    for entry in entries.by_status(post.ledger, [EntryStatus.INCOMPLETE]):
        by_link = any(finding.code is Code.ROW_VIDEO_BY_LINK for finding in entry.findings)
        if entry.number not in known and not by_link and is_sane(entry.sender):
            lacking.setdefault(entry.sender, []).append(entry)
    with writing(post.ledger):
        for sender, theirs in lacking.items():
            outbox.owe(post.ledger, _reminder(post, sender, theirs), None, post.now())
    return len(lacking)


def _reminder(post: Post, sender: str, lacking: Sequence[Entry]) -> Letter:
    key = f"reminder:{','.join(entry.number for entry in lacking)}"
    place = mails.place_of(post.ledger, lacking[0].mail_id)
    contact = next((entry.contact for entry in lacking if entry.contact), "")
    return post.writer.letter(
        key=key,
        message_id=message_id(key, post.settings.smtp.sender),
        kind=LetterKind.REMINDER,
        envelope=envelope_for(place, Address(sender)),
        context=post.writer.about_works(greeting(place.sender, contact), lacking, (), post.now()),
        numbers=[entry.number for entry in lacking],
        held=post.settings.outbox.hold is Hold.ALL,
    )


def make_digest(post: Post, day: date) -> Digest:
    """The digest of a day, not yet owed to anyone."""
    campaign = post.settings.campaign
    views = {
        name: digests.view(post.ledger, name) for name in ("attention", "theme_totals", "unit_totals", "day_totals")
    }
    rows = _rows(post)
    return make(
        day,
        post.now().astimezone(campaign.zone),
        Sources(rows, views["attention"], views["theme_totals"], views["unit_totals"], views["day_totals"]),
        campaign=campaign.name,
        themes=campaign.themes,
        wording=post.writer.wording,
        mailbox=sender_address(post.settings.smtp.sender),
        secret=post.secret,
    )


def digest_letter(post: Post, digest: Digest) -> Letter:
    """The digest as it would be sent, without a recipient and its workbook."""
    return post.writer.letter(
        key="preview", message_id="", kind=LetterKind.DIGEST, envelope=Envelope(""), context=digest.context
    )


def pictures(digest: Digest) -> list[Attachment]:
    """The contact sheets that a digest's page shows."""
    rivals = [rival for concern in digest.context["attention"] for rival in concern["rivals"] if rival["sheet"]]
    return [
        Attachment(f"{number}.jpg", "image/jpeg", sheet)
        for sheet, number in {rival["sheet"]: rival["number"] for rival in rivals}.items()
    ]


def write_preview(post: Post, digest: Digest, folder: Path) -> None:
    """Write the digest's page with its pictures, its plain text and its workbook into a folder."""
    letter = digest_letter(post, digest)
    html = letter.html
    folder.mkdir(parents=True, exist_ok=True)
    for item in pictures(digest):
        (folder / item.filename).write_bytes(post.store.path(item.sha256).read_bytes())
        html = html.replace(picture(item), item.filename)
    (folder / "digest.html").write_text(html, encoding="utf-8")
    (folder / "digest.txt").write_text(letter.text, encoding="utf-8")
    (folder / FILENAME).write_bytes(digest.workbook)


def accepted_workbook(post: Post) -> bytes:
    """推荐汇总表.xlsx of the accepted works alone."""
    campaign = post.settings.campaign
    rows = [row for row in _rows(post) if row["status"] == EntryStatus.ACCEPTED]
    return workbook(campaign.name, rows, campaign.themes, post.writer.wording.labels())


def _rows(post: Post) -> list[dict[str, object]]:
    listed = entries.listed_in_full(post.ledger)
    return [{**row, "status_label": STATUS_LABELS[EntryStatus(str(row["status"]))]} for row in listed]


def owe_digest(post: Post, day: date) -> bool:
    """Owe a day's digest to every organizer; False where it is owed already."""
    if digests.made(post.ledger, day):
        return False
    send_digest(post, day, make_digest(post, day), f"digest:{day}")
    return True


def send_digest(post: Post, day: date, digest: Digest, key: str) -> None:
    """Owe a digest under a key of its own."""
    kept = post.store.put([digest.workbook])
    attachments = [Attachment(FILENAME, XLSX, kept.sha256), *pictures(digest)]
    letters = _to_organizers(post, key, LetterKind.DIGEST, digest.context, attachments)
    digests.record_digest(post.ledger, day, letters, digest.figures.as_dict(), post.now())
