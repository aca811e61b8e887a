"""A mail's parts into works: each file is told by its content, archives are opened, forms and videos are read."""

import re
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from mailbot.engine import Engine
from mailbot.extract.archive import unpack
from mailbot.extract.kind import file_type, part_kind
from mailbot.form.read import read_body_form, read_form
from mailbot.model.campaign_form import FormRules
from mailbot.model.errors import ReadingFailed
from mailbot.model.filetype import ARCHIVES, DOCUMENTS, PICTURES, VIDEO_NAMES, VIDEOS, FileType
from mailbot.model.finding import Code, Finding
from mailbot.model.form import FormReading
from mailbot.model.limits import Limits
from mailbot.model.mail import Mail, Part, PartKind
from mailbot.model.rules import Rules
from mailbot.model.tools import Tools
from mailbot.model.video import Unreadable
from mailbot.model.works import FormFile, VideoFile, Works
from mailbot.sandbox import Readers
from mailbot.spool import Spool
from mailbot.store import Store
from mailbot.text.folding import key
from mailbot.text.labels import FORM_HEADING
from mailbot.text.links import links_of_cells, merge_links
from mailbot.video.outline import needed
from mailbot.video.probe import ISO_MEDIA
from mailbot.video.read import read_video

LITTER_BYTES: Final = 1024 * 1024
"""`._NAME` of a Mac is smaller."""
HOLDERS: Final = ARCHIVES | {FileType.TNEF, FileType.MSG}
"""Files that hold files; a mail within a mail was opened when the mail was parsed."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What reading files takes.

    Attributes:
        store: where the files lie, and where unpacked ones go.
        readers: bounded children for our own readers.
        mail_readers: likewise for the reader of mails, with bounds of its own.
        limits: bounds.
        tools: foreign programs.
        rules: themes to look for, and how thoroughly videos are decoded.
        engine: where forms and videos are read, side by side.
        spool: where the raw mails lie.
    """

    store: Store
    readers: Readers
    mail_readers: Readers
    limits: Limits
    tools: Tools
    rules: Rules
    engine: Engine
    spool: Spool

    @property
    def form_rules(self) -> FormRules:
        """What reading a form depends on."""
        return FormRules(self.rules.form, self.rules.campaign.themes, self.limits.form_rows)

    def has(self, sha256: str) -> bool:
        """Whether a file lies on this machine."""
        return self.store.place(sha256).is_file()


def extract_works(mail: Mail, bench: Bench) -> Works:
    """Everything of a mail that may become entries.

    Raises:
        TemporaryError: trouble of our own; the mail waits.
    """
    works = extract_parts(mail.parts, bench)
    body = None
    if not _has_rows(works):
        body = bench.engine.submit(_body_form, bench, mail.body_text, mail.body_html).result()
    forms = (*works.forms, *([body] if body else []))
    cells = (row.link for file in forms if file.form is not None for row in file.form.rows if row.link)
    links = merge_links((*mail.links, *links_of_cells(cells)))
    rows = sum(len(file.form.rows) for file in forms if file.form is not None)
    if len(works.videos) + len(links) < max(rows, 1):
        links = merge_links((*links, *works.links))
    return within(replace(works, forms=forms, links=links), bench.limits.works)


def within(works: Works, most: int) -> Works:
    """The first works of a mail, and a finding where it brings more than so many rows, videos or links."""
    rows, videos, links = most, works.videos[:most], works.links[:most]
    forms = []
    for file in works.forms:
        if file.form is not None:
            file = replace(file, form=replace(file.form, rows=file.form.rows[:rows]))  # noqa: PLW2901
            rows -= len(file.form.rows) if file.form else 0
        forms.append(file)
    told = sum(len(file.form.rows) for file in works.forms if file.form)
    left_out = max(told - most, len(works.videos) - most, len(works.links) - most)
    if left_out <= 0:
        return works
    found = Finding(Code.MAIL_TOO_MANY, {"limit": most, "left_out": left_out})
    return replace(works, forms=tuple(forms), videos=videos, links=links, findings=(*works.findings, found))


