"""The ledger's codes in the organizers' words."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedWork
from mailbot.model.tally import OpenItem, OpenKind
from mailbot.orders.spoken import Spoken
from mailbot.templating import Wording


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of what the ledger knows by codes; a code without a name stands for itself.

    Attributes:
        findings: a finding's code -> its name.
        causes: what else makes something wait for a person -> its name.
        kinds: kinds of open items.
        statuses: of entries.
        happenings: kinds of events.
        decided: stands for a person's decision.
        comma: between several.
        colon: before what is said of one.
        spoken: orders.
    """

    findings: Mapping[str, str]
    causes: Mapping[str, str]
    kinds: Mapping[str, str]
    statuses: Mapping[str, str]
    happenings: Mapping[str, str]
    decided: str
    comma: str
    colon: str
    spoken: Spoken

    @classmethod
    def of(cls, wording: Wording) -> "Labels":
        """The names that the templates folder gives."""
        return cls(
            wording.labels(),
            wording.words("cause"),
            wording.words("open"),
            wording.words("status"),
            wording.words("happening"),
            wording.word("workbook.by_person"),
            wording.word("format.comma"),
            wording.word("format.colon"),
            Spoken(wording.words("verb")),
        )

    def cause(self, kind: OpenKind, cause: str) -> str:
        """What items of one cause have in common, in a few words."""
        return self.causes.get(cause) or self.findings.get(cause) or cause or self.kinds[kind]

    def why(self, item: OpenItem) -> str:
        """Why something waits for a person; what a server said stands behind it."""
        if item.why:
            return self.comma.join(self.cause(item.kind, code) for code in item.why)
        return self.cause(item.kind, item.cause) + (f"{self.colon}{item.error}" if item.error else "")

    def status(self, work: ListedWork) -> str:
        """Where a work stands, as letters put it: one whose video is only to be fetched from its link lacks nothing."""
        return self.statuses["fetching" if work.waits_for_its_link else work.status]

    def reasons(self, work: ListedWork) -> str:
        """Why a work stands where it does; where a person decided it, the person's words and not the file's faults."""
        if work.status is EntryStatus.WITHDRAWN:
            return ""
        if work.by_person:
            return f"{self.decided}{self.colon}{work.note}" if work.note else self.decided
        return self.comma.join(self.findings.get(code, code) for code in work.reasons)
