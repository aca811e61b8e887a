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
from mailbot.reply.envelope import message_id
from mailbot.reply.mime import picture, sender_address
from mailbot.session import Session


def alert(session: Session, cause: str, text: str) -> None:
    """Tell the organizers at once; the same cause at most once a day."""
    day = session.now().astimezone(session.settings.campaign.zone).date()
    with writing(session.ledger):
        owe_alert(session, f"alert:{cause}:{day}", text)


def owe_alert(session: Session, key: str, text: str, items: Sequence[str] = ()) -> None:
    """Owe every organizer an alert; call inside a transaction.

    Args:
        session: the rooms.
        key: what it is owed for; once only.
        text: what is the case, and what to do.
        items: one by one, what it is about.
    """
    context = {"text": text, "items": list(items), "at": session.now()}
    for letter in _to_organizers(session, key, LetterKind.ALERT, context):
        outbox.owe(session.ledger, letter, None, session.now())


def _to_organizers(
    session: Session, key: str, kind: LetterKind, context: dict[str, object], attachments: Sequence[Attachment] = ()
) -> list[Letter]:
    """The same letter to each organizer, one recipient a mail."""
    return [
        session.writer.letter(
            key=f"{key}:{address}",
            message_id=message_id(f"{key}:{address}", session.settings.smtp.sender),
            kind=kind,
            envelope=Envelope(address),
            context=context,
            attachments=attachments,
        )
        for address in session.settings.organizers.digest_to
    ]


def make_digest(session: Session, day: date) -> Digest:
    """The digest of a day, not yet owed to anyone."""
    campaign = session.settings.campaign
    views = {
        name: digests.view(session.ledger, name) for name in ("attention", "theme_totals", "unit_totals", "day_totals")
    }
    rows = _rows(session)
    return make(
        day,
        session.now().astimezone(campaign.zone),
        Sources(rows, views["attention"], views["theme_totals"], views["unit_totals"], views["day_totals"]),
        campaign=campaign.name,
        themes=campaign.themes,
        wording=session.writer.wording,
        mailbox=sender_address(session.settings.smtp.sender),
        secret=session.secret,
    )


def digest_letter(session: Session, digest: Digest) -> Letter:
    """The digest as it would be sent, without a recipient and its workbook."""
    return session.writer.letter(
        key="preview", message_id="", kind=LetterKind.DIGEST, envelope=Envelope(""), context=digest.context
    )


def pictures(digest: Digest) -> list[Attachment]:
    """The contact sheets that a digest's page shows."""
    rivals = [rival for concern in digest.context["attention"] for rival in concern["rivals"] if rival["sheet"]]
    return [
        Attachment(f"{number}.jpg", "image/jpeg", sheet)
        for sheet, number in {rival["sheet"]: rival["number"] for rival in rivals}.items()
    ]


def write_preview(session: Session, digest: Digest, folder: Path) -> None:
    """Write the digest's page with its pictures, its plain text and its workbook into a folder."""
    letter = digest_letter(session, digest)
    html = letter.html
    folder.mkdir(parents=True, exist_ok=True)
    for item in pictures(digest):
        (folder / item.filename).write_bytes(session.bench.store.path(item.sha256).read_bytes())
        html = html.replace(picture(item), item.filename)
    (folder / "digest.html").write_text(html, encoding="utf-8")
    (folder / "digest.txt").write_text(letter.text, encoding="utf-8")
    (folder / FILENAME).write_bytes(digest.workbook)


def accepted_workbook(session: Session) -> bytes:
    """推荐汇总表.xlsx of the accepted works alone."""
    campaign = session.settings.campaign
    rows = [row for row in _rows(session) if row["status"] == EntryStatus.ACCEPTED]
    return workbook(campaign.name, rows, campaign.themes, session.writer.wording.labels())


def _rows(session: Session) -> list[dict[str, object]]:
    listed = lists.listed_in_full(session.ledger)
    labels = session.writer.wording.words("status")
    return [{**row, "status_label": labels[str(row["status"])]} for row in listed]


def owe_digest(session: Session, day: date) -> bool:
    """Owe a day's digest to every organizer; False where it is owed already."""
    if digests.made(session.ledger, day):
        return False
    send_digest(session, day, make_digest(session, day), f"digest:{day}")
    return True


def send_digest(session: Session, day: date, digest: Digest, key: str) -> None:
    """Owe a digest under a key of its own."""
    kept = session.bench.store.put([digest.workbook])
    attachments = [Attachment(FILENAME, XLSX, kept.sha256), *pictures(digest)]
    letters = _to_organizers(session, key, LetterKind.DIGEST, digest.context, attachments)
    digests.record_digest(session.ledger, day, letters, digest.figures.as_dict(), session.now())