def extract_parts(parts: tuple[Part, ...], bench: Bench) -> Works:
    """What files bring: of a mail, or of an archive or a file on its own."""
    there, findings = bench.engine.submit(_opened, bench, parts).result()
    opened = [(part, kind) for part, kind in there if not _is_litter(part, kind)]
    whole = tuple(f"{part.filename}{more}" for part, kind in opened if kind in VIDEOS for more in (".", " "))
    films: dict[str, tuple[Part, FileType]] = {}
    for part, kind in opened:
        # a shortcut beside the film that it leads to says nothing
        if _claims_video(part, kind) and (kind in VIDEOS or not part.filename.startswith(whole)):
            films.setdefault(part.sha256, (part, kind))
    watched = [bench.engine.submit(read_film, bench, part, kind) for part, kind in films.values()]
    read = [(part, bench.engine.submit(_form, bench, part, kind)) for part, kind in opened]
    videos = tuple(map(_watched, films.values(), watched))
    readings = [(part, _read(under_way)) for part, under_way in read]
    forms = [(part, one) for part, one in readings if one.form is not None or one.findings]
    links = merge_links(link for _, one in readings for link in one.links)
    of_forms = {part.sha256 for part, _ in forms}
    named = [replace(part, kind=PartKind.FORM) if part.sha256 in of_forms else part for part, _ in opened]
    files = [FormFile(replace(part, kind=PartKind.FORM), one.form, one.findings) for part, one in forms]
    return Works(tuple(named), tuple(sorted(files, key=_rank)), videos, links, findings)


def _watched(film: tuple[Part, FileType], reading: "Future[VideoFile]") -> VideoFile:
    """A film; where its reader died of it again and again, that is what is found."""
    try:
        return reading.result()
    except ReadingFailed:
        finding = Finding(Code.VIDEO_UNREADABLE, {"reason": Unreadable.BROKEN})
        return VideoFile(replace(film[0], kind=PartKind.VIDEO), None, (finding,))


def _read(reading: "Future[FormReading]") -> FormReading:
    try:
        return reading.result()
    except ReadingFailed as error:
        return FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": error.trouble.value}),))


def _opened(bench: Bench, parts: tuple[Part, ...]) -> tuple[tuple[tuple[Part, FileType], ...], tuple[Finding, ...]]:
    """Every part with its type, each archive followed by its members; and what is wrong with the archives."""
    opened: list[tuple[Part, FileType]] = []
    findings: list[Finding] = []
    for part in parts:
        kind = file_type(bench.store.path(part.sha256))
        opened.append((replace(part, kind=part_kind(kind)), kind))
        if kind not in HOLDERS:
            continue
        unpacked = unpack(bench.store.path(part.sha256), kind, bench.store, bench.limits, bench.readers)
        findings += (_with_filename(finding, part.filename) for finding in unpacked.findings)
        for member in unpacked.members:
            inside = (*part.inside, part.filename, *member.inside)
            member_kind = file_type(bench.store.path(member.sha256))
            opened.append((replace(member, kind=part_kind(member_kind), inside=inside), member_kind))
    return tuple(opened), tuple(findings)


_DELETED: Final = "text/x-moz-deleted"
"""What Thunderbird leaves where a person deleted an attachment before forwarding a mail."""
_NOTES: Final = "application/applefile"


def _is_litter(part: Part, kind: FileType) -> bool:
    """What programs send beside files, under the files' own names: it is neither form nor film."""
    leaf = part.filename.rpartition("/")[2]
    notes = kind is FileType.APPLE_DOUBLE or part.content_type == _NOTES
    return notes or part.content_type == _DELETED or (leaf.startswith("._") and part.size < LITTER_BYTES)


def _with_filename(finding: Finding, filename: str) -> Finding:
    return replace(finding, details={"filename": filename, **finding.details})


