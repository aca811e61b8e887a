"""What a person wants: submit, ask, take back, correct, bring back; and who must read it. Pure.

What a mail *is* (automatic, a bounce, a list's, our own) comes from `parse`. Everything here follows from one reading
of the sender's own words (`text/moods.py`): a question about withdrawing is an inquiry, 请勿撤回 keeps the entry,
《撤退》 is a title, and 撤回上一封，以此邮件为准 sends a better one.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mailbot.model.mail import RECEIPT_BY_SUBJECT, Mail, Triage, Verdict
from mailbot.model.works import Works
from mailbot.text.courtesy import asks_how_it_stands, is_courtesy
from mailbot.text.folding import comparable
from mailbot.text.moods import Mood, OwnWords, Sentence, read_words
from mailbot.text.quotes import above_quote
from mailbot.text.signatures import before_sign_off, before_signature
from mailbot.text.subjects import without_outcome

BEGINNING: Final = 600
"""Characters of a body in which a withdrawal is declared; what follows them describes a work."""
_REPLY: Final = re.compile(r"\s?(?:(?:回复|答复|re)\s?[:：]\s?)+", re.IGNORECASE)
MOVES: Final = frozenset({Mood.TAKES_BACK, Mood.NEEDS_WORK})
NOT_MEANT: Final = frozenset({Mood.KEEPS, Mood.SPARES, Mood.OF_A_MAIL, Mood.ASKS, Mood.IF})


# --- what the mail is ---


def triage(mail: Mail, works: Works, *, junk: bool = False) -> Verdict:
    """What a mail is, now that its works are known, and whether a letter may go back.

    Args:
        mail: as `parse_mail` gave it.
        works: what it brings; empty where nothing is submitted.
        junk: it lay in a junk, advertisement or subscription folder.

    A bounce and a mail of our own are never a submission. A list's, a bulk sender's or an automatic mail is one where
    works came in it: government relays add such headers. It is then answered as its headers allow.
    """
    reason = mail.automatic_reason
    if mail.automatic in {Triage.BOUNCE, Triage.OWN}:
        return Verdict(mail.automatic, answer=False, reason=reason)
    if mail.automatic is not None and (works.empty or not _brought(mail, works)):
        return Verdict(mail.automatic, answer=False, reason=reason)
    if mail.automatic is None and takes_back(own_words(mail), brings_works=not works.empty):
        return _quiet(Verdict(Triage.WITHDRAWAL, mail.answerable, reason or "takes an entry back"), mail, junk=junk)
    if not works.empty:
        answer = mail.answerable and (mail.automatic is None or bool(works.forms or works.videos))
        return Verdict(Triage.SUBMISSION, answer, _because("a form, video or link in it", reason))
    return _quiet(
        Verdict(Triage.INQUIRY, mail.answerable, reason or "a person's mail, nothing submitted"), mail, junk=junk
    )


def _brought(mail: Mail, works: Works) -> bool:
    """Whether an automatic mail brings works of its own: a vacation answer may quote links, but attaches no works.

    A subject that begins like a receipt's, on a mail that answers nothing, is no reason to leave links: 回执：报送视频.
    """
    begins = not (mail.in_reply_to or mail.references) and mail.automatic_reason.startswith(RECEIPT_BY_SUBJECT)
    return mail.automatic is Triage.LIST or bool(works.forms or works.videos) or begins


def _because(what: str, reason: str) -> str:
    return f"{what}; {reason}" if reason else what


def _quiet(verdict: Verdict, mail: Mail, *, junk: bool) -> Verdict:
    """No answer to what may be spam, or was not written to us: it costs the mailbox its reputation."""
    if not verdict.answer:
        return verdict
    if junk or mail.spam:
        return Verdict(
            verdict.triage, answer=False, reason=_because("from a junk folder or marked as spam", verdict.reason)
        )
    if not mail.addressed:
        return Verdict(verdict.triage, answer=False, reason=_because("not addressed to this mailbox", verdict.reason))
    return verdict


# --- what its sender says ---


def own_words(mail: Mail) -> OwnWords:
    """The subject and what the sender wrote above the quoted mail, read once."""
    return _read(without_outcome(mail.subject), mail.body_text)


_read: Final = lru_cache(maxsize=8)(read_words)


def same_words(one: Mail, other: Mail) -> bool:
    """Whether two mails say the very same, blanks and line ends apart."""
    return one.body_text.split() == other.body_text.split()


def takes_back(words: OwnWords, *, brings_works: bool) -> bool:
    """Whether a mail takes an entry back: in a statement of the sender's own, about a work, not about a mail.

    Args:
        words: its own.
        brings_works: a form, a video or a link came with it; a better version then takes nothing back.
    """
    declared = [sentence for sentence in words.sentences if sentence.at < BEGINNING]
    about_entry = any(Mood.SPEAKS_OF_A_WORK in sentence.moods for sentence in (*words.title, *declared))
    stated = any(_states(sentence, about_entry=about_entry) for sentence in declared)
    if not stated and not _subject_states(words, declared, about_entry=about_entry):
        return False
    return not (brings_works and any(Mood.REPLACES in sentence.moods for sentence in (*words.title, *declared)))


def _states(sentence: Sentence, *, about_entry: bool) -> bool:
    """Whether a sentence says, not asks, that an entry is taken back."""
    if Mood.IF in sentence.moods:
        return False
    if Mood.ASKS in sentence.moods:  # 现申请撤回《X》，是否需要书面材料？
        return any(Mood.DECIDED in clause.moods and Mood.ASKS not in clause.moods for clause in sentence.clauses)
    moves = MOVES if about_entry else {Mood.TAKES_BACK}
    return any(moves & clause.moods and not {Mood.OF_A_MAIL, Mood.KEEPS} & clause.moods for clause in sentence.clauses)


def _subject_states(words: OwnWords, declared: Sequence[Sentence], *, about_entry: bool) -> bool:
    """The same of the subject. That of an answer is somebody's earlier words: it counts where the body says no more."""
    named = about_entry or any(map(_begins_with_a_move, words.title[:1]))
    if not any(_states(sentence, about_entry=named) for sentence in words.title):
        return False
    if _REPLY.match(words.subject) and any(Mood.THANKS in sentence.moods for sentence in declared):
        return False
    return not any(_keeps(sentence) or _asks_about_it(sentence) for sentence in declared)


