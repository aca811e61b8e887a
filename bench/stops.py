"""Stop the daemon again and again at random moments: does it always end in time?

    python -m bench.stops [TIMES]

A daemon with mails to take in is started and asked to stop after 0 to 4 s. Prints how long the stops took, and fails
at the first one that takes longer than 10 s or does not end with 0.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import cast

from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.servers.coremail import coremail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import smtp_receiver

LONGEST = 10.0
MAILS = 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("times", nargs="?", type=int, default=200)
    times = parser.parse_args().times
    dice = random.Random(20240731)  # noqa: S311 - reproducible moments
    took = []
    with coremail() as server, smtp_receiver() as receiver, tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), cast("Dovecot", server), receiver)
        stage.configure()
        for number in range(MAILS):
            title = f"作品{number}"
            files = ("表.docx", form(Work(title))), (f"{title}.mp4", film("stop"))
            whole = mail(*files, sender=f"a{number}@example.org")
            received = IN_TIME + timedelta(minutes=number)
            server.deliver(whole.as_bytes(policy=policy.SMTP), received_at=received)
        for number in range(times):
            took.append(stop_once(stage, dice.uniform(0, 4)))
            print(f"{number + 1}/{times}: {took[-1]:.1f} s, at most {max(took):.1f} s", flush=True)


def stop_once(stage: Stage, after: float) -> float:
    """Start, wait, stop; the seconds that the stop took."""
    config = str(stage.folder / "config.toml")
    command = [sys.executable, "-m", "mailbot", "--config", config, "run"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        while b"daemon-started" not in process.stderr.readline():
            pass
        time.sleep(after)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        code = process.wait()
    took = time.monotonic() - asked
    if code != 0 or took > LONGEST:
        sys.exit(f"exit {code} after {took:.1f} s")
    return took


if __name__ == "__main__":
    main()
