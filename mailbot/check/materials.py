"""What may become a work's video: files in hand and links to one, of this mail and of earlier ones."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mailbot.check.titles import core
from mailbot.model.entry import OPEN, Entry, parted_from
from mailbot.model.mail import Link, Part
from mailbot.model.works import VideoFile, Works
from mailbot.text.links import has_address


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A video in hand, or a link to one.

    Attributes:
        name: the file's name, as far as it is known.
        video: the file; None for a link.
        link: the link; None for a file.
        entry: the entry that holds it so far because no row told of it; None for what this mail brings.
        around: the folders and archives that it lies in, innermost first.
    """

    name: str
    video: VideoFile | None = None
    link: Link | None = None
    entry: Entry | None = None
    around: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """Its name without folders."""
        return self.name.rpartition("/")[2]


def of_video(video: VideoFile, entry: Entry | None = None) -> Material:
    """A video as material, with what it lies in."""
    folders = video.part.filename.split("/")[:-1]
    return Material(video.part.filename, video, entry=entry, around=(*reversed(folders), *reversed(video.part.inside)))


def of_link(link: Link, entry: Entry | None = None) -> Material:
    """A link as material, by the name of its file, else by the words before it."""
    return Material(link.filename or link.near, link=link, entry=entry)


def lone_materials(entries: Sequence[Entry], told: Collection[str] = ()) -> tuple[Material, ...]:
    """Videos and links of earlier mails that still wait for their row.

    Args:
        entries: of the sender.
        told: numbers of those that the mail's rows tell: what a person parted from one of them is not offered to it.
    """
    parted = {parted_from(number) for number in told}
    waiting = [
        entry for entry in entries if entry.status in OPEN and not entry.has_row and not parted & entry.set_by_person
    ]
    videos = [of_video(entry.video, entry) for entry in waiting if entry.video]
    links = [of_link(entry.link, entry) for entry in waiting if entry.link and not entry.video]
    return (*videos, *links)


def new_videos(works: Works, held: Collection[str]) -> Iterator[Material]:
    """Every video of a mail that is not held already, by SHA-256.

    One that lies in the mail under several names comes under each: it may be sent for several rows. Names that differ
    by (1) or 终版 alone are one.
    """
    told: set[tuple[str, str]] = set()
    named: dict[str, list[Part]] = {}
    for part in works.parts:
        named.setdefault(part.sha256, []).append(part)
    for video in works.videos:
        content = video.part.sha256
        for part in () if content in held else (video.part, *named.get(content, ())):
            name = (content, core(part.filename))
            if name not in told:
                told.add(name)
                yield of_video(replace(video, part=replace(part, kind=video.part.kind)))


def new_links(works: Works, cells: Sequence[str], known: Collection[str]) -> Iterator[Material]:
    """Every link of a mail that no 视频链接 cell of it holds, and no entry already."""
    told = {link.url for cell in cells for link in links_in(cell, works.links)}
    return (of_link(link) for link in works.links if link.url not in known and link.url not in told)


def links_in(cell: str, links: Sequence[Link]) -> Iterator[Link]:
    """The links that a 视频链接 cell holds; it may show an address without its scheme."""
    return (link for link in links if link.url and (link.url.partition("://")[2] or link.url) in cell)


def link_of_cell(cell: str, links: Sequence[Link]) -> Link | None:
    """The link in a 视频链接 cell, with what the mail says of the same address; None where it holds none."""
    text = cell.strip()
    if not has_address(text):
        return None
    told = list(links_in(text, links))
    if told:
        return max(told, key=lambda link: len(link.url))
    longer = [link for link in links if re.search(rf"{re.escape(text)}[?&#/]", link.url)]
    return min(longer, key=lambda link: len(link.url), default=Link(url=text, provider=""))
