"""What a withdrawal does: the entries meant are taken back, what it brings besides is submitted."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.check.extended import campaign_of_sender
from mailbot.check.intent import asks_besides, confirms, only_restores
from mailbot.check.judge import judge
from mailbot.check.lifecycle import Cause, may_move
from mailbot.check.meant import Meant, meant, names_entry
from mailbot.check.rules import clock_time, is_late
from mailbot.check.submission import submission
from mailbot.check.told import attention
from mailbot.check.trust import fails_any
from mailbot.model.decision import Answer, Arrival, Concern, Decision, Event, EventKind
from mailbot.model.entry import Entry, EntryStatus, History
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind
from mailbot.model.mail import Verdict
from mailbot.model.rules import Rules
from mailbot.model.works import FormFile, Works
from mailbot.text.folding import bare


def withdraw(arrival: Arrival, works: Works, verdict: Verdict, history: History, rules: Rules) -> Decision:
    """What follows from a mail that takes entries back.

    Args:
        arrival: the mail as it came in.
        works: what it brought besides.
        verdict: what it is to us.
        history: of its sender and of its videos.
        rules: of the campaign.
    """
    own = tuple(entry for entry in history.entries if entry.sender == arrival.sender)
    movable = [
        entry
        for entry in own
        if entry.mail_id != arrival.mail_id and may_move(entry.status, EntryStatus.WITHDRAWN, Cause.SUBMITTER)
    ]
    named = meant(arrival.mail, movable)
    asked = history.exchange.asked
    if not named.taken and not named.unclear and confirms(arrival.mail):
        named = Meant(tuple(entry for entry in movable if entry.number in asked))
    unproven = tuple(entry for entry in named.taken if entry.number not in asked)
    if unproven and fails_any(arrival.mail.authentication):
        return _ask(arrival, works, verdict, unproven)
    unclear = (Finding(Code.WITHDRAWAL_UNCLEAR),) if named.unclear or not named.taken else ()
    concern = attention(unclear) or (Concern.INQUIRY if asks_besides(arrival.mail) else "")
    events = tuple(
        Event(EventKind.WITHDRAWN, entry.number, before=entry.status, after=EntryStatus.WITHDRAWN)
        for entry in named.taken
    )
    entries = tuple(replace(entry, status=EntryStatus.WITHDRAWN) for entry in named.taken)
    rest = _without(works, named.taken)
    if rest.videos or any(file.form is not None for file in rest.forms):
        sent = submission(arrival, rest, verdict, _after(history, entries), rules)
        return replace(_both(sent, entries, events, works, unclear), attention=concern or sent.attention)
    if not entries:
        answer = Answer(LetterKind.STATE, own, frozenset(entry.number for entry in own), unclear)
        return Decision(arrival, works, verdict, findings=unclear, answer=answer, attention=concern)
    answer = Answer(LetterKind.WITHDRAWN, entries, findings=unclear)
    return Decision(arrival, works, verdict, entries, unclear, events, answer, attention=concern)


def _ask(arrival: Arrival, works: Works, verdict: Verdict, entries: tuple[Entry, ...]) -> Decision:
    """Nothing is taken back yet: the mail failed the server's checks, and its sender is to confirm it by an answer."""
    found = (Finding(Code.WITHDRAWAL_UNCONFIRMED),)
    answer = Answer(LetterKind.STATE, entries, frozenset(entry.number for entry in entries), found)
    return Decision(arrival, works, verdict, findings=found, answer=answer, attention=found[0].code.value)


def restore(arrival: Arrival, verdict: Verdict, history: History, rules: Rules) -> Decision | None:
    """Entries that their sender took back, brought back as they were; None where none is meant, or it is too late.

    Args:
        arrival: a mail that says 恢复.
        verdict: what it is to us.
        history: of its sender.
        rules: of the campaign.
    """
    before = history.exchange.withdrawn_from
    gone = [entry for entry in history.entries if entry.status is EntryStatus.WITHDRAWN and entry.number in before]
    named = [entry for entry in gone if names_entry(arrival.mail, entry)]
    wanted = named or [entry for entry in gone if entry.number in history.thread]
    campaign = campaign_of_sender(arrival.sender, rules.campaign, history.extensions)
    if not wanted or is_late(clock_time(arrival, campaign), campaign):
        return None
    if fails_any(arrival.mail.authentication):
        return None
    entries = tuple(
        judge(replace(entry, status=before[entry.number]), rules, history.holders(entry)) for entry in wanted
    )
    events = tuple(
        Event(EventKind.RESTORED, entry.number, before=EntryStatus.WITHDRAWN, after=entry.status) for entry in entries
    )
    concern = "" if only_restores(arrival.mail) else Concern.INQUIRY
    answer = Answer(LetterKind.STATE, entries)
    return Decision(arrival, Works(), verdict, entries, events=events, answer=answer, attention=concern)


def _after(history: History, withdrawn: Sequence[Entry]) -> History:
    """What is known once these are taken back."""
    gone = {entry.number: entry for entry in withdrawn}
    entries = tuple(gone.get(entry.number, entry) for entry in history.entries)
    same_files = {
        film: tuple(same for same in held if same.number not in gone) for film, held in history.same_files.items()
    }
    return replace(history, entries=entries, same_files=same_files)


def _both(
    sent: Decision,
    withdrawn: tuple[Entry, ...],
    events: tuple[Event, ...],
    works: Works,
    unclear: tuple[Finding, ...],
) -> Decision:
    """A mail that takes entries back and brings others: one decision, one letter about both."""
    answer = sent.answer
    if answer is not None:
        answer = replace(
            answer,
            kind=LetterKind.PARTIAL if withdrawn else answer.kind,
            entries=(*withdrawn, *answer.entries),
            findings=(*unclear, *answer.findings),
        )
    return replace(
        sent,
        works=works,
        entries=(*withdrawn, *sent.entries),
        findings=(*unclear, *sent.findings),
        events=(*events, *sent.events),
        answer=answer,
    )


def _without(works: Works, taken: Sequence[Entry]) -> Works:
    """The works without those of the entries taken back: sent along, they are not sent anew."""
    titles = {bare(entry.title) for entry in taken} - {""}
    films = {entry.video.part.sha256 for entry in taken if entry.video}
    forms = [_form_without(file, titles) for file in works.forms]
    return replace(
        works,
        forms=tuple(file for file in forms if file.form is None or file.form.rows),
        videos=tuple(video for video in works.videos if video.part.sha256 not in films),
    )


def _form_without(file: FormFile, titles: set[str]) -> FormFile:
    if file.form is None:
        return file
    rows = tuple(row for row in file.form.rows if bare(row.title) not in titles)
    return replace(file, form=replace(file.form, rows=rows))
