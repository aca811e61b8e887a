"""What a child found in an archive."""

from dataclasses import dataclass

from mailbot.model.finding import Finding
from mailbot.model.mail import Part


@dataclass(frozen=True, slots=True)
class ArchiveListing:
    """What a child gives back.

    Attributes:
        members: in the folder.
        findings: of the archive and its members.
        disk_trouble: why our own disk failed; empty where it did not.
    """

    members: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()
    disk_trouble: str = ""
