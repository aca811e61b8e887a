"""What the organizers are told: alerts at once, the digest once a day, the workbook with it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mailbot.digest.page import Digest, Sources, make
from mailbot.digest.workbook import FILENAME, XLSX, workbook
from mailbot.ledger import digests, lists, outbox
from mailbot.ledger.connection import writing
from mailbot.model.entry import EntryStatus
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind
from mailbot.outgoing.post import Post
from mailbot.reply.compose import STATUS_LABELS
from mailbot.reply.envelope import message_id
from mailbot.reply.mime import picture, sender_address


def alert(post: Post, cause: str, text: str) -> None:
    """Tell the organizers at once; the same cause at most once a day."""
    day = post.now().astimezone(post.settings.campaign.zone).date()
    with writing(post.ledger):
        owe_alert(post, f"alert:{cause}:{day}", text)


def owe_alert(post: Post, key: str, text: str, items: Sequence[str] = ()) -> None:
    """Owe every organizer an alert; call inside a transaction.

    Args:
        post: the outbox.
        key: what it is owed for; once only.
        text: what is the case, and what to do.
        items: one by one, what it is about.
    """
    context = {"text": text, "items": list(items), "at": post.now()}
    for letter in _to_organizers(post, key, LetterKind.ALERT, context):
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
    listed = lists.listed_in_full(post.ledger)
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
