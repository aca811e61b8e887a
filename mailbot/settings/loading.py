"""config.toml -> frozen settings; each error with its key and its cure, all of them at once."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mailbot.model.errors import ConfigError
from mailbot.settings import kept
from mailbot.settings.checks import check_cluster, cross_check
from mailbot.settings.keys import MailboxSettings, Settings, SmtpSettings
from mailbot.settings.roster import read_roster
from mailbot.settings.syntax import parse

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

UNION: Final = frozenset({"date", "datetime"})
"""What a value that may be either is called behind its key."""
OF_A_WORKER: Final = frozenset({"data_dir", "language", "limits", "store", "tools", "work"})
"""What a machine needs that reads files for another one, at the top of config.toml."""
READABLE_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH


def load(
    path: Path, environment: Mapping[str, str] = os.environ, *, keep: bool = True
) -> tuple[Settings, tuple[str, ...]]:
    """Read and check a configuration.

    Args:
        path: the TOML file.
        environment: where `MAILBOT_MAILBOX_PASSWORD` and `MAILBOT_SMTP_PASSWORD` may stand.
        keep: what was checked is kept in data_dir, so that the next command need not check it.

    Returns:
        The settings, and warnings for the person who runs mailbot (one a line).

    Raises:
        ConfigError: with one line an error: file, key, what is wrong, what to do.
    """
    path = path.absolute()
    told = _read(path)
    raw = parse(told, path)
    _shape(raw)
    folder = path.parent / str(raw.get("data_dir", Settings.data_dir))
    sealed = kept.seal(told)
    settings = kept.kept(folder, sealed)
    if settings is None:
        settings = _checked(raw, path, cross_check)
        if keep:
            kept.keep(folder, sealed, settings)
    warnings = tuple(_warnings(path, settings))
    return _settle(settings, path, environment), warnings


def load_worker(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Read what `mailbot worker` needs of a configuration: no mailbox, no address, no secret; the rest is left unread.

    Args:
        path: the TOML file.

    Returns:
        The settings, and a warning where the file holds more.

    Raises:
        ConfigError: as `load`.
    """
    path = path.absolute()
    raw = parse(_read(path), path)
    more = sorted(raw.keys() - OF_A_WORKER)
    settings = _checked({name: value for name, value in raw.items() if name in OF_A_WORKER}, path, check_cluster)
    warnings = (f"{path}: a worker needs none of {', '.join(more)}. Leave them out: no secret belongs here.",)
    return _settle(settings, path, {}), warnings if more else ()


def _checked(raw: dict[str, Any], path: Path, check: Callable[[Settings], Iterator[str]]) -> Settings:
    """The settings that a file's tables say.

    Raises:
        ConfigError: with one line an error.
    """
    # pydantic else asks every installed package for plugins, which takes as long as all the rest
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    from pydantic import ValidationError  # noqa: PLC0415 - a file that was checked before needs none of it

    try:
        settings = _adapter().validate_python(raw)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {line}" for line in _explain(error))) from None
    wrong = list(check(settings))
    if wrong:
        raise ConfigError("\n".join(f"{path}: {line}" for line in wrong))
    return settings


@cache
def _adapter() -> "TypeAdapter[Settings]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - see `_checked`

    return TypeAdapter(Settings)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}). Check the path and its permissions.") from None


def _shape(raw: dict[str, Any]) -> None:
    """Bring the file's shape to the settings': one mailbox or several, `from` for a Python keyword."""
    if isinstance(raw.get("mailbox"), dict):
        raw["mailbox"] = [raw["mailbox"]]
    smtp = raw.get("smtp")
    if isinstance(smtp, dict) and "from" in smtp:
        smtp["sender"] = smtp.pop("from")
    for name in ("file", "roster"):  # told by where the file lies, and by the file that [units] names
        raw.pop(name, None)


def _explain(error: "ValidationError") -> Iterator[str]:
    told = set()
    for wrong in error.errors(include_url=False):
        names = [str(part) for part in wrong["loc"]]
        key = ".".join(names[:-1] if names[-1] in UNION else names).replace("smtp.sender", "smtp.from")
        if key in told:
            continue
        told.add(key)
        if wrong["type"] == "unexpected_keyword_argument":
            yield f"{key}: no such key. Check its spelling and its table; config.example.toml has them all."
        else:
            shown = "" if _may_be_secret(key, wrong["input"]) else f", not {wrong['input']!r}"
            yield f"{key}: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}{shown}. Mend the value."


def _may_be_secret(key: str, value: object) -> bool:
    return key.endswith("password") or isinstance(value, dict | list)


def _warnings(path: Path, settings: Settings) -> Iterator[str]:
    servers: tuple[MailboxSettings | SmtpSettings, ...] = (settings.smtp, *settings.mailbox)
    if any(server.password for server in servers) and _others_read(path):
        yield f"{path}: holds a password and can be read by others. Run: chmod 600 {path.name}, or use password_file."
    files = {path.parent / server.password_file for server in servers if server.password_file is not None}
    for file in sorted(filter(_others_read, files)):
        yield f"{file}: the password can be read by others. Run: chmod 600 {file}"


def _others_read(path: Path) -> bool:
    return bool(path.stat().st_mode & READABLE_BY_OTHERS) if path.exists() else False


def _settle(settings: Settings, path: Path, environment: Mapping[str, str]) -> Settings:
    """Make paths absolute and fetch the secrets."""
    base = path.parent
    mailboxes = tuple(
        replace(
            mailbox,
            path=_under(base, mailbox.path),
            password=_secret(mailbox, base, environment, "MAILBOT_MAILBOX_PASSWORD"),
        )
        for mailbox in settings.mailbox
    )
    smtp = replace(
        settings.smtp,
        path=_under(base, settings.smtp.path),
        password=_secret(settings.smtp, base, environment, "MAILBOT_SMTP_PASSWORD"),
    )
    units = replace(settings.units, file=_under(base, settings.units.file))
    roster = read_roster(units.file) if units.file is not None else settings.roster
    work = settings.work
    work = replace(
        work,
        ca_file=_under(base, work.ca_file),
        cert_file=_under(base, work.cert_file),
        key_file=_under(base, work.key_file),
    )
    return replace(
        settings,
        file=path,
        data_dir=base / settings.data_dir,
        mailbox=mailboxes,
        smtp=smtp,
        units=units,
        roster=roster,
        work=work,
    )


def _under(base: Path, path: Path | None) -> Path | None:
    return None if path is None else base / path


def _secret(server: MailboxSettings | SmtpSettings, base: Path, environment: Mapping[str, str], variable: str) -> str:
    if server.password_file is not None:
        file = base / server.password_file
        try:
            return next(iter(file.read_text(encoding="utf-8-sig").splitlines()), "").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{file}: the password file cannot be read ({error}). Check its path and rights."
            ) from None
    return server.password or environment.get(variable, "")
