"""What no single key can tell: values that must fit one another. A complaint reads `key: what is wrong. The cure`."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailbot.model.campaign_form import CampaignForm, FieldKind
from mailbot.settings.keys import (
    LOOPBACK,
    EngineKind,
    LinkFetch,
    LinkSettings,
    Security,
    Settings,
    StoreKind,
    WatchSettings,
)

HIGHEST_PORT: Final = 65535


def cross_check(settings: Settings) -> Iterator[str]:
    """Every complaint about these settings; none where they fit."""
    campaign = settings.campaign
    try:
        ZoneInfo(campaign.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f'campaign.timezone: {campaign.timezone!r} is no time zone. Write an IANA name such as "Asia/Shanghai".'
    if not _counts(campaign.number):
        yield 'campaign.number: needs {seq}, may have {year}, no blanks or slashes, as in "GYQG-{year}-{seq:04d}".'
    if len(set(campaign.themes)) < len(campaign.themes) or not all(theme.strip() for theme in campaign.themes):
        yield "campaign.themes: a theme is empty or stands twice. Name each once."
    if settings.video.min_seconds > settings.video.max_seconds:
        yield "video.min_seconds: is above video.max_seconds. Swap them."
    for aspect in settings.video.aspects:
        if not re.fullmatch("[1-9][0-9]*:[1-9][0-9]*", aspect):
            yield f'video.aspects: {aspect!r} is no aspect. Write it as "16:9".'
    try:
        time.fromisoformat(settings.schedule.digest_at)
    except ValueError:
        yield f'schedule.digest_at: {settings.schedule.digest_at!r} is no time of day. Write "HH:MM".'
    yield from _check_form(settings.form)
    yield from _check_links(settings.links)
    yield from _check_servers(settings)
    yield from _check_watch(settings.watch)
    yield from check_cluster(settings)


def _check_watch(watch: WatchSettings) -> Iterator[str]:
    host, _, port = watch.listen.rpartition(":")
    if watch.listen and (host not in LOOPBACK - {"::1"} or not port.isdigit() or int(port) > HIGHEST_PORT):
        yield 'watch.listen: is answered on this machine alone. Write "127.0.0.1:9464"; a proxy may take it further.'
    if watch.heartbeat and not re.fullmatch(r"https?://[^\s/@]+(?:/\S*)?", watch.heartbeat):
        yield 'watch.heartbeat: is no web address. Write it as "https://hc.example.org/ping/…".'


def check_cluster(settings: Settings) -> Iterator[str]:
    """A cluster needs a scheduler, and a store that its workers reach too."""
    work, store = settings.work, settings.store
    if store.kind is StoreKind.S3 and not re.fullmatch("s3://[^/]+(/.*)?", store.url):
        yield f"store.url: {store.url!r} is no bucket. Write s3://bucket/prefix."
    if work.engine is not EngineKind.DASK:
        return
    address = re.fullmatch(r"(tls|tcp)://([^/]+):\d+", work.scheduler)
    if address is None:
        yield f"work.scheduler: {work.scheduler!r} is no scheduler. Write tls://host:8786."
    elif address[1] == "tcp" and address[2] not in LOOPBACK:
        yield "work.scheduler: whoever reaches a scheduler over tcp:// runs code here. Write tls://host:8786."
    if store.kind is not StoreKind.S3:
        yield 'store.kind: workers on other machines do not see this folder. Write kind = "s3", and url.'
    if work.scheduler.startswith("tls://") and not (work.ca_file and work.cert_file and work.key_file):
        yield "work.ca_file: tls:// needs ca_file, cert_file and key_file. Name all three."


def _counts(number: str) -> bool:
    """Whether a number pattern gives two works two numbers, each a word that a subject and a file name can hold."""
    try:
        first, second = number.format(year=2024, seq=1), number.format(year=2024, seq=2)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return False
    return first != second and re.search(r"[\s/\\]", first) is None


def _check_form(form: CampaignForm) -> Iterator[str]:
    names = Counter(one.name for one in form.fields)
    labels = Counter(label for one in form.fields for label in (one.label, *one.also))
    roles = Counter(one.kind for one in form.fields if one.kind.is_role)
    for name, times in names.items():
        if not re.fullmatch("[A-Za-z0-9_]+", name):
            yield f'form.fields: the name {name!r} is no key. Write letters, digits and _, as in "author".'
        if times > 1:
            yield f"form.fields: two fields are named {name!r}. Give each its own name."
    for label, times in labels.items():
        if times > 1 or not label.strip():
            yield f"form.fields: the label {label!r} is blank or stands twice. A form's head must name one field."
    for kind, times in roles.items():
        if times > 1:
            yield f'form.fields: {times} fields are of kind {kind.value!r}. It stands once; others are of kind "text".'
    if not roles[FieldKind.TITLE]:
        yield 'form.fields: no field is of kind "title". Say which one names the work.'


def _check_links(links: LinkSettings) -> Iterator[str]:
    if links.fetch is LinkFetch.ALLOW and not links.hosts:
        yield 'links.hosts: is empty. Name the hosts that fetch = "allow" may download from.'
    for host in links.hosts:
        if not re.fullmatch(r"(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", host):
            yield f'links.hosts: {host!r} is no host name. Write "files.example.org", or "*.example.org" for all below.'


def _check_servers(settings: Settings) -> Iterator[str]:
    labels = [mailbox.label for mailbox in settings.mailbox]
    for index, mailbox in enumerate(settings.mailbox):
        key = "mailbox" if len(settings.mailbox) == 1 else f"mailbox.{index}"
        if mailbox.kind == "maildir" and mailbox.path is None:
            yield f'{key}.path: is missing. Name the Maildir that kind = "maildir" reads.'
        if mailbox.kind == "imap":
            if not mailbox.user:
                yield f"{key}.user: is missing. Write the mailbox's address."
            yield from _check_plain(key, mailbox.security, mailbox.host)
        if labels.count(mailbox.label) > 1:
            yield f"{key}.name: two mailboxes are called {mailbox.label!r}. Give each its own name."
    if settings.smtp.kind == "folder" and settings.smtp.path is None:
        yield 'smtp.path: is missing. Name the folder that kind = "folder" writes to.'
    if settings.smtp.kind == "smtp":
        yield from _check_plain("smtp", settings.smtp.security, settings.smtp.host)
    for key, address in (
        ("smtp.from", settings.smtp.sender),
        *(("organizers.digest_to", to) for to in settings.organizers.digest_to),
    ):
        if "@" not in address or any(mark in address for mark in "\r\n"):
            yield f'{key}: {address!r} holds no mail address. Write name@host, or "Name <name@host>".'


def _check_plain(key: str, security: Security, host: str) -> Iterator[str]:
    if security is Security.NONE and host not in LOOPBACK:
        yield f'{key}.security: "none" is for loopback only, not for {host!r}. Write "tls" or "starttls".'
