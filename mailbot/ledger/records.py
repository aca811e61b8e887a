"""Rows into the model's records and back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.model.finding import Code, Finding
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind, LetterState, OutboxItem
from mailbot.model.mail import Link, Part, PartKind
from mailbot.model.video import VideoFacts
from mailbot.model.works import VideoFile

Row = Mapping[str, Any]


def to_json(value: object) -> str:
    """Compact JSON, Chinese readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def findings_to_json(findings: Iterable[Finding]) -> str:
    """Findings as a JSON list of [code, details]."""
    return to_json([[finding.code.value, dict(finding.details)] for finding in findings])


def findings_from_json(text: str) -> tuple[Finding, ...]:
    """The reverse of `findings_to_json`."""
    return tuple(Finding(Code(code), details) for code, details in json.loads(text))


def finding(row: Row) -> Finding:
    """A row of `findings`."""
    return Finding(Code(row["code"]), json.loads(row["details"]))


def link(row: Row) -> Link:
    """A row of `links`."""
    return Link(row["url"], row["provider"], row["code"], row["expires"], row["filename"], row["size"])


def facts(row: Row) -> VideoFacts | None:
    """The facts in a row of `videos`; None where it could not be opened."""
    if not row["readable"]:
        return None
    return VideoFacts(
        container=row["container"],
        codec=row["codec"],
        width=row["width"],
        height=row["height"],
        duration=row["duration"],
        fps=row["fps"],
        has_audio=bool(row["has_audio"]),
        bit_rate=row["bit_rate"],
        rotation=row["rotation"],
        coded_width=row["coded_width"],
        coded_height=row["coded_height"],
    )


def video_file(row: Row, filename: str, size: int) -> VideoFile:
    """A row of `videos` as the file an entry holds."""
    part = Part(filename, "", row["sha256"], size, PartKind.VIDEO)
    return VideoFile(part, facts(row), findings_from_json(row["findings"]), row["contact_sheet"])


def outbox_item(row: Row) -> OutboxItem:
    """A row of `replies`."""
    letter = Letter(
        key=row["letter_key"],
        message_id=row["message_id"],
        kind=LetterKind(row["kind"]),
        envelope=Envelope(row["recipient"], row["in_reply_to"], tuple(json.loads(row["thread"]))),
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        numbers=tuple(json.loads(row["numbers"])),
        attachments=tuple(Attachment(*attachment) for attachment in json.loads(row["attachments"])),
    )
    return OutboxItem(
        id=row["id"],
        letter=letter,
        state=LetterState(row["state"]),
        attempts=row["attempts"],
        due_at=datetime.fromisoformat(row["due_at"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        mail_id=row["mail_id"],
        error=row["error"],
        claimed_at=datetime.fromisoformat(row["claimed_at"]) if row["claimed_at"] else None,
    )


def attachments_to_json(attachments: Sequence[Attachment]) -> str:
    """Attachments as a JSON list of [filename, content type, sha256]."""
    return to_json([[item.filename, item.content_type, item.sha256] for item in attachments])
