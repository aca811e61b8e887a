"""Submitters are told what became of their entries behind the first answer."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.check.answer import ONE_FATE
from mailbot.ledger import entries, lists, mails, outbox
from mailbot.model.decision import Answer
from mailbot.model.entry import Entry
from mailbot.model.letter import Letter, LetterKind
from mailbot.reply.envelope import is_sane
from mailbot.session import Session


def letters_to_submitters(session: Session, changed: Sequence[Entry], say: str, *, decided: bool) -> list[Letter]:
    """A letter to each address that sent one of these entries.

    Args:
        session: the rooms.
        changed: the entries, as they stand now.
        say: a person's words for their submitters.
        decided: a person has decided their status.
    """
    theirs: dict[str, list[Entry]] = {}
    for entry in changed:
        if is_sane(entry.sender):
            theirs.setdefault(entry.sender, []).append(entry)
    return [_letter(session, sender, mine, say, decided=decided) for sender, mine in theirs.items()]


def _letter(session: Session, sender: str, changed: Sequence[Entry], say: str, *, decided: bool) -> Letter:
    """One letter for all decisions of one sitting: what an unsent one told is told again in this."""
    fresh = {entry.number: entry for entry in changed}
    for item in outbox.waiting_for(session.ledger, sender, LetterKind.DECIDED):
        for number in item.letter.numbers:
            known = entries.by_number(session.ledger, number)
            if known is not None:
                fresh.setdefault(number, known)
    reached = {entry.number: entry.status for entry in changed} if decided else {}
    said = lists.last_said(session.ledger, fresh, reached)
    said |= {entry.number: say for entry in changed} if say else {}
    place = mails.place_of(session.ledger, changed[0].mail_id)
    word = session.writer.wording.word
    several = {number: word("format.pair", label=number, value=words) for number, words in said.items()}
    told = word("format.semicolon").join((several if len(fresh) > 1 else said).values())
    key = "review:" + ",".join(f"{entry.number}.{entry.version}" for entry in fresh.values())
    answer, now = Answer(LetterKind.DECIDED, tuple(fresh.values())), session.now()
    to = replace(place.sender, addr=sender)
    return session.writer.to_submitter(answer, place, to, key=key, at=now, now=now, note=told)


def verdict(session: Session, entry: Entry) -> Letter:
    """The letter that the entry's mail would have been answered with, had the video been in it."""
    place = mails.place_of(session.ledger, entry.mail_id)
    answer = Answer(ONE_FATE[entry.status], (entry,))
    to = replace(place.sender, addr=entry.sender)
    key = f"fetched:{entry.number}.{entry.version}"
    return session.writer.to_submitter(answer, place, to, key=key, at=entry.received_at, now=session.now())
