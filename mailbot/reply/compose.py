"""A decision's answer into a worded letter (subject, plain text and page)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mailbot.model.campaign_form import FieldKind
from mailbot.model.decision import Answer, FieldChange
from mailbot.model.entry import Entry, EntryStatus, Field
from mailbot.model.finding import BY_PERSON, WAIVED, Code, Finding, Severity
from mailbot.model.letter import Attachment, Envelope, Letter, LetterKind
from mailbot.model.mail import Address, Mail
from mailbot.model.rules import Rules
from mailbot.model.video import aspect_label
from mailbot.reply.envelope import envelope_for, greeting, message_id
from mailbot.settings.keys import Settings
from mailbot.templating import Wording
from mailbot.text.shown import shown, shown_line

BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
"""What an empty block of a template leaves behind."""
FETCHING: Final = "fetching"
"""How a work is counted in which only the video behind its link is still to be fetched: its submitter owes nothing."""
MOST_WAITING: Final = 50
"""Works that a letter about others lists as still waiting."""
ENCLOSES: Final = frozenset({LetterKind.INCOMPLETE, LetterKind.NOTHING, LetterKind.REMINDER})
"""Letters that the form goes with, to be filled in and sent back."""


def _counted_as(entry: Entry) -> str:
    """An entry's status as a letter tells it: a work in which only its link's video is to be fetched lacks nothing."""
    return FETCHING if entry.waits_for_its_link else entry.status.value


def _encloses(answer: Answer) -> bool:
    """Whether the form goes with a letter: it asks for it, or tells of some works that lack something."""
    lacks = any(_counted_as(entry) == EntryStatus.INCOMPLETE for entry in answer.entries)
    return answer.kind in ENCLOSES or (answer.kind in {LetterKind.PARTIAL, LetterKind.MESSAGE} and lacks)


def _is_late(entry: Entry) -> bool:
    """Whether an entry is refused because its mail came too late."""
    late = any(one.code is Code.MAIL_LATE and one.severity is Severity.ERROR for one in entry.findings)
    return late and entry.status is EntryStatus.REJECTED


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
        settings: rules quoted in letters, the sending address, which letters are held, the organizers.
        deadline: the first instant that is too late.
        completion: the first instant that is too late to complete what was begun in time.
        keep: puts an enclosed file into the store; its SHA-256.
    """

    wording: Wording
    settings: Settings
    deadline: datetime
    completion: datetime
    keep: Callable[[bytes], str]

    @property
    def rules(self) -> Rules:
        """Of the campaign."""
        return self.settings.rules

    def to_submitter(
        self, answer: Answer, place: Mail, to: Address, *, key: str, at: datetime, now: datetime, note: str = ""
    ) -> Letter:
        """A letter about works, or about there being none.

        Args:
            answer: what it tells.
            place: the mail in whose thread it stands.
            to: who reads it.
            key: unique; what the letter is owed for.
            at: when the mail that it answers came, or the moment that it speaks from.
            now: when it is written.
            note: a person's words.

        Raises:
            ConfigError: a template is wrong; file and line.
        """
        contact = next((entry.contact for entry in answer.entries if entry.contact), "")
        context = self.about_works(answer, at, now, greeting=greeting(to, contact), note=note)
        return self._letter(
            key,
            answer.kind,
            envelope_for(place, to),
            context,
            numbers=tuple(entry.number for entry in answer.entries),
            attachments=self._form(answer) if context["encloses"] else (),
            held=self.settings.outbox.holds(answer.kind),
        )

    def to_organizers(
        self,
        key: str,
        kind: LetterKind,
        context: Mapping[str, Any],
        attachments: Sequence[Attachment] = (),
        only: str | None = None,
    ) -> list[Letter]:
        """A letter that answers no mail, to each organizer, one recipient a mail.

        Args:
            key: unique; what the letter is owed for.
            kind: which wording.
            context: for its templates.
            attachments: files that go with it.
            only: to this address alone; its letter may hold what is signed for it.

        Raises:
            ConfigError: a template is wrong; file and line.
        """
        return [
            self._letter(f"{key}:{address}", kind, Envelope(address), context, attachments=tuple(attachments))
            for address in (self.settings.organizers.digest_to if only is None else (only,))
        ]

    def to_organizer(self, key: str, kind: LetterKind, envelope: Envelope, context: Mapping[str, Any]) -> Letter:
        """A letter that answers a mail of one organizer.

        Raises:
            ConfigError: a template is wrong; file and line.
        """
        return self._letter(key, kind, envelope, context)

    def preview(self, kind: LetterKind, context: Mapping[str, Any]) -> Letter:
        """A letter as it would read, to nobody.

        Raises:
            ConfigError: a template is wrong; file and line.
        """
        return self._letter("preview", kind, Envelope(""), context)

    def _letter(
        self,
        key: str,
        kind: LetterKind,
        envelope: Envelope,
        context: Mapping[str, Any],
        **more: Any,  # noqa: ANN401
    ) -> Letter:
        full = {"kind": kind.value, "deadline": self.deadline, "subject_of": envelope.subject_of, **context}
        return Letter(
            key=key,
            message_id=message_id(key, self.settings.smtp.sender),
            kind=kind,
            envelope=envelope,
            subject=" ".join(self.wording.render(f"{kind}.subject.j2", full).split()),
            text=BLANK_LINES.sub("\n\n", self.wording.render(f"{kind}.txt.j2", full)).strip() + "\n",
            html=self.wording.page(f"{kind}.html.j2", full),
            **more,
        )

    def about_works(
        self, answer: Answer, at: datetime, now: datetime, *, greeting: str = "", note: str = ""
    ) -> dict[str, Any]:
        """The context of every letter that speaks of works.

        Args:
            answer: what it tells.
            at: when the mail that it answers came, or the moment that it speaks from.
            now: when it is written.
            greeting: whom it addresses; empty where no name is known.
            note: a person's words.
        """
        no_form = any(finding.code is Code.FORM_MISSING for finding in answer.findings)
        entries = answer.entries
        works = [
            {**self._work(one, no_form=no_form), "index": place, "unchanged": one.number in answer.unchanged}
            for place, one in enumerate(entries, start=1)
        ]
        is_late = answer.kind is LetterKind.LATE  # its first sentence says so
        mend_until = self._mend_until(at, answer.until)
        encloses = _encloses(answer) and mend_until is not None
        return {
            "deadline": answer.until or self.deadline,
            "greeting": greeting or self.wording.word("letter.reader"),
            "received_at": at,
            "written_at": now,
            "works": works,
            "numbers": [entry.number for entry in entries],
            "topic": answer.topic,
            "outcome": self.wording.word(
                f"message_subject.{answer.topic}" if answer.topic else f"outcome.{_outcome(answer)}"
            ),
            "counts": dict.fromkeys((*EntryStatus, FETCHING), 0) | Counter(_counted_as(entry) for entry in entries),
            "remarks": [self._finding(one) for one in answer.findings if not (is_late and one.code is Code.MAIL_LATE)],
            "mend_until": mend_until,
            "encloses": encloses,
            "note": shown(note),
            "changes": [self._change(change) for change in answer.changes],
            "waiting": [self._work(entry) for entry in answer.waiting[:MOST_WAITING]],
            "waiting_count": len(answer.waiting),
        }

    def _change(self, change: FieldChange) -> dict[str, str]:
        asked = self.rules.form.called(change.field)
        label = asked.label if asked else change.field
        return {
            "number": change.number,
            "label": label,
            "before": shown_line(change.before),
            "after": shown_line(change.after),
        }

    def _mend_until(self, moment: datetime, until: datetime | None) -> datetime | None:
        """Until when something may still be sent, seen from a moment; None where nothing may any more."""
        if moment < (until or self.deadline):
            return until or self.deadline
        return self.completion if moment < self.completion else None

    def _work(self, entry: Entry, *, no_form: bool = False) -> dict[str, Any]:
        """One work as templates see it; where there is no form at all, that is told once and not of each video."""
        told = () if _is_waived(entry) else [one for one in entry.findings if one.details.get(WAIVED) != BY_PERSON]
        findings = [self._finding(one) for one in told if not (no_form and one.code is Code.VIDEO_ROW_MISSING)]
        return {
            "number": entry.number,
            "title": shown_line(entry.title),
            "name": self._name(entry),
            "unit": shown_line(entry.unit),
            "fields": list(self._fields(entry)),
            "status": entry.status.value,
            "status_label": self.wording.word("outcome.late" if _is_late(entry) else f"status.{_counted_as(entry)}"),
            "filename": shown_line(entry.video.part.filename) if entry.video else "",
            "video": self._video(entry),
            "link": shown_line(entry.link.url) if entry.link else "",
            "findings": findings,
            "faults": [finding["label"] for finding in findings if finding["is_fault"]],
        }

    def _name(self, entry: Entry) -> str:
        """What a work is called where its title is not known."""
        if entry.title or entry.video is None:
            return shown_line(entry.title) or self.wording.word("work.untitled")
        return self.wording.word("work.formless", filename=shown_line(entry.video.part.filename))

    def _fields(self, entry: Entry) -> Iterator[dict[str, str]]:
        """What the form says of a work, but for its title and link; what is blank and required stands empty."""
        own = {
            FieldKind.CHOICE: self.wording.formats.listed(entry.themes),
            FieldKind.UNIT: entry.unit,
            FieldKind.PERSON: entry.contact,
            FieldKind.PHONE: entry.phone,
        }
        for asked in self.rules.form.fields:
            if asked.kind.is_role and asked.kind not in own:
                continue
            value = shown_line(own[asked.kind] if asked.kind.is_role else entry.extra.get(asked.name, ""))
            if value or asked.required:
                yield {"label": asked.label, "value": value}

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

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "code": finding.code.value,
            "label": self.wording.label(finding.code),
            "is_fault": finding.severity is Severity.ERROR,
            "fact": self.wording.fact(finding),
            "cure": self.wording.cure(finding),
        }

    def _form(self, answer: Answer) -> tuple[Attachment, ...]:
        """The campaign's form, filled in with what is known of the works in which something is missing."""
        word = self.wording.word
        lacking = [entry for entry in answer.entries if entry.status is EntryStatus.INCOMPLETE]
        from mailbot.reply.blank import DOCX, BlankWords, fill_in  # noqa: PLC0415 - python-docx, for the few that enclose one

        sheet = BlankWords(word("form.heading"), word("form.hint"), word("format.colon"))
        content = fill_in(sheet, self.rules, lacking)
        return (Attachment(word("form.filename"), DOCX, self.keep(content)),)


def _outcome(answer: Answer) -> str:
    """Which word of the subject tells how the works fared: where a person decided, what they came to."""
    fates = {entry.status for entry in answer.entries}
    if answer.kind is LetterKind.DECIDED and len(fates) == 1:
        return fates.pop().value
    if answer.kind is LetterKind.PARTIAL and EntryStatus.ACCEPTED not in fates:
        return LetterKind.DECIDED.value
    return answer.kind.value
