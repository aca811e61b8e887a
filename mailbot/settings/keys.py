"""Every key of config.toml, its default and its meaning: frozen records."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Ge, Gt, Le, MinLen

from mailbot.model.campaign_form import CampaignForm
from mailbot.model.letter import LetterKind
from mailbot.model.limits import Limits
from mailbot.model.roster import Roster
from mailbot.model.rules import Campaign, Rules, VideoRules
from mailbot.model.tools import Tools
from mailbot.settings.found import DEFAULT_FILE
from mailbot.settings.language import Language
from mailbot.settings.seconds import Seconds

REFUSALS: Final = frozenset({LetterKind.REJECTED, LetterKind.PARTIAL, LetterKind.LATE})
"""Letters that `hold = "rejections"` holds."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Security(StrEnum):
    """How a connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Plain text: on loopback only."""


class After(StrEnum):
    """What is done with a mail on the server once it is entered."""

    KEEP = "keep"
    SEEN = "seen"
    MOVE = "move"


class OnUnknown(StrEnum):
    """What becomes of a letter whose sending was cut so that nobody knows whether it left."""

    HOLD = "hold"
    RESEND = "resend"


class Hold(StrEnum):
    """Which letters wait for `mailbot outbox release`."""

    NONE = "none"
    REJECTIONS = "rejections"
    ALL = "all"


class Extra(StrEnum):
    """What may be installed besides, `pip install 'mailbot[prints]'`."""

    PRINTS = "prints"
    OCR = "ocr"
    QR = "qr"
    FAISS = "faiss"
    ADMIN = "admin"
    WATCH = "watch"


class LinkFetch(StrEnum):
    """Whether mailbot downloads videos that lie behind links."""

    OFF = "off"
    ALLOW = "allow"
    """From `links.hosts`, and nowhere else."""


@dataclass(frozen=True)
class MailboxSettings:
    """`[mailbox]`, or each `[[mailbox]]`: where mails come from.

    Attributes:
        kind: `imap` or `maildir`.
        name: how the ledger calls it; the user name or the path where it is empty. Another name is another mailbox.
        host: IMAP host.
        port: IMAP port.
        security: how the connection is protected.
        user: login name.
        password: secret; better in `password_file` or MAILBOT_MAILBOX_PASSWORD.
        password_file: a file whose first line is the secret.
        folders: folders to read; junk folders that exist are read besides, where `junk` is true.
        junk: also read the junk, advertisement and subscription folders where the server has them.
        after: what is done with an entered mail on the server.
        move_to: where to, with `after = "move"`.
        path: the Maildir.
        reconcile_every: how often all UIDs are compared, in seconds.
        timeout: silence after which a connection counts as dead, in seconds.
        authserv_id: whose Authentication-Results header is trusted; empty: the topmost one's own.
    """

    kind: Literal["imap", "maildir"] = "imap"
    name: str = ""
    host: str = "imap.163.com"
    port: Annotated[int, Ge(1), Le(65535)] = 993
    security: Security = Security.TLS
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    folders: Annotated[tuple[str, ...], MinLen(1)] = ("INBOX",)
    junk: bool = True
    after: After = After.KEEP
    move_to: str = "已处理"
    path: Path | None = None
    reconcile_every: Seconds = 3600
    timeout: Seconds = 60
    authserv_id: str = ""

    @property
    def label(self) -> str:
        """The name by which the ledger knows this mailbox."""
        return self.name or self.user or str(self.path)


