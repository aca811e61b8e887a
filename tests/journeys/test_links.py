"""Videos that lie behind links: read from the form, fetched where that is allowed, watched until they die."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from mailbot import arrivals, review
from mailbot.model.decision import EventKind
from mailbot.ops.house import now
from mailbot.ops.links import follow_links
from mailbot.ops.round import run_once
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage
from tests.servers.files import FileServer, Place, file_server

WANG = "wang@yunling.example.org"
ALLOW = 'fetch = "allow"\nhosts = ["localhost"]'


def loopback(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


@pytest.fixture
def files() -> Iterator[FileServer]:
    with file_server() as running:
        yield running


def follow(stage: Stage) -> None:
    """A round that may fetch from loopback."""
    stage.configure(links=ALLOW)
    with stage.house() as house:
        follow_links(house, loopback)
    stage.configure()
    stage.receive()


def link_states(stage: Stage) -> list[tuple[str, str]]:
    return [(row["state"], row["error"]) for row in stage.query("SELECT state, error FROM links ORDER BY id")]


def test_a_link_cell_gives_address_code_and_provider_each_in_its_place(stage: Stage) -> None:
    cell = "链接：https://pan.baidu.com/s/1abcDEF 提取码：x2y3"
    stage.receive(mail(("表.docx", form(Work("智造未来", link=cell)))))
    told = stage.query("SELECT l.url, l.code, l.provider FROM entries e JOIN links l ON l.id = e.link_id")
    assert told == [{"url": "https://pan.baidu.com/s/1abcDEF", "code": "x2y3", "provider": "baidu"}]
    assert len(stage.entries()) == 1


def test_rows_with_links_that_begin_alike_keep_their_own(stage: Stage) -> None:
    rows = [Work(f"作品{name}", link=f"pan.baidu.com/s/1{name}") for name in ("a", "ab", "abc")]
    stage.receive(mail(("表.docx", form(*rows))))
    told = stage.query("SELECT e.title, l.url FROM entries e JOIN links l ON l.id = e.link_id ORDER BY e.seq")
    assert [row["url"].rpartition("/")[2] for row in told] == ["1a", "1ab", "1abc"]


def test_a_film_behind_a_link_is_fetched_and_judged_like_any_other(stage: Stage, files: FileServer) -> None:
    files.places |= {"/good.mp4": Place(film("a"), cuts=[2000]), "/short.mp4": Place(film("s", seconds=42))}
    works = [Work("智造未来", link=files.url("/good.mp4")), Work("一分钟", link=files.url("/short.mp4"))]
    stage.receive(mail(("表.docx", form(*works))))
    assert stage.statuses() == {"智造未来": "incomplete", "一分钟": "incomplete"}
    follow(stage)
    assert stage.statuses() == {"智造未来": "accepted", "一分钟": "rejected"}
    assert [kind for _, kind in stage.letters()] == ["review", "accepted", "rejected"]
    assert [row["kind"] for row in stage.query("SELECT kind FROM events")] == ["created"] * 2 + ["fetched"] * 2
    assert not list((stage.folder / "var" / "downloads").iterdir())


def test_a_link_that_leads_inside_is_left_to_a_person(stage: Stage, files: FileServer) -> None:
    files.places["/good.mp4"] = Place(film("a"))
    stage.configure(links=ALLOW)
    stage.receive(mail(("表.docx", form(Work("智造未来", link=files.url("/good.mp4"))))))
    assert stage.statuses() == {"智造未来": "incomplete"}
    assert files.asked == []
    assert stage.query("SELECT why FROM attention") == [{"why": "row-video-by-link failed"}]


def test_nothing_is_fetched_unless_it_is_allowed(stage: Stage, files: FileServer) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来", link=files.url("/good.mp4"))))))
    with stage.house() as house:
        assert follow_links(house, loopback) == 0
    assert (files.asked, link_states(stage)) == ([], [("open", "")])


def test_a_page_or_a_paper_behind_a_link_is_no_film(stage: Stage, files: FileServer) -> None:
    files.places |= {"/page": Place(b"<html>", kind="text/html"), "/paper": Place(form(Work("智造未来")))}
    works = [Work("甲作品", link=files.url("/page")), Work("乙作品", link=files.url("/paper"))]
    stage.receive(mail(("表.docx", form(*works))))
    follow(stage)
    assert stage.statuses() == {"甲作品": "incomplete", "乙作品": "incomplete"}
    assert link_states(stage) == [("failed", "localhost: a page, not a file"), ("failed", "paper: docx, no video")]


def test_a_server_in_trouble_is_asked_again_later(stage: Stage, files: FileServer) -> None:
    files.places["/good.mp4"] = Place(status=503)
    stage.receive(mail(("表.docx", form(Work("智造未来", link=files.url("/good.mp4"))))))
    follow(stage)
    follow(stage)
    assert len(files.asked) == 1
    assert link_states(stage) == [("open", "localhost: answers 503")]


def test_a_link_that_two_works_share_is_left_to_a_person(stage: Stage, files: FileServer) -> None:
    shared = files.url("/all.mp4")
    files.places["/all.mp4"] = Place(film("a"))
    stage.receive(mail(("表.docx", form(Work("甲作品", link=shared), Work("乙作品", link=shared)))))
    follow(stage)
    assert files.asked == []
    assert set(stage.statuses().values()) == {"incomplete"}


def test_a_film_that_a_person_attached_meanwhile_stays(stage: Stage, files: FileServer, tmp_path: Path) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来", link=files.url("/good.mp4"))))))
    by_hand = tmp_path / "by-hand.mp4"
    by_hand.write_bytes(film("b"))
    with stage.house() as house, house.ledger() as db:
        panel = house.session(db)
        entry = review.find(panel, "GYQG-2024-0001")
        video = arrivals.take_video(by_hand, house.session(db))
        review.write(panel, review.put_video(panel, entry, video, EventKind.ATTACHED, "李工"))
        late = arrivals.take_video(by_hand, house.session(db))
        assert not review.put_fetched(panel, "GYQG-2024-0001", late)


def alerts(stage: Stage) -> list[str]:
    texts = []
    for letter in stage.smtp.letters:
        body = letter.message.get_body(("plain",))
        if letter.message["X-Mailbot"] == "alert" and body is not None:
            texts.append(body.get_content())
    return texts


def test_the_organizers_are_told_once_before_a_link_dies(stage: Stage) -> None:
    soon, later = (now() + timedelta(days=days) for days in (2, 9))
    stage.receive(
        mail(
            ("表.docx", form(Work("智造未来", link="https://pan.baidu.com/s/1abc"), Work("绿动厂房"))),
            body=f"https://pan.baidu.com/s/1abc 提取码 x2y3，{soon:%Y年%m月%d日} 12:30到期\n"
            f"https://pan.baidu.com/s/1zzz 绿动厂房.mp4，{later:%Y年%m月%d日} 12:30到期",
        )
    )
    with stage.house() as house:
        run_once(house)
    (text,) = alerts(stage)
    assert "GYQG-2024-0001《智造未来》（云岭重工有限公司）：https://pan.baidu.com/s/1abc，提取码 x2y3" in text
    assert f"有效期至 {soon.year}年{soon.month}月{soon.day}日 12:30" in text
    assert "1zzz" not in text
