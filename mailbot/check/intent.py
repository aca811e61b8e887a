"""What a mail is to us, now that its works are known: submit, ask, withdraw; and whether a letter may go back. Pure."""

from mailbot.check.takes_back import takes_back
from mailbot.model.mail import RECEIPT_BY_SUBJECT, Mail, Triage, Verdict
from mailbot.model.works import Works


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
    if mail.automatic is None and takes_back(mail.subject, mail.body_text, brings_works=not works.empty):
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
