"""What is told of a mail as a whole: its findings, and why a person must look at it."""

from collections.abc import Sequence
from typing import Final

from mailbot.model.decision import Arrival
from mailbot.model.finding import Code, Finding
from mailbot.model.works import Works

FOR_A_PERSON: Final = frozenset(
    {Code.FORM_SCANNED, Code.MAIL_UNREADABLE, Code.MAIL_TOO_MANY, Code.PART_UNSAFE, Code.WITHDRAWAL_UNCLEAR}
)
"""A scan that nobody could read, a mail that nobody could take apart or understand."""


def mail_findings(arrival: Arrival, works: Works) -> tuple[Finding, ...]:
    """What is wrong with a mail, its parts and its forms; a blank form beside a filled one is no fault."""
    told = any(file.form is not None and file.form.rows for file in works.forms)
    of_forms = [
        finding
        for file in works.forms
        for finding in file.findings
        if file.form is None or (not file.form.rows and not told)
    ]
    return (*arrival.mail.findings, *works.findings, *of_forms)


def attention(findings: Sequence[Finding]) -> str:
    """Why a person must look at the mail itself, a finding's code; empty where nobody must."""
    return next((finding.code.value for finding in findings if finding.code in FOR_A_PERSON), "")