@dataclass(frozen=True)
class SmtpSettings:
    """`[smtp]`: how letters leave.

    Attributes:
        kind: `smtp`, or `folder` where every letter is written as an .eml.
        host: SMTP host.
        port: SMTP port.
        security: how the connection is protected.
        user: login name; empty: no login.
        password: secret; better in `password_file` or MAILBOT_SMTP_PASSWORD.
        password_file: a file whose first line is the secret.
        sender: the From header, `name <address>`; written `from` in the file.
        path: the folder.
        timeout: silence after which a connection counts as dead, in seconds.
    """

    kind: Literal["smtp", "folder"] = "smtp"
    host: str = "smtp.163.com"
    port: Annotated[int, Ge(1), Le(65535)] = 465
    security: Security = Security.TLS
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    sender: Annotated[str, MinLen(3)] = "征选活动组委会 <submissions@163.com>"
    path: Path | None = None
    timeout: Seconds = 60


@dataclass(frozen=True)
class OutboxSettings:
    """`[outbox]`: how fast, and what waits.

    Attributes:
        pace_seconds: pause between two letters, in seconds.
        daily_cap: letters a day, campaign time.
        per_sender_daily: letters a day to one address.
        on_unknown: what becomes of a letter whose fate nobody knows.
        hold: which letters wait for a person.
        first_run_limit: more letters than this owed by the very first round all wait; 0 = never.
    """

    pace_seconds: Annotated[float, Ge(0)] = 10
    daily_cap: Annotated[int, Gt(0)] = 100
    per_sender_daily: Annotated[int, Gt(0)] = 10
    on_unknown: OnUnknown = OnUnknown.HOLD
    hold: Hold = Hold.NONE
    first_run_limit: Annotated[int, Ge(0)] = 50

    def holds(self, kind: LetterKind) -> bool:
        """Whether a letter of this kind waits for a person."""
        return self.hold is Hold.ALL or (self.hold is Hold.REJECTIONS and kind in REFUSALS)


@dataclass(frozen=True)
class ScheduleSettings:
    """`[schedule]`: when things happen.

    Attributes:
        poll_every: seconds, or `"90s"`, `"2m"`, `"1h"`.
        digest_at: `"HH:MM"` in the campaign's time zone.
    """

    poll_every: Seconds = 120
    digest_at: Annotated[str, MinLen(4)] = "08:30"

    @property
    def digest_time(self) -> time:
        """`digest_at` as a time of day."""
        return time.fromisoformat(self.digest_at)


class EngineKind(StrEnum):
    """Where the work on files is done."""

    LOCAL = "local"
    """By processes of this machine."""
    DASK = "dask"
    """By the workers of a dask.distributed cluster; `mailbot worker` is one."""


class StoreKind(StrEnum):
    """Where spooled mails and files lie."""

    FOLDER = "folder"
    """Under data_dir."""
    S3 = "s3"
    """In a bucket; under data_dir only what is worked on."""


@dataclass(frozen=True)
class WorkSettings:
    """`[work]`: where the work on files is done.

    Attributes:
        engine: on this machine, or on a cluster.
        workers: files that are read at once; 0 for one a core. Of a cluster: by one `mailbot worker`.
        scheduler: the cluster's, as `tls://host:8786`; `tcp://` on this machine alone.
        ca_file: certificate of the authority that signed scheduler's and workers' certificates, for `tls://`.
        cert_file: this machine's certificate.
        key_file: its key.
        patience: how long work may wait for a scheduler or a worker, in seconds; then its mail is tried again later.
    """

    engine: EngineKind = EngineKind.LOCAL
    workers: Annotated[int, Ge(0)] = 0
    scheduler: str = ""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    patience: Seconds = 300


@dataclass(frozen=True)
class StoreSettings:
    """`[store]`: where spooled mails and files lie.

    Attributes:
        kind: a folder of this machine, or S3.
        url: bucket and prefix, as `s3://bucket/prefix`.
        endpoint: the service's address, where it is not Amazon's.
        region: the bucket's.
        cache_mb: of the bucket's content, what may lie in data_dir, MiB; what is being read comes on top.
        patience: how long one request is tried, in seconds; an outage that is shorter is not noticed.
    """

    kind: StoreKind = StoreKind.FOLDER
    url: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    cache_mb: Annotated[int, Gt(0)] = 20480
    patience: Seconds = 180


