"""Tables for the pure files of this room: charsets, names, links."""

import pytest

from mailbot.parse.body import unflow
from mailbot.parse.headers import read_field
from mailbot.parse.transfer import TransferEncoding, decoded, read_transfer
from mailbot.text.charset import codec_name, decode
from mailbot.text.hosts import known_hosts, read_hosts
from mailbot.text.html import html_text, read_html
from mailbot.text.links import find_links
from tests.parse.test_mail import read

HOSTS = read_hosts(
    {
        "host": [
            {"provider": "disk", "hosts": ["pan.example.com", "*.disk.test"], "paths": ["/s/"], "code": ["pwd"]},
            {"provider": "ad", "hosts": ["pan.example.com"], "paths": ["/s/ad"], "ignore": True},
        ]
    }
)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        *((label, "gb18030") for label in (
            "gb2312", "GBK", "gb_2312-80", "cp936", "x-gbk", "ms936", "GB2312_CHARSET", "cp-936", "chinese", "euc-cn",
        )),
        ("utf8", "utf-8"), ("", ""), ("unknown-8bit", ""), ("us-ascii", ""), ("no-such", ""), ("punycode", ""),
        ("unicode_escape", ""), ("hex", ""), ("zlib", ""), ("rot13", ""), ("zlib\0", ""),
    ],
)  # fmt: skip
def test_a_label_means_what_senders_mean(label: str, codec: str) -> None:
    assert codec_name(label) == codec


@pytest.mark.parametrize("label", ["", "utf-8", "gb2312", "us-ascii", "x-unknown", "iso-8859-1"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_chinese_is_read_whatever_it_calls_itself(label: str, charset: str) -> None:
    text = "参选作品和推荐汇总表，请查收"
    assert decode(text.encode(charset), label) == text


@pytest.mark.parametrize("value", ["base64", "BASE64 ", '"base64"', "base64; x=y", "base64 (c)", "Base64\t"])
def test_an_encoding_is_told_whatever_stands_around_it(value: str) -> None:
    assert read_transfer(value.encode()) is TransferEncoding.BASE64


@pytest.mark.parametrize("size", [1, 3, 64, 1000])
def test_base64_does_not_depend_on_where_blocks_are_cut(size: int) -> None:
    text = b"Zmls\r\nbWZp\r\nbG1m\r\naWxt\r\nZg==\r\n"
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    assert b"".join(decoded(iter(blocks), TransferEncoding.BASE64)) == b"filmfilmfilmf"


@pytest.mark.parametrize("size", [1, 3, 64])
@pytest.mark.parametrize("end", [b"Z", b"Z=", b"Z==", b"Z===", b"=", b"=Z=", b"=\xab="])
def test_base64_that_lost_a_character_before_its_padding_is_decoded_as_far_as_it_goes(end: bytes, size: int) -> None:
    text = b"Zmls\r\nbWZp" + end
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    assert b"".join(decoded(iter(blocks), TransferEncoding.BASE64)) == b"filmfi"


def test_a_field_without_a_value_keeps_its_parameters() -> None:
    assert read_field(b"; name=a.mp4").get("name") == "a.mp4"


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://pan.example.com/s/1。", ["https://pan.example.com/s/1"]),
        ("pan.example.com/s/1提取码ab12", ["https://pan.example.com/s/1"]),
        ("https://a.disk.test/s/1 https://disk.test/s/1", ["https://a.disk.test/s/1"]),
        ("https://pan.example.com/s/ad/1 https://pan.example.com/other/1", []),
        ("https://pan.example.com.evil.test/s/1 https://pan.example.com@evil.test/s/1", []),
        ("https://pan.example.com:8443/s/1 file://pan.example.com/s/2", ["https://pan.example.com:8443/s/1"]),
        ("作品：https://www.unit.test/a 首页 http://www.unit.test", []),
        ("视频下载地址：http://video.unit.test:8080/a?id=1", ["http://video.unit.test:8080/a?id=1"]),
        ("作品链接（长期有效）：\nhttp://203.0.113.9:90/f", ["http://203.0.113.9:90/f"]),
    ],
)
def test_only_listed_hosts_and_paths_are_links(text: str, urls: list[str]) -> None:
    assert [link.url for link in find_links(text, HOSTS, html=False)] == urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("见https://files.example.org/2024/智造未来.mp4，谢谢", ["https://files.example.org/2024/智造未来.mp4"]),
        ("https://files.example.org/v/终版（1.2）", []),
        ("下载：https://files.example.org/2024/work.mp4 请查收", ["https://files.example.org/2024/work.mp4"]),
        ("https://files.example.org/%E6%99%BA%E9%80%A0.MP4", ["https://files.example.org/%E6%99%BA%E9%80%A0.MP4"]),
        ("官网 https://www.example.org/about.html https://www.example.org/form.docx", []),
        ("https://a@files.example.org/work.mp4", []),
    ],
)
def test_an_address_that_names_a_film_is_a_link_on_any_host(text: str, urls: list[str]) -> None:
    assert [link.url for link in find_links(text, HOSTS, html=False)] == urls


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://qr.dingtalk.com/page/yunpan?route=a", "dingtalk"),
        ("https://fast.uc.cn/s/0a1b", "uc"),
        ("https://musetransfer.com/s/0a1b", "musetransfer"),
        ("https://xinpianchang.com/a123", "video-page"),
        ("https://115cdn.com/s/0a1b?password=x", "115"),
        ("https://url12.ctfile.com/f/1-2-3?p=1", "ctfile"),
    ],
)
def test_netdisks_and_video_pages_that_people_use_are_known(url: str, provider: str) -> None:
    assert [link.provider for link in find_links(url, known_hosts(), html=False)] == [provider]


