"""What the digest says, made from a real ledger's figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mailbot.digest.page import MOST_URGENT, Desk, Page, days_left, make
from mailbot.digest.told import Labels
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.mail import Link, Triage
from mailbot.model.order import Verb
from mailbot.model.rules import Rules
from mailbot.orders.lines import read_orders
from mailbot.orders.tokens import Grant, Standing, standing
from mailbot.outgoing.digest import Digest, digest_letter, make_digest
from mailbot.review import settle, write
from mailbot.templating import Wording
from tests.house.checkout import ROOT
from tests.make.decisions import CHINA, IN_TIME, film, form, row
from tests.make.ledger import Books, books, letter
from tests.make.sessions import SECRET, session

ORGANIZER = "organizer@example.org"
DAY = IN_TIME.date()


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
    return make_digest(session(ledger), DAY)


def page(ledger: Books) -> Page:
    return digest(ledger).page(session(ledger), ORGANIZER)


def test_yesterday_stands_beside_the_day_before_and_the_total(ledger: Books) -> None:
    sources = digest(ledger).sources
    assert (sources.yesterday.mails, sources.before.mails) == (2, 1)
    assert (sources.yesterday.works.received, sources.before.works.received, sources.totals.received) == (3, 1, 4)
    assert (sources.yesterday.works.review, sources.totals.accepted) == (1, 1)
    assert [theme.received for theme in sources.themes] == [0, 4, 0]


def test_an_entry_in_doubt_comes_with_orders_that_only_its_reader_may_give(ledger: Books) -> None:
    (item,) = [found for found in page(ledger).urgent if found.orders]
    assert (item.number, item.title, item.why) == ("GYQG-2024-0004", "看一看", "扫描件待核对")
    assert (item.unit, item.contact, item.phone) == ("某某装备制造公司", "王一鸣", "13800000001")
    for order, verb in zip(item.orders, (Verb.ACCEPT, Verb.REJECT), strict=True):
        link = urlsplit(order.href)
        assert f"{link.scheme}:{link.path}" == "mailto:submissions@163.com"
        (line,) = read_orders(parse_qs(link.query)["subject"][0], "")
        assert (line.verb, line.target) == (verb, "GYQG-2024-0004")
        mine, others = (Grant(who, verb, item.number, 1) for who in (ORGANIZER, "b@example.org"))
        assert standing(line.token, mine, SECRET, ledger.now) is Standing.GOOD
        assert standing(line.token, others, SECRET, ledger.now) is Standing.FOREIGN


def test_a_campaign_in_english_orders_in_english(ledger: Books) -> None:
    english = Wording(ROOT / "examples" / "english" / "templates", Rules())
    desk = Desk("submissions@example.com", ORGANIZER, SECRET)
    made = make(digest(ledger).sources, Labels.of(english), desk)
    (item,) = [found for found in made.urgent if found.orders]
    assert [order.text for order in item.orders] == ["0004 accept", "0004 reject"]
    for order, verb in zip(item.orders, (Verb.ACCEPT, Verb.REJECT), strict=True):
        (subject,) = parse_qs(urlsplit(order.href).query)["subject"]
        assert subject.startswith(f"[mailbot] GYQG-2024-0004 {verb} ")
        assert [(line.verb, line.target) for line in read_orders(subject, "")] == [(verb, "GYQG-2024-0004")]


def test_the_short_text_beside_a_link_is_read_as_the_same_order(ledger: Books) -> None:
    (item,) = [found for found in page(ledger).urgent if found.orders]
    assert [order.text for order in item.orders] == ["0004 通过", "0004 退回"]
    assert [read_orders("", order.text)[0].verb for order in item.orders] == [Verb.ACCEPT, Verb.REJECT]


def test_a_mail_that_waits_can_be_settled_by_its_number(ledger: Books) -> None:
    ledger.take(triage=Triage.INQUIRY, subject="咨询", body="请问能否使用航拍素材？", sender="d@example.org")
    (item,) = [found for found in page(ledger).urgent if found.mail_id]
    assert [order.text for order in item.orders] == [f"邮件{item.mail_id} 已回复"]


def test_the_most_urgent_stands_first_a_dying_link_before_all(ledger: Books) -> None:
    soon = (ledger.now + timedelta(days=2)).date()
    later = (ledger.now + timedelta(days=20)).date()
    for name, expires in (("迟", later), ("早", soon)):
        link = Link(f"https://p.example/{name}", "qq", expires=expires.isoformat())
        ledger.take(form(row(name)), link, sender=f"{expires}@example.net")
    ledger.take(triage=Triage.INQUIRY, subject="咨询", body="请问能否使用航拍素材？", sender="d@example.org")
    assert [found.title or found.kind for found in page(ledger).urgent][:2] == ["早", "看一看"]
    assert page(ledger).urgent[-1].kind == "视频链接"
    assert digest(ledger).sources.links.dying == 1


def test_the_ten_most_urgent_are_told_and_the_rest_is_counted_by_cause(ledger: Books) -> None:
    for index in range(14):
        ledger.take(form(row(f"扫描{index}"), scanned=True), film(f"扫描{index}.mp4"), sender=f"s{index}@example.org")
    made = page(ledger)
    assert (len(made.urgent), made.open_count) == (MOST_URGENT, 16)
    assert [(cause.label, cause.count) for cause in made.causes] == [
        ("作品待复核：扫描件待核对", 15),
        ("视频链接：已登记，视频待下载核验", 1),
    ]


def test_a_work_behind_a_link_goes_by_the_letters_term(ledger: Books) -> None:
    labels = {work.title: work.label for work in page(ledger).new}
    assert labels["扫描件"] == "已登记，视频待下载核验"


def test_links_mails_and_letters_are_told_in_chinese(ledger: Books) -> None:
    ledger.take(Finding(Code.MAIL_UNREADABLE), sender="c@example.net")
    (held,) = ledger.owe(letter(held=True))
    assert held.state is LetterState.HELD
    told = [(found.kind, found.why) for found in page(ledger).urgent]
    assert ("视频链接", "已登记，视频待下载核验") in told
    assert ("答复待处理", "待放行") in told
    assert digest(ledger).sources.queue.held == 1


def test_what_persons_and_submitters_changed_is_told(ledger: Books) -> None:
    write(session(ledger), settle(session(ledger), "GYQG-2024-0004", EntryStatus.ACCEPTED, ORGANIZER))
    ledger.take(triage=Triage.WITHDRAWAL, subject="撤回 GYQG-2024-0001")
    made = page(ledger)
    assert made.sources.happened == 2
    assert [(one.number[-1], one.what, one.to, one.by) for one in made.changed] == [
        ("1", "撤回", "已撤回", ""),
        ("4", "人工审定", "已受理", ORGANIZER),
    ]


def test_the_digest_is_worded_in_text_and_page(ledger: Books) -> None:
    made = digest_letter(session(ledger), digest(ledger), ORGANIZER)
    assert "昨日：收到 3，已受理 0" in made.text
    assert "- GYQG-2024-0004 看一看：扫描件待核对" in made.text
    assert "可多选" in made.text
    assert "mailto:submissions@163.com?subject=" in made.html
    assert "收到作品 3 件，待处理 2 项，距截止" in made.subject
    assert made.envelope.recipient == ORGANIZER


def test_a_page_with_a_thousand_works_and_150_open_items_stays_short(ledger: Books) -> None:
    for index in range(150):
        ledger.take(form(row(f"扫描{index}"), scanned=True), film(f"扫描{index}.mp4"), sender=f"s{index}@example.org")
    made = digest_letter(session(ledger), digest(ledger), ORGANIZER)
    assert len(made.html.encode()) <= 100_000
    assert len(made.text.splitlines()) <= 80


@pytest.mark.parametrize(("hours", "left"), [(-1, 0), (-25, 1), (0, -1), (-24 * 30, 29)])
def test_days_are_counted_to_the_last_day_on_which_works_may_come(hours: int, left: int) -> None:
    deadline = IN_TIME.replace(hour=0)
    assert days_left(deadline, (deadline + timedelta(hours=hours)).astimezone(CHINA)) == left


def test_an_empty_ledger_makes_a_digest_of_which_nothing_happened(tmp_path: Path) -> None:
    with books(tmp_path / "empty.sqlite") as ledger:
        made = page(ledger)
    assert (made.sources.totals.received, made.urgent, made.nothing_happened) == (0, (), True)
    assert made.sheets() == {}


def test_a_picture_is_shown_once_for_a_work_and_its_rival(ledger: Books) -> None:
    first = replace(film("甲.mp4"), contact_sheet="a" * 64)
    ledger.take(form(row("甲")), first, sender="x@example.org")
    ledger.take(form(row("乙")), replace(film("乙.mp4", "甲.mp4"), contact_sheet="a" * 64), sender="y@example.org")
    made = page(ledger)
    (item,) = [found for found in made.urgent if len(found.pictures) > 1]
    assert {picture.title for picture in item.pictures} == {"甲", "乙"}
    assert list(made.sheets()) == ["a" * 64]
    assert digest_letter(session(ledger), digest(ledger)).kind is LetterKind.DIGEST
