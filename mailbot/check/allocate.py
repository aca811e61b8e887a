"""Videos and links, given to the works that want one: what is clear is given, what is not is a doubt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailbot.check.match import Pairing, match
from mailbot.check.materials import Material
from mailbot.model.entry import Entry
from mailbot.model.finding import Code, Finding


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A work that wants a video.

    Attributes:
        title: as its row, or its entry, tells it.
        unit: 单位名称.
        entry: the earlier entry that it is; None for a new work.
        has_link: its row names a link already.
    """

    title: str
    unit: str
    entry: Entry | None = None
    has_link: bool = False

    @property
    def has_video(self) -> bool:
        """Whether its entry holds a video already."""
        return self.entry is not None and self.entry.video is not None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What becomes of some materials.

    Attributes:
        given: to whom each goes; one link may go to several.
        doubts: why it is not clear what a claim gets.
        left: materials that nobody may claim.
    """

    given: Mapping[Claim, Material]
    doubts: Mapping[Claim, Finding]
    left: tuple[Material, ...]


def allocate(claims: Sequence[Claim], materials: Sequence[Material]) -> Allocation:
    """Give each claim its video, else its link.

    Args:
        claims: in the form's order.
        materials: what the mail brings, and what earlier mails brought that no row told of.
    """
    given, doubts, contested = _videos(claims, [material for material in materials if material.video is not None])
    without = [claim for claim in claims if claim not in given and claim not in doubts and not claim.has_link]
    by_link, unclear = _links(without, [material for material in materials if material.video is None])
    if unclear:
        doubts |= {claim: doubt(unclear) for claim in without if claim not in by_link}
    given |= by_link
    used = {*given.values(), *contested, *unclear}
    return Allocation(given, doubts, tuple(material for material in materials if material not in used))


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
    claims: Sequence[Claim], videos: Sequence[Material]
) -> tuple[dict[Claim, Material], dict[Claim, Finding], tuple[Material, ...]]:
    """By name first, over all claims; then to those that have nothing else."""
    wanting = [claim for claim in claims if not claim.has_video] or list(claims)  # else a better film may replace any
    given = dict(match(wanting, videos, by_name_only=True).pairs)
    taken = set(given.values())
    rest = [video for video in videos if video not in taken]
    open_claims = [claim for claim in wanting if claim not in given]
    linkless = [claim for claim in open_claims if not claim.has_link]
    asked = linkless if len(linkless) >= len(rest) else open_claims
    pairing: Pairing[Claim, Material] = match(asked, rest, heed_names=len(wanting) > 1)
    given |= dict(pairing.pairs)
    unclear, contested = pairing.uncertain, pairing.contested
    if not given and not unclear and len(rest) > 1 and asked:
        # films are here, and not one of their names fits: that they are missing would be wrong
        unclear, contested = tuple(asked), tuple(rest)
    return given, dict.fromkeys(unclear, doubt(contested)), contested


def _links(claims: Sequence[Claim], links: Sequence[Material]) -> tuple[dict[Claim, Material], tuple[Material, ...]]:
    """Each its own link; one link without a name is a folder for all that have none; else it is not clear."""
    given = dict(match(claims, links).pairs)
    taken = set(given.values())
    rest = [link for link in links if link not in taken]
    waiting = [claim for claim in claims if claim not in given]
    if len(rest) == 1 and len(links) == 1:
        return given | dict.fromkeys(waiting, rest[0]), ()
    return given, tuple(rest if waiting else ())