def read_film(bench: Bench, part: Part, kind: FileType) -> VideoFile:
    """One film with what there is to see in it.

    Raises:
        TemporaryError: trouble of our own.
    """
    full = bench.rules.video.full_decode
    read = partial(read_video, store=bench.store, limits=bench.limits, tools=bench.tools, full_decode=full)
    by_pieces = kind in ISO_MEDIA and not full
    with bench.store.outline(part.sha256, needed if by_pieces else lambda _read, _size: None) as (path, whole):
        reading = read(path, kind)
    if not whole and reading.findings:  # nothing is held against a film of which not all was seen
        reading = read(bench.store.path(part.sha256), kind)
    video = replace(part, kind=PartKind.VIDEO)
    return VideoFile(video, reading.facts, reading.findings, reading.contact_sheet, reading.key_print)


_FILM_NAME: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, VIDEO_NAMES))})(?:(?:\s?-\s?\w{{1,10}})?"
    r"(?:\.(?:lnk|torrent|xltd|td|baiduyun|p|downloading|crdownload|opdownload|part|partial|aria2|icloud|cfg|tmp))+)?$",
    re.IGNORECASE,
)
"""A film's name, also of a shortcut to it, or of what a program has not downloaded yet."""


def _claims_video(part: Part, kind: FileType) -> bool:
    """A video by content; or a picture or a file of no known kind that calls itself one: its sender hears of it."""
    if part_kind(kind) is PartKind.VIDEO:
        return True
    calls_itself = _FILM_NAME.search(part.filename) is not None or part.content_type.startswith("video/")
    return calls_itself and kind in PICTURES | {FileType.OTHER, FileType.EMPTY, FileType.TEXT, FileType.HTML}


def _form(bench: Bench, part: Part, kind: FileType) -> FormReading:
    """A file read as a form; without findings where it is none, and does not call itself one either."""
    reading = FormReading(None)
    if _claims_video(part, kind) or kind in HOLDERS or kind is FileType.MAIL:
        return reading
    if kind in DOCUMENTS | PICTURES:
        reading = read_form(bench.store.path(part.sha256), kind, bench.form_rules, bench.readers, bench.limits)
    if reading.form is None and not reading.findings:
        if not _calls_itself_form(part, kind):
            return reading
        reading = FormReading(None, (Finding(Code.FORM_UNREADABLE, {"why": kind.value}),))
    findings = tuple(_with_filename(finding, part.filename) for finding in reading.findings)
    return replace(reading, findings=findings)


def _calls_itself_form(part: Part, kind: FileType) -> bool:
    """Whether a file of no kind that is read has the form's name: empty, or encrypted by an office system."""
    stem, _, ending = part.filename.rpartition("/")[2].rpartition(".")
    typed = kind in {FileType.TEXT, FileType.HTML} and ending.lower() in {"txt", "csv", "htm", "html", "md"}
    named = FORM_HEADING.search(key(stem or ending)) is not None
    return named and not typed and kind in {*FileType} - (DOCUMENTS - {FileType.TEXT, FileType.HTML}) - PICTURES


def _body_form(bench: Bench, text: str, html: str) -> FormFile | None:
    """A form that stands in the mail itself: typed, as a table, or as a photo that its HTML holds (RFC 2397)."""
    reading = read_body_form(text, html, bench.form_rules, bench.readers)
    has_rows = reading.form is not None and bool(reading.form.rows)
    if not has_rows and "data:image/" not in html:
        return None
    kept = bench.store.put([(html or text).encode("utf-8", "replace")])
    part = Part("", "text/html" if html else "text/plain", kept.sha256, kept.size, PartKind.FORM)
    if not has_rows:
        reading = read_form(bench.store.path(kept.sha256), FileType.HTML, bench.form_rules, bench.readers, bench.limits)
        if all(finding.code is not Code.FORM_SCANNED for finding in reading.findings):
            return None
    return FormFile(part, reading.form, reading.findings)


def _has_rows(works: Works) -> bool:
    return any(file.form is not None and file.form.rows for file in works.forms)


def _rank(file: FormFile) -> tuple[bool, bool, bool]:
    """Typed before scanned, filled before empty, readable before unreadable."""
    if file.form is None:
        return (True, True, not any(finding.code is Code.FORM_SCANNED for finding in file.findings))
    return (False, file.form.scanned, not file.form.rows)
