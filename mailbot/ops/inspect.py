"""What mailbot makes of any file, by its content. Touches neither mailbox nor ledger, sends nothing."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mailbot.check.decide import decide
from mailbot.check.intent import triage
from mailbot.check.rules import judge_row, judge_video
from mailbot.extract.kind import file_type
from mailbot.extract.works import Bench, extract_parts, extract_works
from mailbot.model.campaign_form import CampaignForm
from mailbot.model.decision import Arrival, Decision
from mailbot.model.entry import Entry, History
from mailbot.model.errors import Refused
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Mail, Part, PartKind
from mailbot.model.rules import LatePolicy, Rules
from mailbot.model.video import VideoFacts, aspect_label
from mailbot.model.works import FormFile, VideoFile, Works
from mailbot.parse.bounded import read_mail
from mailbot.store import Store
from mailbot.templating import Wording

Report = dict[str, Any]

VAGUE: Final = frozenset({FileType.TEXT, FileType.HTML, FileType.OTHER, FileType.EMPTY})


def inspect(path: Path, bench: Bench, wording: Wording, own: frozenset[str] = frozenset()) -> Report:
    """One file's report, in the contract's shape.

    Args:
        path: the file.
        bench: readers of files; its store is not used.
        wording: words of findings.
        own: addresses of this mailbox, lower case.

    Raises:
        Refused: the file cannot be read at all.
        TemporaryError: trouble of our own.
    """
    with tempfile.TemporaryDirectory(prefix="mailbot-inspect-") as folder:
        here = replace(bench, store=Store(Path(folder)))
        try:
            kept = here.store.put_file(path)
        except OSError as error:
            raise Refused(f"{path}: cannot be read ({error.strerror}).") from None
        head = {"path": str(path), "sha256": kept.sha256, "size": kept.size}
        kind = file_type(here.store.path(kept.sha256))
        if kind is FileType.MAIL or (kind in VAGUE and path.suffix.lower() == ".eml"):
            return {**head, **_mail(here, kept.sha256, wording, own)}
        part = Part(path.name, "", kept.sha256, kept.size)
        return {**head, **_file(part, extract_parts((part,), here), here.rules, wording)}


def _mail(bench: Bench, sha256: str, wording: Wording, own: frozenset[str]) -> Report:
    mail = read_mail(bench.store.path(sha256), bench.store, own, bench.limits, bench.mail_readers)
    works = extract_works(mail, bench)
    verdict = triage(mail, works)
    in_time = replace(bench.rules, campaign=replace(bench.rules.campaign, late=LatePolicy.ACCEPT))
    arrival = Arrival(0, mail.sent_at or mail.date or datetime.fromtimestamp(0, UTC), mail)
    decision = decide(arrival, works, verdict, History(), in_time)
    return {
        "kind": PartKind.MAIL.value,
        "mail": {
            "message_id": mail.message_id,
            "from": mail.sender.addr,
            "from_name": mail.sender.name,
            "subject": mail.subject,
            "date": mail.date.isoformat() if mail.date else "",
            "triage": verdict.triage.value,
            "reason": verdict.reason,
            "answer": decision.answer.kind.value if decision.answer else "",
            "body_text": mail.body_text,
            "links": [asdict(link) for link in mail.links],
            "parts": [_part(part) for part in works.parts],
            "forwarded_from": mail.forwarded_from.addr if mail.forwarded_from else "",
        },
        **_works(works, bench.rules, wording),
        "findings": [told(finding, wording) for finding in _of_mail(mail, decision)],
    }


def _of_mail(mail: Mail, decision: Decision) -> Iterator[Finding]:
    """What is said of the mail as a whole, and of how its rows and videos fit; a file's faults stand with the file."""
    of_matching = {
        Code.ROW_VIDEO_MISSING,
        Code.ROW_VIDEO_BY_LINK,
        Code.ROW_MATCH_UNCERTAIN,
        Code.VIDEO_ROW_MISSING,
        Code.VIDEO_DUPLICATE,
    }
    yield from decision.findings or mail.findings
    for entry in decision.entries:
        yield from (finding for finding in entry.findings if finding.code in of_matching)


