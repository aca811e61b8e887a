"""What an SMTP server's answer means for a letter. Pure.

NetEase repeats numbers across causes, so the text token decides first (`DT:SPM`, `HL:ICC`, …), the number and
the step only where no token is known. Source: NetEase's published list of return codes.
"""

import re
from enum import StrEnum
from typing import Final

from mailbot.model.sending import Outcome


class Step(StrEnum):
    """Where in the dialogue an answer came (RFC 5321 §3)."""

    CONNECT = "connect"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    END = "end"
    """After the final dot."""


TOKENS: Final[tuple[tuple[str, Outcome], ...]] = (
    # the account, its address or its IP: stop, a person must act
    (r"user has no permission", Outcome.ACCOUNT),
    (r"too much fail authentication|auth error limit|authentication failed|authentication required", Outcome.ACCOUNT),
    (r"mail from must equal authorized user|DT:SUM", Outcome.ACCOUNT),
    (r"MI:SPB|HL:IPB|HL:IHU|ip (?:is )?in blacklist|ip is rejected", Outcome.ACCOUNT),
    # the day's quota
    (r"MI:STC|RP:TRC|HL:ITC|daily (?:message|recipient|sending)|exceed(?:ed|s)? (?:the )?daily", Outcome.TOMORROW),
    # too quick, too many at once
    (r"HL:ICC|HL:IFC|MI:DMC|RP:DRC|MI:SFQ|RP:QRC|frequency limited|too many connections", Outcome.RETRY),
)
"""Patterns whose meaning does not hang on the number, tried in this order."""

SPAM_LIKE: Final = re.compile(r"DT:SPM", re.IGNORECASE)
NOT_YET: Final = re.compile(r"please try again|try again later", re.IGNORECASE)
QUEUED: Final = re.compile(r"queued as\s+<?([^\s>;]+)|\bid=(\S+)", re.IGNORECASE)
COMPILED: Final = tuple((re.compile(pattern, re.IGNORECASE), outcome) for pattern, outcome in TOKENS)

PERMANENT: Final = {
    Step.CONNECT: Outcome.ACCOUNT,
    Step.LOGIN: Outcome.ACCOUNT,
    Step.MAIL: Outcome.ACCOUNT,
    Step.RCPT: Outcome.REJECTED,
    Step.DATA: Outcome.REJECTED,
    Step.END: Outcome.REJECTED,
}
"""What a 5xx means where no token is known: before RCPT it is about us, from there on about the letter."""

POSITIVE, INTERMEDIATE, TRANSIENT, FOR_GOOD = 2, 3, 4, 5
"""First digits (RFC 5321 §4.2.1)."""

AUTHENTICATION: Final = frozenset({530, 534, 535, 538})
SIZE: Final = 552
CLOSING: Final = 421


def classify(step: Step, code: int, text: str) -> Outcome:
    """What an answer means.

    Args:
        step: what it answers.
        code: its three digits; 0 or less where it gave none.
        text: its words, enhanced code included.
    """
    kind = code // 100
    if kind in {POSITIVE, INTERMEDIATE}:
        return Outcome.SENT
    if kind not in {TRANSIENT, FOR_GOOD}:
        return Outcome.UNKNOWN if step is Step.END else Outcome.RETRY
    if SPAM_LIKE.search(text):
        return Outcome.RETRY if kind == TRANSIENT or NOT_YET.search(text) else Outcome.REJECTED
    for pattern, outcome in COMPILED:
        if pattern.search(text):
            return outcome
    if kind == TRANSIENT:
        return Outcome.RETRY
    if code in AUTHENTICATION:
        return Outcome.ACCOUNT
    return Outcome.REJECTED if code == SIZE else PERMANENT[step]


def is_about_letter(step: Step, code: int, text: str) -> bool:
    """Whether an answer speaks of this letter or its recipient, so that it counts as a try.

    421 ends the session whatever was asked (RFC 5321 §3.8), and quotas and throttles are the account's.
    """
    if step not in {Step.RCPT, Step.DATA, Step.END} or code // 100 not in {TRANSIENT, FOR_GOOD} or code == CLOSING:
        return False
    return not any(pattern.search(text) for pattern, _ in COMPILED)


def queue_id(text: str) -> str:
    """The server's name for a taken letter (`Mail OK queued as smtp11,D8Cow….43886S2 1548385572`); empty for none."""
    found = QUEUED.search(text)
    return (found[1] or found[2]) if found else ""
