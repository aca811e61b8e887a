"""A campaign on a scheduler, two workers and a bucket comes to the ledger and letters of one machine, whatever dies."""

import asyncio
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx
import pytest

from mailbot import outgoing
from mailbot.browse import Shelf, site
from mailbot.cluster.client import connected
from mailbot.demo.play import CONFIG, DIGEST_DAY
from mailbot.demo.post import MAILBOX
from mailbot.model.limits import MIB
from mailbot.ops import restore
from mailbot.ops.doctor import examine
from mailbot.ops.house import House, open_house
from mailbot.ops.remote import lost
from mailbot.ops.round import run_once
from mailbot.ops.shown import labels_of
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load
from mailbot.spool import Spool
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.make.backlog import ledger_of, letters_of
from tests.make.configs import CAMPAIGN, ON_FOLDERS
from tests.make.films import box
from tests.make.maildir import lay, maildir
from tests.make.played import Played
from tests.servers.cluster import Cluster, Mood, cluster, until

pytestmark = pytest.mark.usefixtures("no_socket_half_open")
OF_THE_WAY: Final = ("uidvalidity", "queue_id")
"""Columns that tell of the servers by which mails and letters went, as a whole table does."""
DIGEST: Final = "digest:"
"""Begins the key of a letter that tells when it was written."""


@pytest.fixture(scope="module", name="served")
def _served(tmp_path_factory: pytest.TempPathFactory, bucket_port: int) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), bucket_port, workers=2) as made:
        yield made


def demo_again(played: Played, folder: Path, tables: str) -> Settings:
    """The demo's campaign with the very mails that were sent to it, in a Maildir; letters go into a folder."""
    key = "orders.key"
    (folder / "var").mkdir()
    shutil.copy(played.folder / "var" / key, folder / "var" / key)  # signs what the digest lets organizers answer
    box = maildir(folder / "inbox")
    with closing(sqlite3.connect(played.folder / "var" / "ledger.sqlite")) as db:
        mails = db.execute("SELECT id, sha256, received_at FROM mails ORDER BY id").fetchall()
    spool = Spool(played.folder / "var" / "spool")
    for number, sha256, received_at in mails:
        lay(box, f"{number:04d}", spool.path(sha256).read_bytes(), datetime.fromisoformat(received_at).timestamp())
    servers = f"""
[mailbox]
kind = "maildir"
name = "{MAILBOX}"
user = "{MAILBOX}"
path = "inbox"
[smtp]
kind = "folder"
path = "replies"
"""
    written = CONFIG.format(imap=0, smtp=0, user=MAILBOX, password="")
    campaign, _, rest = written.partition("[mailbox]")
    sender = re.search("from = .*\n", rest)
    assert sender is not None
    text = campaign + servers + sender[0] + rest[rest.index("[outbox]") :] + tables
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml", {})[0]


def compared(folder: Path) -> tuple[object, object]:
    """All that a ledger holds, and all letters, but for what tells of servers and of the moment of writing."""
    tables = ledger_of(folder / "var", OF_THE_WAY)
    del tables["sightings"]
    tables["replies"] = [row for row in tables["replies"] if not str(row[1]).startswith(DIGEST)]
    letters = [letter for letter in letters_of(folder / "replies") if "organizer@" not in letter[0]]
    return tables, letters


def play(settings: Settings) -> None:
    with open_house(settings) as house:
        run_once(house)


def test_the_demos_campaign_comes_to_the_ledger_and_letters_of_one_machine_whatever_fails_over_it(
    served: Cluster, played: Played, tmp_path: Path
) -> None:
    settings = demo_again(played, tmp_path, served.config)
    playing = threading.Thread(target=play, args=(settings,))
    with connected(settings.work) as client:
        playing.start()
        until(lambda: any("read_film" in str(key) for keys in client.processing().values() for key in keys))
    served.kill_workers()
    served.gate.mood = Mood.UNAVAILABLE
    served.kill_scheduler()
    served.start_scheduler()
    served.start_worker()
    until(lambda: served.gate.turned_away)
    served.start_worker()
    served.gate.late = 1
    for mood in (Mood.SLOW, Mood.LATE):
        served.gate.mood = mood
        time.sleep(2)
    served.gate.mood = Mood.OPEN
    playing.join()
    play(settings)
    with open_house(settings) as house, house.ledger() as db:
        outgoing.owe_digest(house.session(db), DIGEST_DAY)
    play(settings)
    assert compared(tmp_path) == compared(played.folder)
    everything_is_in_the_bucket(settings, tmp_path)


def everything_is_in_the_bucket(settings: Settings, folder: Path) -> None:
    assert restore.rebuild(settings, folder / "again").mails == 0
    shutil.rmtree(settings.files_dir)
    shutil.rmtree(settings.spool_dir)
    with open_house(settings) as house:
        assert not list(lost(house))
        assert asyncio.run(sheet_in_a_browser(house)).startswith(b"\xff\xd8")
        house.bench.store.discard(min(house.bench.store.names()))
        assert len(list(lost(house))) == 1


async def sheet_in_a_browser(house: House) -> bytes:
    """A contact sheet as the ledger's pages show it."""
    settings, wording = house.settings, house.writer.wording
    with house.ledger() as db:
        ((sheet,),) = db.execute("SELECT contact_sheet FROM videos WHERE contact_sheet <> '' LIMIT 1").fetchall()
    app = site(Shelf(settings.ledger_file, house.bench.store, "征选活动", wording, labels_of(wording)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
        return (await browser.get(f"/-/sheet/{sheet}")).content


def test_a_film_leaves_the_bucket_in_its_mail_alone_whatever_is_made_of_it(served: Cluster, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CAMPAIGN + served.config, encoding="utf-8")
    sent, gave = 0, served.gate.gave
    with open_house(load(tmp_path / "config.toml", {})[0]) as house:
        for name in ("雪线之上", "绿动云岭"):
            sheet = ("推荐表.docx", form(Work(name), unit=name))
            padded = film(name) + box(b"free", bytes(4 * MIB))
            content = mail(sheet, (f"{name}.mp4", padded), sender=f"{len(name) + sent}@example.org").as_bytes()
            lay(maildir(tmp_path / "inbox"), name, content, IN_TIME.timestamp())
            sent += len(content)
            run_once(house)
        with house.ledger() as db:
            assert db.execute("SELECT count(*) FROM prints").fetchone() == (2,)
    assert served.gate.gave - gave < 1.4 * sent, "more than one film of two was fetched by itself"


def test_doctor_tries_the_scheduler_each_worker_and_the_bucket(served: Cluster, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(ON_FOLDERS + served.config, encoding="utf-8")
    with open_house(load(tmp_path / "config.toml", {})[0]) as house:
        lines = {line.what: line for line in examine(house, ())}
    assert lines["bucket"].well
    workers = [line for what, line in lines.items() if what.startswith("worker ")]
    assert len(workers) == len(served.workers)
    assert all(line.well and "ffprobe" in line.told for line in workers)
