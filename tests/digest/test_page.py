"""What the digest says, made from a real ledger's views."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook

from mailbot.digest.page import Digest, Sources, make
from mailbot.digest.tokens import Order, Verb, read
from mailbot.ledger.digests import view
from mailbot.ledger.lists import listed_in_full
from mailbot.model.letter import LetterState
from mailbot.model.mail import Link
from mailbot.templating import Wording
from tests.make.decisions import CHINA, IN_TIME, film, form, row
from tests.make.ledger import THEMES, Books, books, letter

SECRET = b"secret"
WORDING = Wording(None, CHINA)


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path / "ledger.sqlite") as made:
        made.take(form(row()), film(), at=IN_TIME - timedelta(days=1))
        made.take(
            form(row("=1+1", phone=""), row("扫描件", link="https://p.example/1"), unit="乙公司"), film("=1+1.mp4")
        )
        made.take(form(row("看一看"), scanned=True), film("看一看.mp4"), sender="b@example.org")
        yield made


def digest(ledger: Books) -> Digest:
    labels = Wording(None, CHINA).words("status")
    rows = [{**entry, "status_label": labels[str(entry["status"])]} for entry in listed_in_full(ledger.db)]
    views = {name: view(ledger.db, name) for name in ("attention", "theme_totals", "unit_totals", "day_totals")}
    return make(
        IN_TIME.date(),
        IN_TIME,
        Sources(rows, views["attention"], views["theme_totals"], views["unit_totals"], views["day_totals"]),
        campaign="征选活动",
        themes=THEMES,
        wording=WORDING,
        mailbox="submissions@example.com",
        secret=SECRET,
    )


def test_the_days_and_the_total_figures_stand_side_by_side(ledger: Books) -> None:
    context = digest(ledger).context
    assert context["mails_today"] == 2
    assert (context["today"]["received"], context["total"]["received"]) == (3, 4)
    assert (context["today"]["review"], context["total"]["accepted"]) == (1, 1)
    assert [found["number"][-1] for found in context["new"]] == ["2", "3", "4"]
    assert context["themes"][0] == {"theme": "高端升级", "received": 0, "accepted": 0}


def test_an_entry_in_doubt_comes_with_orders_that_only_we_can_sign(ledger: Books) -> None:
    (concern,) = [found for found in digest(ledger).context["attention"] if found["kind"] == "作品待复核"]
    assert (concern["number"], concern["title"], concern["why"]) == ("GYQG-2024-0004", "看一看", "扫描件待核对")
    orders = [urlsplit(order["href"]) for order in concern["orders"]]
    assert {order.scheme + ":" + order.path for order in orders} == {"mailto:submissions@example.com"}
    assert [read(parse_qs(order.query)["subject"][0], SECRET) for order in orders] == [
        Order(Verb.ACCEPT, "GYQG-2024-0004", 1),
        Order(Verb.REJECT, "GYQG-2024-0004", 1),
    ]


def test_a_video_to_be_fetched_is_told_with_its_address_and_code(ledger: Books) -> None:
    ledger.take(
        form(row("外链", link="https://p.example/9")), Link("https://p.example/9", "qq", "x2y3"), sender="c@example.net"
    )
    (_, concern) = [found for found in digest(ledger).context["attention"] if found["kind"] == "视频待下载"]
    assert concern["link"] == "https://p.example/9 x2y3"


def test_links_mails_and_letters_are_told_in_chinese(ledger: Books) -> None:
    ledger.take(form(row("外链")), Link("https://p.example/9", "qq", expires="2024-07-01"), sender="c@example.net")
    (held,) = ledger.owe(letter(held=True))
    assert held.state is LetterState.HELD
    told = [(found["kind"], found["why"]) for found in digest(ledger).context["attention"]]
    assert ("视频待下载", "视频以链接方式提供，需下载，有效期至 2024-07-01") in told
    assert ("答复待处理", "待放行") in told


def test_the_digest_is_worded_in_text_and_page(ledger: Books) -> None:
    common = {"campaign": {"name": "征选活动", "organizer": "组委会", "contact": ""}}
    context = {**common, **digest(ledger).context}
    text, page = WORDING.render("digest.txt.j2", context), WORDING.page("digest.html.j2", context)
    assert "当日：收到 3，已受理 0" in text
    assert "GYQG-2024-0004 看一看" in text
    assert "mailto:submissions@example.com?subject=" in page
    assert "收到作品 3 件" in WORDING.render("digest.subject.j2", context)


def test_the_workbook_holds_every_work(ledger: Books) -> None:
    book = load_workbook(io.BytesIO(digest(ledger).workbook))
    assert [line[3].value for line in book.worksheets[0].iter_rows(min_row=4)] == [
        "智造未来",
        "=1+1",
        "扫描件",
        "看一看",
    ]
    assert [line[8].value for line in book.worksheets[0].iter_rows(min_row=4)][-1] == "GYQG-2024-0004"


def test_an_empty_ledger_makes_a_digest(tmp_path: Path) -> None:
    with books(tmp_path / "empty.sqlite") as ledger:
        made = digest(ledger)
    assert (made.context["mails_today"], made.context["total"]["received"], made.context["attention"]) == (0, 0, [])