def _begins_with_a_move(sentence: Sentence) -> bool:
    """撤回, 撤销 as a subject's first word: of an entry, for a mail needs no subject of its own to be taken back."""
    return bool(sentence.clauses) and sentence.clauses[0].text.startswith(("撤", "收回", "withdraw"))


def _keeps(sentence: Sentence) -> bool:
    return Mood.KEEPS in sentence.moods


def _asks_about_it(sentence: Sentence) -> bool:
    """Whether a sentence asks about taking back, and does not say it for certain besides."""
    asks = {Mood.ASKS, Mood.ABOUT_TAKING_BACK} <= sentence.moods
    return asks and not _states(sentence, about_entry=True)


# --- what else it wants ---


def corrects(mail: Mail) -> bool:
    """Whether a mail says that something in it was corrected."""
    return own_words(mail).say(Mood.CORRECTS)


def confirms(mail: Mail) -> bool:
    """Whether an answer to our question about a withdrawal says yes, and nothing else."""
    clauses = own_words(mail).body_clauses
    said = any((MOVES | {Mood.CONFIRMS}) & clause.moods and not NOT_MEANT & clause.moods for clause in clauses)
    return said and not any({Mood.KEEPS, Mood.ASKS} & clause.moods for clause in clauses)


def restores(mail: Mail) -> bool:
    """Whether a mail asks for what was taken back."""
    clauses = own_words(mail).clauses
    said = any(Mood.RESTORES in clause.moods and not {Mood.IF, Mood.ASKS} & clause.moods for clause in clauses)
    return said and not own_words(mail).say(Mood.ASKS)


def only_restores(mail: Mail) -> bool:
    """Whether a mail that asks for what was taken back asks for nothing else."""
    own = before_sign_off(before_signature(above_quote(mail.body_text)).splitlines(), ())
    clauses = (clause for sentence in read_words("", "\n".join(own)).sentences for clause in sentence.clauses)
    about_it = {Mood.RESTORES, Mood.KEEPS, Mood.SPARES}
    return all(about_it & clause.moods or is_courtesy(clause.text) for clause in clauses)


def speaks_of_taking_back(mail: Mail) -> bool:
    """Whether a clause of a mail that submits says that something is taken back or deleted."""
    return any(MOVES & clause.moods and not NOT_MEANT & clause.moods for clause in own_words(mail).clauses)


def asks_besides(mail: Mail) -> bool:
    """Whether a mail that takes entries back asks for, or corrects, something else."""
    wants = {Mood.ASKS, Mood.CORRECTS}
    return any(
        wants & sentence.moods and Mood.ABOUT_TAKING_BACK not in sentence.moods
        for sentence in own_words(mail).sentences
    )


# --- who must read it ---


def needs_a_reader(mail: Mail, *, state_is_told: bool) -> bool:
    """Whether the sender's own words ask or tell what only a person can answer.

    Args:
        mail: it submits nothing.
        state_is_told: it is answered with the state of its sender's entries.
    """
    own = before_sign_off(before_signature(above_quote(mail.body_text)).splitlines(), ())
    text = comparable("\n".join(own)) or comparable(without_outcome(mail.subject))
    return not is_courtesy(text) and not (state_is_told and asks_how_it_stands(text))