@dataclass(frozen=True)
class LinkSettings:
    """`[links]`: videos that lie behind links.

    Attributes:
        fetch: whether mailbot downloads them; what it does not fetch waits for a person.
        hosts: host names that give a file to anyone who asks; `*.name` takes every host below it.
        max_mb: largest file that is fetched, MiB.
        seconds: real time for one download, in seconds; one that took longer goes on in the next try.
        timeout: silence after which a connection counts as dead, in seconds.
        warn_days: how long before a link dies the organizers are told, in days.
    """

    fetch: LinkFetch = LinkFetch.OFF
    hosts: tuple[str, ...] = ()
    max_mb: Annotated[int, Gt(0)] = 2048
    seconds: Seconds = 3600
    timeout: Seconds = 60
    warn_days: Annotated[int, Ge(0)] = 3


@dataclass(frozen=True)
class OrganizerSettings:
    """`[organizers]`: who reads the digest and the alerts.

    Attributes:
        digest_to: addresses.
        quiet: no digest of a day on which nothing came, nothing was changed and nothing waits for a person.
    """

    digest_to: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True)
class UnitSettings:
    """`[units]`: the units that the organizers know.

    Attributes:
        file: a CSV file of them: names, mail domains, city, province, whether works are expected; None: no roster.
    """

    file: Path | None = None


@dataclass(frozen=True)
class WatchSettings:
    """`[watch]`: how mailbot is seen from outside.

    Attributes:
        listen: `"127.0.0.1:9464"`: /healthz and /metrics are answered there; empty: nowhere.
        heartbeat: an address that is told of each round, as healthchecks.io wants it; empty: none.
    """

    listen: str = ""
    heartbeat: str = ""


@dataclass(frozen=True)
class Settings:
    """The whole configuration, checked. Paths are absolute.

    Attributes:
        file: the file it was read from.
        data_dir: spool, files and ledger live here.
        roster: what the file of `[units]` says.
        language: of the commands' output and errors.
        extras: what the campaign relies on; `doctor` fails where one is not installed.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    data_dir: Path = Path("var")
    language: Language = Language.ZH
    extras: tuple[Extra, ...] = (Extra.PRINTS, Extra.OCR, Extra.QR)
    campaign: Campaign = field(default_factory=Campaign)
    video: VideoRules = field(default_factory=VideoRules)
    form: CampaignForm = field(default_factory=CampaignForm)
    mailbox: tuple[MailboxSettings, ...] = (MailboxSettings(),)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    outbox: OutboxSettings = field(default_factory=OutboxSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    organizers: OrganizerSettings = field(default_factory=OrganizerSettings)
    links: LinkSettings = field(default_factory=LinkSettings)
    limits: Limits = field(default_factory=Limits)
    work: WorkSettings = field(default_factory=WorkSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    tools: Tools = field(default_factory=Tools)
    units: UnitSettings = field(default_factory=UnitSettings)
    roster: Roster = field(default=Roster(), repr=False, compare=False)
    file: Path = field(default=Path(DEFAULT_FILE), repr=False)

    @property
    def rules(self) -> Rules:
        """What `decide` may look at."""
        return Rules(self.campaign, self.video, self.form, self.roster)

    @property
    def spool_dir(self) -> Path:
        """Raw mail."""
        return self.data_dir / "spool"

    @property
    def files_dir(self) -> Path:
        """The content store."""
        return self.data_dir / "files"

    @property
    def downloads_dir(self) -> Path:
        """Files behind links, while they come."""
        return self.data_dir / "downloads"

    @property
    def desk_dir(self) -> Path:
        """Where files are laid before readers' children, and where these write."""
        return self.data_dir / "desk"

    @property
    def ledger_file(self) -> Path:
        """The ledger."""
        return self.data_dir / "ledger.sqlite"