def test_the_words_on_a_link_or_above_it_tell_that_it_is_a_file() -> None:
    said = '<a href="https://mail.example.org/d?k=1">智造未来.mp4</a>'
    above = '<div>从某邮箱发来的超大附件</div><a href="https://mail.example.org/d?k=2">下载</a> 2024年8月17日到期'
    neither = '<a href="https://mail.example.org/d?k=3">公司官网</a>'
    found = [find_links(text, HOSTS, html=True) for text in (said, above, neither)]
    assert [[(link.url[-1], link.filename, link.expires) for link in links] for links in found] == [
        [("1", "智造未来.mp4", "")], [("2", "", "2024-08-17")], [],
    ]  # fmt: skip


def test_every_address_in_a_link_cell_counts() -> None:
    cell = "链接：https://share.example.org/v/1abc 提取码：x2y3"
    found = find_links(cell, HOSTS, html=False, surely=True)
    assert [(link.url, link.code) for link in found] == [("https://share.example.org/v/1abc", "x2y3")]


@pytest.mark.parametrize("data", [{"host": 1}, {"host": [{}]}, {"host": [{"provider": "x", "hosts": ["a"]}]}])
def test_a_broken_host_table_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError), match=r"hosts\.toml"):
        read_hosts(data)


def test_quotes_of_one_depth_are_joined() -> None:
    assert unflow("> a \n> b\nc \n-- \nd", delsp=False) == "> a b\nc \n-- \nd"


def test_html_of_nothing_is_no_text() -> None:
    assert html_text(read_html("  ")) == ""


def test_a_long_body_is_kept_as_a_file_too() -> None:
    mail, _ = read(b"From: a@example.com\n\n" + b"0123456789\n" * 300_000)
    assert (len(mail.body_text) > 2_000_000, [part.size for part in mail.parts]) == (True, [3_300_000])


def test_bodies_beyond_what_is_held_are_kept_as_files() -> None:
    part = b"--b\n\n" + b"0123456789\n" * 200_000
    mail, _ = read(b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 6 + b"--b--\n")
    assert len(mail.body_text) < 10_000_000
    assert len(mail.parts) >= 2
