"""The ledger, replicated by Litestream into the bucket as docs/scale.md says, comes back whole on another machine."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from mailbot.ledger import mails
from mailbot.ledger.connection import check_integrity, open_ledger
from mailbot.model.mail import MailRef, RawMail
from mailbot.model.rules import Campaign
from tests.journeys.material import IN_TIME
from tests.make.decisions import CHINA, sha
from tests.servers.cluster import BUCKET

CONFIG = """
dbs:
  - path: {ledger}
    replica:
      type: s3
      bucket: {bucket}
      path: ledger
      endpoint: http://127.0.0.1:{port}
      region: us-east-1
      force-path-style: true
"""
THEMES = Campaign().themes
LITESTREAM = shutil.which("litestream", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def litestream(*arguments: str) -> None:
    """Run it; its wheel puts it beside Python."""
    assert LITESTREAM is not None
    # a bundle of authorities that a machine sets for all its programs is one that Litestream 0.5 cannot take
    environment = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
    command = [LITESTREAM, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_ledger_comes_back_from_its_replica_with_what_was_written_last(bucket_port: int, tmp_path: Path) -> None:
    ledger, back = tmp_path / "ledger.sqlite", tmp_path / "other" / "ledger.sqlite"
    config = tmp_path / "litestream.yml"
    config.write_text(CONFIG.format(ledger=ledger, bucket=BUCKET, port=bucket_port), encoding="utf-8")
    with open_ledger(ledger, THEMES) as db:
        for number in range(3):
            at = IN_TIME + timedelta(minutes=number)
            mails.enter(db, MailRef("box", "INBOX", 1, number + 1, at), RawMail(sha(str(number)), 100), CHINA, at)
            litestream("replicate", "-config", str(config), "-once")
    ledger.unlink()
    back.parent.mkdir()
    litestream("restore", "-config", str(config), "-o", str(back), str(ledger))
    with open_ledger(back, THEMES) as db:
        assert check_integrity(db, whole=True) == ()
        assert [mail.sha256 for mail in mails.pending(db)] == [sha(str(number)) for number in range(3)]
