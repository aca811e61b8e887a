"""What can go wrong, as one small tree.

MailbotError
├── ConfigError           the configuration, a template or the command line: a person mends it, exit 2
├── TemporaryError        our own trouble (disk, sandbox, network): the work waits and is tried again
│   ├── MailboxError      the mailbox could not be reached or cut us off
│   ├── SendError         the SMTP server could not be reached or asked us to wait
│   ├── LinkCut           a download was cut or could not begin; what came of it is kept
│   ├── Overtaken         somebody changed an entry while we thought about it: think again
│   └── ToolMissing       a program that mailbot needs is not installed
├── AccountError          a server refuses our account: stop asking, tell the organizers
├── LinkRefused           what a link leads to is not fetched: not allowed, not there, too large, no film
├── ReadingFailed         a stranger's file could not be read within its bounds: becomes a finding
└── Refused               a person asked for what cannot be done: exit 1

A refusal's text tells the person what to do next. Hostile input never surfaces as an exception beyond the
room that reads it: it becomes a `Finding`.
"""

from enum import StrEnum


class MailbotError(Exception):
    """Any error that mailbot raises on purpose."""


class ConfigError(MailbotError):
    """The configuration cannot be used. The text names file, key and cure."""


class TemporaryError(MailbotError):
    """Our own trouble, never the submitter's: the work waits and is tried again."""


class MailboxError(TemporaryError):
    """The mailbox could not be reached, or the connection died."""


class SendError(TemporaryError):
    """The mail server could not be reached, or asked us to come back later."""


class LinkCut(TemporaryError):
    """A download was cut, or its server could not be reached: it goes on where it was cut."""


class Overtaken(TemporaryError):
    """Somebody changed an entry between our reading and our writing it: decide again."""


class ToolMissing(TemporaryError):
    """A program that mailbot needs is not installed; the text names it and the cure."""


class AccountError(MailbotError):
    """A server refuses our account (password, risk control, sending ban). Retrying makes it worse."""


class LinkRefused(MailbotError):
    """What a link leads to is not fetched, now or later: a person must look. The text says why."""


class ReadingTrouble(StrEnum):
    """Why a file could not be read within its bounds."""

    TIMEOUT = "timeout"
    """It took longer than its wall or CPU time."""
    MEMORY = "memory"
    """It asked for more memory than it was given."""
    OUTPUT = "output"
    """It wrote more than it may."""
    CRASH = "crash"
    """The reader ended by a signal, or vanished."""
    BROKEN = "broken"
    """The reader raised: the file is not what its type says."""


class ReadingFailed(MailbotError):
    """A bounded reader gave up on a stranger's file.

    Attributes:
        trouble: which bound was met.
    """

    def __init__(self, trouble: ReadingTrouble, what: str) -> None:
        super().__init__(f"{what}: {trouble.value}")
        self.trouble = trouble
        self._what = what

    def __reduce__(self) -> "tuple[type[ReadingFailed], tuple[ReadingTrouble, str]]":
        return ReadingFailed, (self.trouble, self._what)


class Refused(MailbotError):
    """A person asked for something that cannot be done (unknown number, nothing to send). Exit 1."""


class Damaged(MailbotError):
    """A stored file is gone, or its content is not what its name says: the disk has rotted, or somebody wrote to it.

    Attributes:
        sha256: the name it has in the store.
    """

    def __init__(self, sha256: str, what: str) -> None:
        super().__init__(
            f"files/{sha256[:2]}/{sha256} {what}. Put it back from a copy of data_dir, or attach the film."
        )
        self.sha256 = sha256
