"""Write the files of a new campaign: configuration, password, templates; and try the account before that."""

import os
import shutil
from pathlib import Path
from typing import Final

from mailbot.fetch.open import open_mailbox
from mailbot.reply.sender import open_sender
from mailbot.settings.filled import PASSWORD_FILE, SetupAnswers, filled_in
from mailbot.settings.found import DEFAULT_FILE, FOLDER, example_config, packaged_templates
from mailbot.settings.keys import MailboxSettings, SmtpSettings

CLOSED: Final = 0o700
SECRET: Final = 0o600


def there(folder: Path) -> tuple[Path, ...]:
    """Files of an earlier setup, which would be overwritten."""
    return tuple(path for path in (folder / DEFAULT_FILE, folder / PASSWORD_FILE) if path.exists())


def try_account(told: SetupAnswers, password: str) -> None:
    """Log in where mails come in and where letters go out; nothing is written.

    Raises:
        AccountError: a server refuses the address or the password.
        TemporaryError: a server cannot be reached.
    """
    imap, smtp = told.service.imap, told.service.smtp
    open_mailbox(
        MailboxSettings(host=imap.host, port=imap.port, security=imap.security, user=told.address, password=password)
    ).close()
    settings = SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=told.address,
        password=password,
        sender=told.address,
    )
    with open_sender(settings) as sender:
        sender.check()


def write(folder: Path, told: SetupAnswers, password: str) -> Path:
    """Write config.toml, the password file (0600) and, where there are none yet, templates/ into a folder.

    What stood in config.toml is kept beside it. A folder that is made is closed to others.

    Returns:
        The configuration.
    """
    if not folder.exists():
        folder.mkdir(parents=True, mode=CLOSED)
        folder.chmod(CLOSED)
    config = folder / DEFAULT_FILE
    if config.exists():
        shutil.copy2(config, config.with_suffix(".toml.before-setup"))
    _put(config, filled_in(example_config().read_text(encoding="utf-8"), told))
    _put(folder / PASSWORD_FILE, f"{password}\n")
    if not (folder / FOLDER).exists():
        shutil.copytree(packaged_templates(), folder / FOLDER)
    return config


def _put(path: Path, text: str) -> None:
    """A file that is whole or not there, readable by its owner alone from the beginning."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
