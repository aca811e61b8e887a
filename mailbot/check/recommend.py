"""Who made a work, and who recommends it (优秀组织奖): two units, each under one name. Pure.

The form's own word counts first, then the address and the signature of who sent it. Where they name nobody, the work's
own unit recommends it, unless its mail brought works of several units: then, and wherever they name several, a person
decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from mailbot.model.entry import Entry, Field, RecommenderDoubt
from mailbot.model.mail import Address, Mail
from mailbot.model.roster import PUBLIC_MAIL, Roster
from mailbot.model.works import Works
from mailbot.text.folding import bare
from mailbot.text.quotes import above_quote
from mailbot.text.signatures import signature_of
from mailbot.text.units import has_office, organizations, short_unit, words, written_alike

SIGNATURE_LINES: Final = 6
SIGNATURE_WIDTH: Final = 40
"""Characters of a line that may belong to a signature; a longer one is a sentence."""
SENTENCE: Final = re.compile(r"[。！？；!?;，,]|[:：]\s*$|您好|你好|老师|领导|请查收|报送|附件")
NUMBER: Final = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class _RosterIndex:
    """A roster, to be looked things up in.

    Attributes:
        names: each name's letters -> the unit's name.
        senders: each address or domain -> the units that send from it.
        begins: matches a word that begins with a name of the roster, the longest first; None for an empty roster.
    """

    names: dict[str, str]
    senders: dict[str, tuple[str, ...]]
    begins: re.Pattern[str] | None


@lru_cache(maxsize=4)
def _index(roster: Roster) -> _RosterIndex:
    names: dict[str, str] = {}
    senders: dict[str, tuple[str, ...]] = {}
    for unit in roster.units:
        for name in (unit.name, *unit.also):
            names.setdefault(bare(name), unit.name)
        for mail in unit.mail:
            senders[mail] = (*senders.get(mail, ()), unit.name)
    longest = sorted(names, key=len, reverse=True)
    return _RosterIndex(names, senders, re.compile("|".join(map(re.escape, longest))) if longest else None)


def counted_as(unit: str, roster: Roster) -> str:
    """The one name under which a unit is counted: the roster's, else its own, written one way."""
    return _index(roster).names.get(bare(unit)) or written_alike(unit)


def recommended(entry: Entry, roster: Roster) -> Entry:
    """The entry with who made it and who recommends it, or why nobody can tell; a person's word stands."""
    maker = counted_as(entry.unit, roster)
    if Field.RECOMMENDING_UNIT in entry.set_by_person:
        return replace(entry, maker=maker, recommender_doubt=None)
    unit, doubt = _recommender(entry, maker, roster)
    return replace(entry, maker=maker, recommending_unit=unit, recommender_doubt=doubt)


def _recommender(entry: Entry, maker: str, roster: Roster) -> tuple[str, RecommenderDoubt | None]:
    sent_by = _sent_by(entry.sender, roster)
    named = _beside(_named(entry.recommender, roster), maker)
    if named:
        whole = [unit for unit in sent_by if any(unit.endswith(one) for one in named)]
        return _one_of(whole or named, RecommenderDoubt.FORM)
    signed = _beside(_named(entry.signed, roster), maker)
    if sent_by:
        return _one_of([unit for unit in sent_by if unit in signed] or sent_by, RecommenderDoubt.ADDRESS)
    if signed == [maker]:
        return maker, None
    if signed:
        known = {unit.name for unit in roster.units}
        offices = [unit for unit in signed if unit in known or has_office(unit)]
        return _one_of(offices if len(signed) == 1 else signed, RecommenderDoubt.SIGNATURE)
    return ("", RecommenderDoubt.SEVERAL_MAKERS) if entry.for_others else (maker, None)


def _one_of(units: Iterable[str], doubt: RecommenderDoubt) -> tuple[str, RecommenderDoubt | None]:
    found = list(units)
    return (found[0], None) if len(found) == 1 else ("", doubt)


def _named(text: str, roster: Roster) -> list[str]:
    """The units that a text names at the beginnings of its words, each once under its one name."""
    found = (_at_beginning(word, roster) for word in words(text))
    return list(dict.fromkeys(unit for unit in found if unit))


def _at_beginning(word: str, roster: Roster) -> str:
    index, letters = _index(roster), bare(word)
    said = next(iter(organizations(word)), "")
    known = index.begins.match(letters) if index.begins is not None else None
    if known is not None and len(known[0]) >= len(bare(said)):
        return index.names[known[0]]
    return counted_as(said, roster)


def _beside(named: list[str], maker: str) -> list[str]:
    """The units named beside the maker, who may be named under its short name; the maker alone where there are none."""
    others = [unit for unit in named if short_unit(unit) != short_unit(maker)]
    return others or ([maker] if named else [])


def _sent_by(sender: str, roster: Roster) -> tuple[str, ...]:
    """The roster's units that send from an address, or else from the nearest domain above it."""
    senders, domain = _index(roster).senders, sender.rpartition("@")[2]
    if sender in senders:
        return senders[sender]
    while domain:
        if domain in senders:
            return senders[domain]
        domain = domain.partition(".")[2]
    return ()


# --- what a mail says of who sent it ---


def signature(mail: Mail) -> str:
    """The sender's name and the lines with which the mail closes, as far as they may name a unit; no numbers."""
    own = above_quote(mail.body_text)
    closing = signature_of(own) or own
    lines = [line.strip() for line in closing.splitlines() if line.strip()][-SIGNATURE_LINES:]
    return "\n".join(filter(None, (mail.sender.name.strip(), *_signing(lines))))


def _signing(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if len(line) <= SIGNATURE_WIDTH and SENTENCE.search(line) is None and "\t" not in line:
            yield NUMBER.sub("", line)


def is_for_others(mail: Mail, works: Works) -> bool:
    """Whether a mail brings works of several units, or hands another's mail on."""
    forms = [file.form for file in works.forms if file.form is not None]
    makers = {bare(row.unit or form.unit) for form in forms for row in form.rows}
    return len(makers) > 1 or (mail.forwarded_from is not None and not _colleagues(mail.sender, mail.forwarded_from))


def _colleagues(one: Address, other: Address) -> bool:
    domains = {address.addr.lower().rpartition("@")[2] for address in (one, other)}
    return len(domains) == 1 and not domains & PUBLIC_MAIL
