"""Films that lie elsewhere: netdisk shares, 超大附件, a person who fetches them."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from tests.journeys.clerk import (
    FUTURE,
    GREEN,
    STEEL,
    TABLE,
    attention,
    clips,
    codes,
    command,
    entry,
    events,
    films,
    number,
    our_id,
    post,
    quoted,
    seen,
    table,
    text,
    today,
    zipped,
)
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage

SHARE = "https://pan.baidu.com/s/1AbCdEfGhIjK"


def details(stage: Stage) -> list[str]:
    """What the link findings say."""
    return [row["details"] for row in stage.query("SELECT details FROM findings WHERE code = 'row-video-by-link'")]


def test_a_link_in_the_row_is_a_submission_whose_film_has_to_be_fetched(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE} 提取码：a1b2")))))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)
    assert SHARE in details(stage)[0]
    assert attention(stage)[0][:2] == ("link", "GYQG-2024-0001")
    assert "尚未收到" not in text(stage), text(stage)


def test_a_person_fetches_the_film_and_the_submitter_is_told(stage: Stage, tmp_path: Path) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE}?pwd=a1b2")))))
    fetched = tmp_path / "download.mp4"
    fetched.write_bytes(film("fetched"))
    command(stage, "attach", "GYQG-2024-0001", fetched)
    post(stage)
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert not attention(stage), seen(stage)
    assert "已受理" in text(stage)
    assert "row-video-by-link" not in codes(stage)


def test_a_fetched_film_that_breaks_the_rules_is_told_with_its_measures(stage: Stage, tmp_path: Path) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=SHARE)))))
    fetched = tmp_path / "download.mp4"
    fetched.write_bytes(film("fetched", seconds=30, size="1280x720"))
    command(stage, "attach", "GYQG-2024-0001", fetched)
    post(stage)
    assert stage.statuses() == {FUTURE: "rejected"}
    assert "30 秒" in text(stage)
    assert "1280×720" in text(stage)


def test_a_dropped_file_is_taken_under_its_number(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=SHARE), Work(GREEN, link=SHARE)))))
    folder = stage.folder / "var" / "inbox-files"
    folder.mkdir(exist_ok=True)
    for title in (FUTURE, GREEN):
        (folder / f"{number(stage, title)}.mp4").write_bytes(film(title))
    for path in folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    stage.receive()
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert not list(folder.iterdir())


def test_the_link_comes_first_and_the_film_itself_later(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=SHARE)))))
    stage.receive(mail(*clips("智造未来.mp4"), subject="补发视频", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert codes(stage) == set()
    assert not attention(stage)


def test_one_share_for_all_rows_is_named_in_each_of_them(stage: Stage) -> None:
    works = [Work(title, link=f"{SHARE} 提取码 a1b2") for title in (FUTURE, GREEN, STEEL)]
    stage.receive(mail((TABLE, form(*works))))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)
    assert len(details(stage)) == 3
    assert [one[0] for one in attention(stage)] == ["link"] * 3


def test_a_link_in_the_body_only_serves_the_one_row(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), body=f"您好，视频见百度网盘链接：{SHARE} 提取码：a1b2，请查收。"))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)
    assert "尚未收到" not in text(stage), text(stage)


def test_one_folder_link_in_the_body_stands_for_all_rows(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL), body=f"三部视频均在网盘：\n链接：{SHARE}\n提取码：a1b2"))
    assert "row-video-missing" not in codes(stage), seen(stage)
    assert [one[0] for one in attention(stage)].count("link") + [one[0] for one in attention(stage)].count("entry") == 3


def test_links_named_by_title_in_the_body_go_each_to_its_row(stage: Stage) -> None:
    body = f"《绿动云岭》：{SHARE}GREEN 提取码：g1g1\n《智造未来》：{SHARE}FUTURE 提取码：f1f1\n请下载。"
    stage.receive(mail(table(FUTURE, GREEN), body=body))
    rows = stage.query("SELECT title, url, code FROM entries e LEFT JOIN links l ON l.id = e.link_id ORDER BY seq")
    if "row-match-uncertain" not in codes(stage):
        assert [(row["title"], row["url"], row["code"]) for row in rows] == [
            (FUTURE, f"{SHARE}FUTURE", "f1f1"), (GREEN, f"{SHARE}GREEN", "g1g1")
        ], seen(stage)  # fmt: skip


def test_the_link_comes_in_a_second_mail(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(subject="补充视频链接", body=f"视频链接：{SHARE} 提取码：a1b2", answers=our_id(stage)))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


def test_an_expiring_attachment_is_told_with_its_end(stage: Stage) -> None:
    body = (
        "您好，视频见超大附件。\n\n从QQ邮箱发来的超大附件\n\n"
        "智造未来.mp4 (128.03M, 2024年7月20日 21:59 到期)进入下载页面："
        "https://wx.mail.qq.com/ftn/download?func=3&key=abc123&code=d4e5&k=abc123"
    )
    stage.receive(mail(table(FUTURE), body=body))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)
    assert "2024-07-20" in details(stage)[0]
    assert "2024" in text(stage)
    assert "7月20日" in text(stage), text(stage)


def test_the_organizers_are_told_before_a_link_dies(stage: Stage) -> None:
    soon = today() + timedelta(hours=20)
    stage.configure(f"deadline = {(soon + timedelta(days=30)).date()}")
    body = (
        "从QQ邮箱发来的超大附件\n\n"
        f"智造未来.mp4 (128.03M, {soon:%Y年%-m月%-d日 %-H:%M} 到期)进入下载页面："
        "https://wx.mail.qq.com/ftn/download?func=3&key=abc123&code=d4e5&k=abc123"
    )
    stage.receive(mail(table(FUTURE), body=body), at=today())
    stage.receive()
    command(stage, "digest", "--send")
    post(stage)
    told = [one for one in stage.smtp.letters if one.recipients[0] == "organizer@example.org"]
    words = "".join(str(one.message.get_body(("plain",)).get_content()) for one in told)  # type: ignore[union-attr]
    assert "智造未来" in words
    assert f"{soon.month}月{soon.day}日" in words or f"{soon:%Y-%m-%d}" in words, words


def test_the_film_behind_a_link_and_the_same_film_attached_are_one_submission(stage: Stage) -> None:
    body = f"视频已作为附件发送，另附网盘备份。\n链接：{SHARE} 提取码：a1b2"
    stage.receive(mail((TABLE, form(Work(FUTURE, link=SHARE))), *clips("智造未来.mp4"), body=body))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert "row-video-by-link" not in codes(stage), seen(stage)
    assert not attention(stage)


def test_a_link_replaced_by_a_new_link_is_the_one_to_fetch(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE}OLD 提取码：a1b2")))))
    body = f"原链接已失效，新链接：{SHARE}NEW 提取码：b2c3"
    stage.receive(mail((TABLE, form(Work(FUTURE, link=f"{SHARE}NEW 提取码：b2c3"))), body=body, answers=our_id(stage)))
    rows = stage.query("SELECT url, code FROM entries e JOIN links l ON l.id = e.link_id")
    assert [tuple(row.values()) for row in rows] == [(f"{SHARE}NEW", "b2c3")], seen(stage)


def test_a_video_page_is_a_link_too(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link="https://www.bilibili.com/video/BV1xx411c7mD")))))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


def test_the_units_homepage_in_a_signature_is_no_video(stage: Stage) -> None:
    body = "请查收推荐表，视频随后发送。\n\n--\n云岭重工有限公司 王一鸣\n官网：http://www.yunling.example.org/"
    stage.receive(mail(table(FUTURE), body=body))
    assert codes(stage) == {"row-video-missing"}, seen(stage)


def test_a_resend_of_the_form_with_its_link_does_not_undo_an_attached_film(stage: Stage, tmp_path: Path) -> None:
    first = form(Work(FUTURE, link=SHARE))
    stage.receive(mail((TABLE, first)))
    fetched = tmp_path / "download.mp4"
    fetched.write_bytes(film("fetched"))
    command(stage, "attach", "GYQG-2024-0001", fetched)
    sha = entry(stage, FUTURE)["video_sha256"]
    stage.receive(mail((TABLE, first), subject="再发一次"))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert entry(stage, FUTURE)["video_sha256"] == sha
    assert "attached" in events(stage, "GYQG-2024-0001")
    assert films(stage)[FUTURE]


def test_a_clerk_who_mends_the_link_in_a_line_is_told_before_and_after(stage: Stage) -> None:
    stage.receive(mail((TABLE, form(Work(FUTURE, link=SHARE)))))
    mended = "https://pan.baidu.com/s/1ZyXwVuTsRqP"
    words = quoted(stage, f"您好，链接失效了，视频链接改为 {mended} 提取码：c3d4")
    stage.receive(mail(subject="回复：报送", body=words, answers=our_id(stage)))
    assert len(stage.entries()) == 1, seen(stage)
    assert f"{SHARE} → {mended} c3d4" in text(stage), text(stage)
    assert mended in details(stage)[-1]
    assert "corrected" in events(stage, "GYQG-2024-0001")


SHARED: Final = f"链接: {SHARE} 提取码: ab12"
LONG: Final = "企业简介：" + "云岭重工成立于一九五八年。" * 300


@pytest.mark.parametrize(
    ("files", "by_link"),
    [
        ([("下载链接.txt", SHARED.encode("gbk"))], True),
        ([("下载.zip", zipped(("链接.txt", SHARED.encode("gbk"))))], True),
        ([(f"{FUTURE}.url", f"[InternetShortcut]\r\nURL={SHARE}?pwd=ab12\r\n".encode())], True),
        ([("简介.txt", f"{LONG}\n{SHARED}".encode())], False),
    ],
    ids=["text", "in an archive", "shortcut to a page", "brochure"],
)
def test_a_link_in_a_file_beside_the_form_is_where_the_film_is(
    files: list[tuple[str, bytes]], *, by_link: bool, stage: Stage
) -> None:
    stage.receive(mail(table(FUTURE), *files))
    assert codes(stage) == ({"row-video-by-link"} if by_link else {"row-video-missing"}), seen(stage)
    assert not by_link or SHARE in details(stage)[0]


def test_a_code_on_a_picture_beside_the_form_is_where_the_film_is(stage: Stage) -> None:
    zxingcpp = pytest.importorskip("zxingcpp", reason="the extra `qr` is not installed")
    kept = io.BytesIO()
    code = zxingcpp.create_barcode(f"{SHARE}?pwd=ab12", zxingcpp.BarcodeFormat.QRCode)
    Image.fromarray(code.to_image(scale=6)).save(kept, "PNG")
    stage.receive(mail(table(FUTURE), ("网盘二维码.png", kept.getvalue())))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


def test_a_link_in_the_subject_is_where_the_film_is(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), subject=f"{FUTURE} {SHARED}", body="请查收"))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


def test_a_link_in_a_file_is_no_second_film_beside_the_one_in_hand(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips(f"{FUTURE}.mp4"), ("备用链接.txt", SHARED.encode("gbk"))))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)


def test_a_link_in_a_file_that_comes_later_completes_the_work(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE)))
    stage.receive(mail(("视频链接.txt", SHARED.encode("gbk")), subject="补充视频", body="", answers=our_id(stage)))
    assert codes(stage) == {"row-video-by-link"}, seen(stage)


SHORTCUT: Final = b"L\0\0\0\x01\x14\x02\0" + bytes(60)


@pytest.mark.parametrize("ending", [".lnk", " - 快捷方式.lnk", ".torrent", ".xltd", ".baiduyun.p.downloading"])
def test_what_only_leads_to_a_film_or_is_its_beginning_is_told_as_no_film(ending: str, stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), (f"{FUTURE}.mp4{ending}", SHORTCUT)))
    assert codes(stage) == {"video-unreadable"}, seen(stage)
    assert "快捷方式、种子或尚未下载完成的文件" in text(stage), text(stage)


def test_a_shortcut_beside_its_film_says_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips(f"{FUTURE}.mp4"), (f"{FUTURE}.mp4.lnk", SHORTCUT)))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)


@pytest.mark.parametrize("named", [f"《{GREEN}》新视频链接：", "GYQG-2024-0002的视频更换为 "])
def test_a_new_link_is_the_named_works_and_its_film_stays_until_it_is_fetched(named: str, stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips(f"{FUTURE}.mp4", f"{GREEN}.mp4")))
    stage.receive(mail(subject="更换视频", body=f"{named}{SHARE} 提取码 ab12", answers=our_id(stage)))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)
    assert entry(stage, GREEN)["video_filename"] == f"{GREEN}.mp4"
    assert [why for _, _, why in attention(stage)] == ["row-video-by-link"], attention(stage)
