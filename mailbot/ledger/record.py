"""What a mail decides, in ONE transaction: its new state, parts, works, entries, findings, events, the letter."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from mailbot.ledger.connection import Ledger, stamp, writing
from mailbot.ledger.extensions import save_extension
from mailbot.ledger.orders import save_orders
from mailbot.ledger.outbox import WAITING, came_back, move, overtake, owe
from mailbot.ledger.records import to_json
from mailbot.ledger.save import Words, save_entry, save_findings, save_video
from mailbot.ledger.search import keep_body
from mailbot.model.decision import Decision, Event, EventKind
from mailbot.model.entry import Entry
from mailbot.model.errors import Overtaken
from mailbot.model.extension import Extension
from mailbot.model.letter import Letter, LetterKind, LetterState
from mailbot.model.mail import MailState, Part, PartKind, Triage
from mailbot.model.rules import VideoRules
from mailbot.model.works import Works

TRIES = 3
"""How often something is decided anew in a row because a person changed an entry meanwhile."""
BOUNCE_WINDOW = timedelta(days=10)
"""A bounce that names only the recipient means our last letter to it, if that is no older than this."""


def until_written(step: Callable[[], None]) -> None:
    """Read, decide and write; and once more where a person changed an entry meanwhile.

    Raises:
        Overtaken: it was changed again and again.
    """
    for tried in range(TRIES):
        try:
            step()
        except Overtaken:
            if tried + 1 == TRIES:
                raise
        else:
            return


def record(
    db: Ledger,
    decision: Decision,
    letters: Sequence[Letter],
    words: Words,
    rules: VideoRules,
    now: datetime,
    *,
    failed: str = "",
) -> None:
    """Write everything that follows from a mail, or nothing.

    Args:
        db: the ledger.
        decision: what follows.
        letters: what we owe because of it, worded.
        words: for findings.
        rules: for the aspect's label.
        now: when.
        failed: why the mail ends as `failed` although it is answered; empty for one that is done.

    Raises:
        Overtaken: an entry was changed, or the mail finished, since we read them: decide again.
    """
    mail_id = decision.arrival.mail_id
    with writing(db):
        _finish_mail(db, decision, failed, now)
        keep_body(db, mail_id, decision.arrival.mail.body_text)
        _keep_parts(db, mail_id, decision.works, now)
        _keep_works(db, mail_id, decision.works, rules, now)
        for entry in decision.entries:
            save_entry(db, entry, mail_id, words, now)
        save_findings(db, decision.findings, words, mail_id=mail_id, entry_id=None)
        save_events(db, decision.events, mail_id, now)
        save_orders(db, mail_id, decision.orders, now)
        _link_mail(db, decision)
        numbers = [number for letter in letters for number in letter.numbers]
        _drop_overtaken(db, numbers, (LetterState.HELD,), now)
        for letter in letters:
            owe(db, letter, mail_id, now)
        if decision.verdict.triage is Triage.BOUNCE:
            _return_letters(db, decision, now)


def record_review(
    db: Ledger,
    entries: Sequence[Entry],
    events: Sequence[Event],
    letters: Sequence[Letter],
    words: Words,
    now: datetime,
    granted: Sequence[Extension] = (),
) -> None:
    """Write what a person, a new file or new rules made of entries, in one transaction.

    Letters not yet sent that speak only of these entries are overtaken: they are dropped, and the history says so.

    Raises:
        Overtaken: an entry was changed since it was read.
    """
    with writing(db):
        for entry in entries:
            save_entry(db, entry, entry.mail_id, words, now)
        save_events(db, events, None, now)
        for extension in granted:
            save_extension(db, extension, events[0].actor, events[0].note, now)
        _drop_overtaken(db, _deciding(entries, letters), WAITING, now)
        for letter in letters:
            owe(db, letter, None, now)


def _deciding(entries: Sequence[Entry], letters: Sequence[Letter]) -> set[str]:
    """Numbers of which the letters tell the newest decision; a letter to a group tells it of what it changed alone."""
    changed = {entry.number for entry in entries}
    told = {number for letter in letters if letter.kind is not LetterKind.MESSAGE for number in letter.numbers}
    return told | {number for letter in letters for number in letter.numbers if number in changed}


def _drop_overtaken(db: Ledger, numbers: Iterable[str], states: Sequence[LetterState], now: datetime) -> None:
    dropped = overtake(db, numbers, states)
    save_events(db, [Event(EventKind.LETTER_DROPPED, details={"letter": letter}) for letter in dropped], None, now)


def move_letters(db: Ledger, ids: Sequence[int], state: LetterState, actor: str, now: datetime) -> tuple[int, ...]:
    """Let letters go (`DUE`) or cancel them (`DROPPED`) by a person's hand, with an event each; the ids that waited."""
    kind = EventKind.LETTER_DROPPED if state is LetterState.DROPPED else EventKind.LETTER_RELEASED
    with writing(db):
        moved = move(db, ids, state, now)
        save_events(db, [Event(kind, actor=actor, details={"letter": letter}) for letter in moved], None, now)
    return moved


def see_to(db: Ledger, mail_id: int, event: Event, now: datetime) -> bool:
    """Note that a person has seen to a mail; False where no mail of this id needs anybody."""
    with writing(db):
        row = db.execute(
            """UPDATE mails SET seen_at = ? WHERE id = ? AND seen_at IS NULL AND (attention <> '' OR state = ?)
            RETURNING id""",
            [stamp(now), mail_id, MailState.FAILED],
        ).fetchone()
        if row is not None:
            save_events(db, [event], mail_id, now)
    return row is not None