def _file(part: Part, works: Works, rules: Rules, wording: Wording) -> Report:
    whole = next((one for one in works.parts if one.sha256 == part.sha256 and not one.inside), part)
    about = _works(works, rules, wording)
    if _claims_video(part, works):
        return {"kind": PartKind.VIDEO.value, **_without_name(about["videos"][0])}
    if works.forms and works.forms[0].part.sha256 == part.sha256:
        return {"kind": PartKind.FORM.value, **_without_name(about["forms"][0])}
    findings = [told(finding, wording) for finding in works.findings]
    if len(works.parts) > 1 or whole.kind is PartKind.ARCHIVE:
        return {
            "kind": PartKind.ARCHIVE.value,
            "members": [_part(member) for member in works.parts[1:]],
            **about,
            "findings": findings,
        }
    return {"kind": PartKind.OTHER.value, "findings": findings}


def _claims_video(part: Part, works: Works) -> bool:
    return any(video.part.sha256 == part.sha256 for video in works.videos)


def _without_name(report: Report) -> Report:
    return {key: value for key, value in report.items() if key != "filename"}


def _works(works: Works, rules: Rules, wording: Wording) -> Report:
    return {
        "forms": [_form(file, rules, wording) for file in works.forms],
        "videos": [_video(video, rules, wording) for video in works.videos],
    }


def _part(part: Part) -> Report:
    return {
        "filename": part.filename,
        "content_type": part.content_type,
        "sha256": part.sha256,
        "size": part.size,
        "kind": part.kind.value,
        "inside": list(part.inside),
    }


def _form(file: FormFile, rules: Rules, wording: Wording) -> Report:
    form = file.form or Form()
    findings = [*file.findings, *_row_findings(form, rules.form)]
    return {
        "filename": file.part.filename,
        "form": {
            "unit": form.unit,
            "recommender": form.recommender,
            "rows": [_row(row) for row in form.rows],
            "scanned": form.scanned,
            "doubts": list(form.doubts),
        },
        "findings": [told(finding, wording) for finding in findings],
    }


def _row(row: FormRow) -> Report:
    return {
        "title": row.title,
        "themes": list(row.themes),
        "link": row.link,
        "contact": row.contact,
        "phone": row.phone,
        "doubts": list(row.doubts),
        **({"unit": row.unit} if row.unit else {}),
        **({"extra": dict(row.extra)} if row.extra else {}),
    }


def _row_findings(form: Form, asked: CampaignForm) -> Iterator[Finding]:
    """What is missing row by row; a blank unit is said once."""
    unit_missing = False
    for index, row in enumerate(form.rows):
        entry = Entry("", "", 0, datetime.fromtimestamp(0, UTC), title=row.title, themes=row.themes,
                      unit=row.unit or form.unit, contact=row.contact, phone=row.phone, has_row=True,
                      recommender=form.recommender, extra=row.extra)  # fmt: skip
        for finding in judge_row(entry, asked):
            unit_missing = unit_missing or finding.code is Code.FORM_UNIT_MISSING
            if finding.code is not Code.FORM_UNIT_MISSING:
                yield replace(finding, details={**finding.details, "row": index + 1})
    if unit_missing:
        yield Finding(Code.FORM_UNIT_MISSING)


def _video(video: VideoFile, rules: Rules, wording: Wording) -> Report:
    judged = judge_video(video.facts, rules.video) if video.facts else ()
    return {
        "filename": video.part.filename,
        "video": _facts(video.facts or VideoFacts(container=""), rules),
        "findings": [told(finding, wording) for finding in (*video.findings, *judged)],
    }


def _facts(facts: VideoFacts, rules: Rules) -> Report:
    allowed, tolerance = rules.video.aspects, rules.video.aspect_tolerance
    known = facts.width and facts.height
    return {
        **asdict(facts),
        "aspect": aspect_label(facts.width, facts.height, allowed, tolerance) if known else "",
    }


def told(finding: Finding, wording: Wording) -> Report:
    """A finding in the contract's shape."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "message": wording.message(finding),
        "details": dict(finding.details),
    }
