"""A letter that names nothing: its reader may never have written to us, and shall not get a stranger's words. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.model.entry import Entry
from mailbot.model.finding import Details, Finding

TOLD: Final = frozenset({"number", "duration", "min_seconds", "max_seconds", "width", "height", "received", "deadline"})
"""Details of findings that we measured; all others may be the sender's own words."""


def without_names(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries with their numbers and states alone."""
    return tuple(
        replace(
            entry,
            title="",
            told_title="",
            unit="",
            contact="",
            recommender="",
            maker="",
            recommending_unit="",
            signed="",
            phone="",
            link=None,
            extra={},
            video=None,
            notes=(),
            findings=findings_without_names(entry.findings),
        )
        for entry in entries
    )


def findings_without_names(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without what the sender wrote."""
    return tuple(Finding(finding.code, _measured(finding.details)) for finding in findings)


def _measured(details: Details) -> Details:
    return {name: value for name, value in details.items() if name in TOLD or not isinstance(value, str)}