def see_to_again(db: Ledger, mail_id: int, event: Event, now: datetime) -> bool:
    """Put a mail back on the list of what a person must see to; False where it is on it, or never was."""
    with writing(db):
        row = db.execute(
            """UPDATE mails SET seen_at = NULL WHERE id = ? AND seen_at IS NOT NULL AND (attention <> '' OR state = ?)
            RETURNING id""",
            [mail_id, MailState.FAILED],
        ).fetchone()
        if row is not None:
            save_events(db, [event], mail_id, now)
    return row is not None


def _return_letters(db: Ledger, decision: Decision, now: datetime) -> None:
    mail = decision.arrival.mail
    since = now - BOUNCE_WINDOW
    if came_back(db, mail.bounced_ids, mail.bounced_recipients, since, mail.subject):
        save_events(db, [Event(EventKind.BOUNCED)], decision.arrival.mail_id, now)


def _finish_mail(db: Ledger, decision: Decision, failed: str, now: datetime) -> None:
    mail, verdict = decision.arrival.mail, decision.verdict
    row = db.execute(
        """UPDATE mails SET state = ?, done_at = ?, error = ?, retry_at = NULL, message_id = ?, in_reply_to = ?,
            thread = ?, sender = ?, sender_name = ?, subject = ?, date = ?, sent_at = ?, triage = ?, reason = ?,
            silence = ?, attention = ?,
            received_at = iif(dated, received_at, ?), received_day = iif(dated, received_day, ?)
        WHERE id = ? AND state = ? RETURNING id""",
        [
            MailState.FAILED if failed else MailState.DONE,
            stamp(now),
            failed,
            mail.message_id,
            mail.in_reply_to,
            to_json(mail.references),
            mail.sender.addr,
            mail.sender.name,
            mail.subject,
            mail.date.isoformat() if mail.date else None,
            mail.sent_at.isoformat() if mail.sent_at else None,
            verdict.triage,
            verdict.reason,
            decision.silence,
            decision.attention,
            decision.arrival.received_at.isoformat(timespec="seconds"),
            decision.arrival.received_at.date().isoformat(),
            decision.arrival.mail_id,
            MailState.SPOOLED,
        ],
    ).fetchone()
    if row is None:
        raise Overtaken(f"mail {decision.arrival.mail_id} was finished meanwhile")


def keep_file(db: Ledger, sha256: str, size: int, kind: PartKind, now: datetime) -> None:
    """Note a file of the store; call inside a transaction. A kind that is known stays."""
    db.execute(
        """INSERT INTO files (sha256, size, kind, kept_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (sha256) DO UPDATE SET kind = excluded.kind WHERE files.kind = 'other'""",
        [sha256, size, kind, stamp(now)],
    )


def _keep_parts(db: Ledger, mail_id: int, works: Works, now: datetime) -> None:
    db.execute("DELETE FROM parts WHERE mail_id = ?", [mail_id])
    for position, part in enumerate(_all_parts(works)):
        keep_file(db, part.sha256, part.size, part.kind, now)
        db.table("parts").insert(
            {
                "mail_id": mail_id,
                "position": position,
                "filename": part.filename,
                "content_type": part.content_type,
                "sha256": part.sha256,
                "size": part.size,
                "kind": part.kind.value,
                "inside": to_json(part.inside),
            }
        )


def _all_parts(works: Works) -> Iterable[Part]:
    """Every part, and the body where a form was read from it."""
    known = {part.sha256 for part in works.parts}
    return (*works.parts, *(form.part for form in works.forms if form.part.sha256 not in known))


def _keep_works(db: Ledger, mail_id: int, works: Works, rules: VideoRules, now: datetime) -> None:
    db.execute("DELETE FROM forms WHERE mail_id = ?", [mail_id])
    for file in works.forms:
        if file.form is None:
            continue
        rows = [
            {"title": row.title, "themes": row.themes, "link": row.link, "contact": row.contact, "phone": row.phone}
            | ({"unit": row.unit} if row.unit else {})
            | ({"extra": dict(row.extra)} if row.extra else {})
            for row in file.form.rows
        ]
        db.table("forms").insert(
            {
                "mail_id": mail_id,
                "sha256": file.part.sha256,
                "filename": file.part.filename,
                "unit": file.form.unit,
                "recommender": file.form.recommender,
                "scanned": int(file.form.scanned),
                "rows": to_json(rows),
            }
        )
    for video in works.videos:
        save_video(db, video, rules, now)
    for item in works.links:
        db.execute(
            """INSERT INTO links (mail_id, url, provider, code, expires, filename, size) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (mail_id, url) DO NOTHING""",
            [mail_id, item.url, item.provider, item.code, item.expires, item.filename, item.size],
        )


def _link_mail(db: Ledger, decision: Decision) -> None:
    """Note which entries a mail spoke of, changed or not."""
    answered: Sequence[Entry] = decision.answer.entries if decision.answer else ()
    for entry in answered:
        db.execute(
            "INSERT OR IGNORE INTO entry_mails SELECT id, ? FROM entries WHERE number = ?",
            [decision.arrival.mail_id, entry.number],
        )


def save_events(db: Ledger, events: Iterable[Event], mail_id: int | None, now: datetime) -> None:
    """Append to the history; call inside a transaction."""
    db.table("events").insert_all(
        {
            "at": stamp(now),
            "kind": event.kind.value,
            "actor": event.actor,
            "number": event.number,
            "mail_id": mail_id,
            "before": event.before.value if event.before else None,
            "after": event.after.value if event.after else None,
            "note": event.note,
            "say": event.say,
            "details": to_json(dict(event.details)),
        }
        for event in events
    )
