"""What is done once a mail or a letter asks no table through, however much the ledger holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from bench.ledgers import fill
from mailbot.ledger import entries, lists, mails, outbox, story
from mailbot.ledger.connection import writing
from mailbot.ledger.migrations.growth import fold_names
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import Triage
from tests.make.decisions import film, form, row
from tests.make.ledger import Books, books, letter

GROWING = {"mails", "sightings", "files", "parts", "forms", "videos", "prints", "links", "entries", "entry_themes",
           "entry_mails", "findings", "replies", "reply_entries", "events"}  # fmt: skip
QUEUES = ("sqlite_autoindex_entries_2",)
"""The highest sequence number is read from the end of its index."""


@contextmanager
def said(books: Books) -> Iterator[list[str]]:
    """Every statement that reaches SQLite meanwhile, with its values."""
    statements: list[str] = []
    books.db.conn.set_trace_callback(statements.append)
    try:
        yield statements
    finally:
        books.db.conn.set_trace_callback(None)


def scans(books: Books, statements: list[str]) -> list[tuple[str, str]]:
    """The steps that go through a growing table from its first row to its last, each with its statement."""
    found = []
    for text in dict.fromkeys(statements):
        if text.split()[0].upper() not in {"SELECT", "UPDATE", "DELETE", "WITH"}:
            continue  # an INSERT's plan names its children, which are looked at only while a foreign key is broken
        for *_, step in books.db.execute(f"EXPLAIN QUERY PLAN {text}").fetchall():
            words = str(step).split()
            if words[0] == "SCAN" and words[1] in GROWING and not any(queue in step for queue in QUEUES):
                found.append((str(step), text))
    return found


def an_ordinary_mail(books: Books, count: int) -> None:
    """A form with its film, by a sender of its own, decided, written and answered; then a bounce of the answer."""
    sender = f"maker{count}@example.com"
    decision = books.take(form(row(f"作品{count}")), film(f"作品{count}.mp4"), sender=sender)
    numbers = [entry.number for entry in decision.entries]
    with writing(books.db):
        outbox.owe(books.db, letter(f"k{count}", sender, numbers=tuple(numbers)), decision.arrival.mail_id, books.now)
    item = next(outbox.due(books.db, books.now))
    assert outbox.claim(books.db, item, books.now)
    outbox.settle(books.db, item, LetterState.SENT, books.now)
    outbox.sent_since(books.db, books.now)
    books.later(minutes=10)


def test_a_mail_and_its_letter_ask_no_table_through(ledger: Books) -> None:
    an_ordinary_mail(ledger, 1)
    with said(ledger) as statements:
        an_ordinary_mail(ledger, 2)
        ledger.take(sender="maker2@example.com", triage=Triage.BOUNCE, subject="退信")
        mails.pending(ledger.db, ledger.now)
        outbox.waiting_for(ledger.db, "maker2@example.com", LetterKind.DECIDED)
        outbox.last_sent(ledger.db, 20)
        entries.received_videos(ledger.db, "maker2@example.com", "ab")
        entries.by_thread(ledger.db, ["<k1@example.org>"])
    assert len(statements) > 20
    found = scans(ledger, statements)
    assert not found, found


@dataclass
class Steps:
    """Counts what SQLite's virtual machine does, which follows the rows that it reads."""

    taken: int = 0

    def step(self) -> int:
        """Count one, and go on."""
        self.taken += 1
        return 0


def cost_of_a_mail(books: Books, count: int) -> int:
    """Steps of the cheapest of three more ordinary mails: now and then the full text's index tidies itself."""
    costs = []
    for number in range(count, count + 3):
        steps = Steps()
        books.db.conn.set_progress_handler(steps.step, 1)
        an_ordinary_mail(books, number)
        books.db.conn.set_progress_handler(None, 1)
        costs.append(steps.taken)
    return min(costs)


def test_a_mail_takes_as_much_in_a_full_ledger_as_in_an_empty_one(ledger: Books) -> None:
    early = cost_of_a_mail(ledger, 0)
    for count in range(10, 60):
        an_ordinary_mail(ledger, count)
    assert cost_of_a_mail(ledger, 60) == early


def test_names_of_an_older_ledger_are_folded_when_it_is_opened(tmp_path: Path) -> None:
    with books(tmp_path / "ledger.sqlite") as old:
        an_ordinary_mail(old, 1)
        old.db.execute("UPDATE entries SET title_key = '', unit_key = ''")
        fold_names(Database(old.db.conn))
        assert old.rows("SELECT title_key, unit_key FROM entries") == [("作品1", "某某装备制造")]


def first_rows_cost(folder: Path, size: int) -> list[int]:
    """Steps until the first row of each listing of a ledger of so many entries, mails and letters."""
    with books(folder / f"{size}" / "ledger.sqlite") as full:
        fill(full.db, size)
        costs = []
        for listing in (lists.listed(full.db), story.mails(full.db), outbox.listed(full.db)):
            steps = Steps()
            full.db.conn.set_progress_handler(steps.step, 1)
            assert next(listing)
            full.db.conn.set_progress_handler(None, 1)
            costs.append(steps.taken)
    return costs


def test_a_listings_first_row_costs_as_much_in_a_large_ledger_as_in_a_small_one(tmp_path: Path) -> None:
    small, large = (first_rows_cost(tmp_path, size) for size in (lists.PAGE, 4 * lists.PAGE))
    assert all(more <= few + 50 for few, more in zip(small, large, strict=True)), (small, large)


def test_a_listing_goes_on_from_page_to_page(tmp_path: Path) -> None:
    with books(tmp_path / "ledger.sqlite") as full:
        fill(full.db, lists.PAGE + 1)
        assert [row["number"] for row in lists.listed(full.db)] == [f"X-{n}" for n in range(1, lists.PAGE + 2)]
        behind = lists.listed(full.db, "accepted", unit="厂", after=f"X-{lists.PAGE}")
        assert [row["number"] for row in behind] == [f"X-{lists.PAGE + 1}"]
