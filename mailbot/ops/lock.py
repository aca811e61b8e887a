"""One mailbot a data folder: two would fetch the same mails and send the same letters."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.model.errors import Refused


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock; the kernel gives it back however the process ends.

    Raises:
        Refused: another mailbot holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "mailbot.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Refused(f"{data_dir}: another mailbot is at work here (process {holder}). Stop it first.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
