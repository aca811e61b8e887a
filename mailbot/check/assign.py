"""Videos and links of a mail, handed to its rows: what is clear is given, what is not is a doubt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailbot.check.gather import Material, Row
from mailbot.check.match import Pairing, Wanted, match
from mailbot.model.entry import Entry
from mailbot.model.finding import Code, Finding

Told = tuple[Entry | None, Row]
"""A row, and the earlier entry that it tells again."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What becomes of a pool of materials.

    Attributes:
        given: row -> material, by index; one link may go to several rows.
        doubts: row -> why it is not clear what it gets.
        left: materials that no row may claim, by index.
    """

    given: dict[int, int]
    doubts: dict[int, Finding]
    left: tuple[int, ...]


def hand_out(rows: Sequence[Told], pool: Sequence[Material]) -> Handed:
    """Give each row its video, else its link.

    Args:
        rows: of the mail's forms.
        pool: what the mail brings, and what earlier mails brought that no row told of.
    """
    wanted = [Wanted(row.row.title, row.unit) for _, row in rows]
    videos = [index for index, material in enumerate(pool) if material.video is not None]
    links = [index for index, material in enumerate(pool) if material.video is None]
    given, doubts, contested = _videos(rows, wanted, pool, videos)
    thirsty = [row for row in range(len(rows)) if row not in given and row not in doubts and not rows[row][1].row.link]
    by_link, unclear = _links(wanted, pool, links, thirsty)
    if unclear:
        found = doubt(pool[index] for index in unclear)
        doubts |= {row: found for row in thirsty if row not in by_link}
    used = {*given.values(), *by_link.values(), *contested, *unclear}
    return Handed(given | by_link, doubts, tuple(index for index in range(len(pool)) if index not in used))


def doubt(materials: Iterable[Material]) -> Finding:
    """That it is not clear to which row these belong."""
    listed = list(materials)
    names = "、".join(_shown(material) for material in listed)
    contents = " ".join(material.video.part.sha256 for material in listed if material.video)
    return Finding(Code.ROW_MATCH_UNCERTAIN, {"candidates": names, "files": contents})


def _shown(material: Material) -> str:
    if material.link is not None:
        return material.link.url
    return material.name or "（无文件名）"


def _videos(
    rows: Sequence[Told], wanted: Sequence[Wanted], pool: Sequence[Material], videos: Sequence[int]
) -> tuple[dict[int, int], dict[int, Finding], frozenset[int]]:
    """By name first, over all rows; then to the rows that have nothing else."""
    hungry = _hungry(rows)
    named = _pairs(wanted, pool, hungry, videos, by_name_only=True)
    given = _by_index(named, hungry, videos)
    rest = [index for index in videos if index not in given.values()]
    open_rows = [row for row in hungry if row not in given]
    linkless = [row for row in open_rows if not rows[row][1].row.link]
    asked = linkless if len(linkless) >= len(rest) and linkless else open_rows
    pairing = _pairs(wanted, pool, asked, rest, heed_names=len(hungry) > 1 or len(videos) > 1)
    given |= _by_index(pairing, asked, rest)
    contested = frozenset(rest[video] for video in pairing.contested)
    unclear = [asked[row] for row in pairing.uncertain]
    if not given and not unclear and len(rest) > 1 and asked:
        # films are here, and not one of their names fits: that they are missing would be wrong
        unclear, contested = list(asked), frozenset(rest)
    found = doubt(pool[index] for index in sorted(contested))
    return given, dict.fromkeys(unclear, found), contested


def _hungry(rows: Sequence[Told]) -> list[int]:
    """Rows that may take a video: those without one first; where none is without, a better one may replace any."""
    without = [index for index, (entry, _) in enumerate(rows) if entry is None or entry.video is None]
    return without or list(range(len(rows)))


def _links(
    wanted: Sequence[Wanted], pool: Sequence[Material], links: Sequence[int], thirsty: Sequence[int]
) -> tuple[dict[int, int], frozenset[int]]:
    """Each its own link; one link without a name is a folder for all that have none; else it is not clear."""
    pairing = _pairs(wanted, pool, thirsty, links)
    given = _by_index(pairing, thirsty, links)
    rest = [index for index in links if index not in given.values()]
    waiting = [row for row in thirsty if row not in given]
    if len(rest) == 1 and len(links) == 1:
        return given | dict.fromkeys(waiting, rest[0]), frozenset()
    return given, frozenset(rest if waiting else ())


def _pairs(
    wanted: Sequence[Wanted],
    pool: Sequence[Material],
    rows: Sequence[int],
    choice: Sequence[int],
    *,
    by_name_only: bool = False,
    heed_names: bool = False,
) -> Pairing:
    offered = [pool[index].offered for index in choice]
    return match([wanted[row] for row in rows], offered, by_name_only=by_name_only, heed_names=heed_names)


def _by_index(pairing: Pairing, rows: Sequence[int], choice: Sequence[int]) -> dict[int, int]:
    return {rows[row]: choice[video] for row, video in pairing.pairs}
