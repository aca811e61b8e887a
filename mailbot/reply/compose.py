"""A decision's answer into a worded letter (subject, plain text and page)."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind
from mailbot.model.rules import Rules
from mailbot.model.video import aspect_label
from mailbot.templating import Wording

BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
"""What an empty block of a template leaves behind."""
FETCHING: Final = "fetching"
"""How a work is counted in which only the video behind its link is still to be fetched: its submitter owes nothing."""
MOST_WAITING: Final = 50
"""Works that a letter about others lists as still waiting."""


def _counted_as(entry: Entry) -> str:
    """An entry's status as a letter tells it: a work in which only its link's video is to be fetched lacks nothing."""
    return FETCHING if entry.waits_for_its_link else entry.status.value


def _is_waived(entry: Entry) -> bool:
    """Whether an entry's faults are nobody's concern any more: a person took it in, or it is withdrawn."""
    taken_in = entry.status is EntryStatus.ACCEPTED and Field.STATUS in entry.set_by_person
    mended = any(finding.code is Code.ENTRY_MENDED for finding in entry.findings)
    return entry.status is EntryStatus.WITHDRAWN or (taken_in and not mended)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes letters.

    Attributes:
        wording: the templates.
        rules: of the campaign, quoted in letters.
        deadline: the first instant that is too late.
        completion: the first instant that is too late to complete what was begun in time.
    """

    wording: Wording
    rules: Rules
    deadline: datetime
    completion: datetime

    def letter(
        self,
        *,
        key: str,
        message_id: str,
        kind: LetterKind,
        envelope: Envelope,
        context: dict[str, Any],
        numbers: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
        held: bool = False,
    ) -> Letter:
        """Render a kind's three templates.

        Raises:
            ConfigError: a template is wrong; file and line.
        """
        full = {**self._campaign(), "subject_of": envelope.subject_of, **context}
        subject = " ".join(self.wording.render(f"{kind}.subject.j2", full).split())
        return Letter(
            key=key,
            message_id=message_id,
            kind=kind,
            envelope=envelope,
            subject=subject,
            text=BLANK_LINES.sub("\n\n", self.wording.render(f"{kind}.txt.j2", full)).strip() + "\n",
            html=self.wording.page(f"{kind}.html.j2", full),
            numbers=tuple(numbers),
            attachments=tuple(attachments),
            held=held,
        )

    def about_works(
        self,
        greeting: str,
        entries: Sequence[Entry],
        findings: Sequence[Finding],
        received_at: datetime,
        *,
        note: str = "",
        waiting: Sequence[Entry] = (),
        unchanged: Collection[str] = (),
    ) -> dict[str, Any]:
        """The context of every letter that speaks of works.

        Args:
            greeting: whom the letter addresses.
            entries: that it speaks of.
            findings: of the mail as a whole.
            received_at: when that mail came, or the moment that the letter speaks from.
            note: a person's words.
            waiting: other entries of the submitter in which something is missing.
            unchanged: numbers of those entries that the mail did not change.
        """
        no_form = any(finding.code is Code.FORM_MISSING for finding in findings)
        works = [self.work(entry, no_form=no_form) | {"unchanged": entry.number in unchanged} for entry in entries]
        return {
            "greeting": greeting,
            "received_at": received_at,
            "works": works,
            "counts": dict.fromkeys((*EntryStatus, FETCHING), 0) | Counter(_counted_as(entry) for entry in entries),
            "remarks": [self._finding(finding) for finding in findings],
            "mend_until": self._mend_until(received_at),
            "note": note,
            "waiting": [self.work(entry) for entry in waiting[:MOST_WAITING]],
            "waiting_count": len(waiting),
        }

    def _mend_until(self, moment: datetime) -> datetime | None:
        """Until when something may still be sent, seen from a moment; None where nothing may any more."""
        if moment < self.deadline:
            return self.deadline
        return self.completion if moment < self.completion else None

    def work(self, entry: Entry, *, no_form: bool = False) -> dict[str, Any]:
        """One work as templates see it; where there is no form at all, that is told once and not of each video."""
        told = () if _is_waived(entry) else entry.findings
        return {
            "number": entry.number,
            "title": entry.title,
            "unit": entry.unit,
            "themes": list(entry.themes),
            "status": entry.status.value,
            "status_label": self.wording.word(f"status.{_counted_as(entry)}"),
            "filename": entry.video.part.filename if entry.video else "",
            "video": self._video(entry),
            "link": entry.link.url if entry.link else "",
            "findings": [
                self._finding(finding) for finding in told if not (no_form and finding.code is Code.VIDEO_ROW_MISSING)
            ],
        }

    def _video(self, entry: Entry) -> dict[str, Any] | None:
        if entry.video is None:
            return None
        facts = entry.video.facts
        if facts is None or not facts.width:
            return {"duration": 0, "size": entry.video.part.size}
        video = self.rules.video
        return {
            "duration": facts.duration,
            "width": facts.width,
            "height": facts.height,
            "aspect": aspect_label(facts.width, facts.height, video.aspects, video.aspect_tolerance),
            "size": entry.video.part.size,
        }

    def _finding(self, finding: Finding) -> dict[str, str]:
        return {
            "code": finding.code.value,
            "label": self.wording.label(finding.code),
            "severity": finding.severity.value,
            "fact": self.wording.fact(finding),
            "cure": self.wording.cure(finding),
        }

    def _campaign(self) -> dict[str, Any]:
        campaign, video = self.rules.campaign, self.rules.video
        return {
            "campaign": {
                "name": campaign.name,
                "organizer": campaign.organizer,
                "contact": campaign.contact,
                "themes": list(campaign.themes),
                "deadline": self.deadline,
            },
            "rules": {
                "containers": "、".join(video.containers),
                "min_seconds": video.min_seconds,
                "max_seconds": video.max_seconds,
                "resolution": f"{video.min_short_side}P",
                "aspects": " 或 ".join(video.aspects),
            },
        }
