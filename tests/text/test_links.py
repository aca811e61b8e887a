"""Addresses and codes as people paste them: what each body says of its links."""

import pytest

from mailbot.text.hosts import known_hosts
from mailbot.text.links import find_links

SHARE = "https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv"
OTHER = "https://pan.quark.cn/s/0123456789ab"
THIRD = "https://pan.baidu.com/s/1CCCCCCCCCCCCCCCCCCCCCC"
SHORT = "https://pan.baidu.com/s/1eSxBbZk"
LARGE = "https://wx.mail.qq.com/ftn/download?func=3&key=a1b2c3d4e5f6a7b8&code=d4e5f6a7&k=0123456789abcdef"
LONG_FILM = f"https://www.example.org/download/{'a1b2c3d4' * 14}/film.mp4"
LONG = "https://www.example.org/films/2024/gongye/qiangguo/light-of-iron"

CODES = [
    f"{SHARE} 提取码：ab12",
    f"链接：{SHARE}提取码：ab12",
    f"{SHARE}，提取码ab12。",
    f"{SHARE} --来自百度网盘超级会员V5的分享 提取码-ab12",
    f"{SHARE} 密码是 ab12",
    f"{SHARE}\n\n提取码:\nab12",
    f"{SHARE} （ab12）",
    f"{SHARE}【ab12】",
    f"{SHARE}\nab12",
    f"视频：{SHARE}  \n\n  ab12\n\n谢谢",
    f"{SHARE} key: ab12",
    f"{SHARE} 验证码：ab12",
    f"{SHARE} 取件码：ab12",
    f"{SHARE} 提取码： a b 1 2",
    f"提取码 ab12，链接 {SHARE}",
    f"> 链接: {SHARE}\n> 提取码: ab12",
    f"[光的重量]({SHARE}) 提取码：ab12",
    f"本组提取码均为ab12：\n{SHARE}",
    f"{SHARE}?pwd=ab12",
    *(
        f"{SHARE} {words}"
        for words in (
            "提取码：「ab12」", "提取吗：ab12", "提取码为：ab12", "密码是：ab12", "提取码➡ab12", "tqm:ab12", "码：ab12",
            "密：ab12", "提取码『ab12』", "提取码| ab12", "提 取 码：ab12", "提取码就是ab12", "提取码；ab12",
            "提取码、ab12", "提取码. ab12", "提取码。ab12", "提取码~ab12", "提取码 >> ab12", "提取码：\u201cab12\u201d",
            "提取码{ab12}", "提取码（区分大小写）：ab12",
        )
    ),
]  # fmt: skip
NO_CODES = [
    "手机号码：138000", "邮政编码：100000", "证书编码：A1b2", "加密：否", "无密码。Best regards", "没有提取码！thanks",
    "提取码：\nhttps://www.example.com/", "\n2024\n", "\nab12cd\n",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_CODES)
def test_another_number_is_no_code(words: str) -> None:
    assert [link.code for link in find_links(f"{SHARE} {words}", known_hosts(), html=False)] == [""]


@pytest.mark.parametrize("text", CODES)
def test_a_code_wherever_it_stands(text: str) -> None:
    (link,) = find_links(text, known_hosts(), html=False)
    assert (link.url.partition("?")[0], link.code) == (SHARE, "ab12")


SEVERAL = [
    (f"以下链接提取码均为 ab12：\n{SHARE}\n{OTHER}\n{THIRD}", ["ab12", "ab12", "ab12"]),
    (f"{SHARE}\n{OTHER}\n提取码分别为 ab12、cd34", ["ab12", "cd34"]),
    (f"{SHARE} 提取码：zz99\n{OTHER}\n{THIRD}\n其余密码都是 ab12", ["zz99", "ab12", "ab12"]),
    (f"{SHARE}\n{OTHER}\n{THIRD}\n提取码分别为 ab12、cd34", ["", "", ""]),
    (f"《光》{SHARE} 提取码: ab12\n《钢》{OTHER} 提取码: cd34", ["ab12", "cd34"]),
]


@pytest.mark.parametrize(("text", "codes"), SEVERAL)
def test_codes_of_several_links(text: str, codes: list[str]) -> None:
    assert [link.code for link in find_links(text, known_hosts(), html=False)] == codes


OWN_DISKS = (
    "https://cloud.example.edu.cn/s/AbCdEfGh", "https://disk.example.edu.cn/link/AA0123456789",
    "https://pan.example.edu.cn/f/0123456789abcdef/", "https://nas.example.com:5001/sharing/AbCdEf123",
    "http://gofile.me/6abcd/AbCdEf", "https://yunpan.cn/cAbCdEf", "https://t.cn/A6AbCdEf",
    "https://wap.peopleapp.com/video/rmh1/1",
)  # fmt: skip
BEHIND = ("", " 提取码：ab12", "提取码：ab12", "，密码ab12。", "\n提取码 ab12")
WHOLE = [
    ("https://pan。baidu。com/s/1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    ("ｈｔｔｐｓ：／／ｐａｎ．ｂａｉｄｕ．ｃｏｍ／ｓ／1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    ("https://pan.baidu.com/s/1AbCdEf\u200bGhIjKlMnOpQrStUv", SHARE),
    ("pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv 提取码 ab12", SHARE),
    ("链接 <https://pan.baidu.com/s/1AbCdEfGhIj\n KlMnOpQrStUv> 提取码 ab12", SHARE),
    (f"视频下载地址：{LONG}\n-final-version.mp4", f"{LONG}-final-version.mp4"),
    (f"视频下载地址：{LONG[:30]}\n联系电话 13800000001", LONG[:30]),
    *(
        ("\n".join(LONG_FILM[at : at + width] for at in range(0, len(LONG_FILM), width)), LONG_FILM)
        for width in (41, 52, 70)
    ),
    (f"视频链接：{LONG[:40]}\n01-light.mp4", LONG[:40]),
    ("https: //pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    ("htps://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    ("hxxps:/pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    ("https:\\\\pan.baidu.com\\s\\1AbCdEfGhIjKlMnOpQrStUv 提取码：ab12", SHARE),
    (f"https://urldefense.com/v3/__{SHARE}__;!!abc$ 提取码：ab12", SHARE),
    (f"https://www.google.com/url?q={SHARE}&sa=D", SHARE),
    ("视频下载地址：ftp://ftp.example.org/pub/ 用户名 guest", "ftp://ftp.example.org/pub/"),
    ("ftp://Guest:Pa%40ss@ftp.example.org:2121/光的重量.mp4", "ftp://Guest:Pa%40ss@ftp.example.org:2121/光的重量.mp4"),
    ("https://wx.mail.qq.com/s?k=AbCdEf 展览.mp4 (1.2G)", "https://wx.mail.qq.com/s?k=AbCdEf"),
    ("https://wwx.lanzouh.com/iAbC 密码:7abc", "https://wwx.lanzouh.com/iAbC"),
    *((f"视频链接：{SHARE[:at]}\n{SHARE[at:]}{behind}", SHARE) for at in (22, 24, 31, 43) for behind in BEHIND),
    *((f"{SHARE[:at]}\n{SHARE[at:]}?pwd=ab12", f"{SHARE}?pwd=ab12") for at in (23, 38)),
    (f"{SHARE}\n?pwd=ab12", f"{SHARE}?pwd=ab12"),
    (f"见 {SHARE[:30]}\n    {SHARE[30:]} 提取码 ab12", SHARE),
    (f"{SHARE[:30]}\n\n{SHARE[30:]}\n提取码：ab12", SHARE),
    (f"{SHARE[:30]} {SHARE[30:]} 提取码：ab12", SHARE),
    (f"> 链接：{SHARE[:30]}\n> {SHARE[30:]}\n> 提取码：ab12", SHARE),
    (f"> {LONG}-films\n> -final-version.mp4", f"{LONG}-films-final-version.mp4"),
    (SHARE.replace("https://pan.baidu.com", "pan. baidu. com"), SHARE),
    (SHARE.replace("pan.baidu.com", "pan . baidu . com"), SHARE),
    (SHARE.replace("https://pan.baidu.com/s/", "pan.baidu.com / s / "), SHARE),
    (SHARE.replace("https://pan.baidu.com", "pan点baidu点com"), SHARE),
    *((f"{OTHER[:at]}\n{OTHER[at:]} 提取码：ab12", OTHER) for at in (24, 29)),
    *((f"{LARGE[:at]}\n{LARGE[at:]}", LARGE) for at in (43, 51, 64)),
    ("视频下载地址：https://www.example.org/video/%E6%99%BA%E9%80%A0\n%E6%9C%AA%E6%9D%A5.mp4",
     "https://www.example.org/video/%E6%99%BA%E9%80%A0%E6%9C%AA%E6%9D%A5.mp4"),
    ("https://www.bilibili.com/video/BV1\nxx411c7mD", "https://www.bilibili.com/video/BV1xx411c7mD"),
    ("链接：/s/1AbCdEfGhIjKlMnOpQrStUv 提取码：ab12", SHARE),
    ("/s/1AbCdEfGhIjKlMnOpQrStUv\n提取码：ab12", SHARE),
    ("百度网盘 1AbCdEfGhIjKlMnOpQrStUv?pwd=ab12", f"{SHARE}?pwd=ab12"),
    ("https://pan.baidu.com/wap/init?surl=AbCdEfGhIjKlMnOpQrStUv", "https://pan.baidu.com/wap/init?surl=AbCdEfGhIjKlMnOpQrStUv"),
    ("Https://Pan.Baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    *((address, address) for address in OWN_DISKS),
    *((f"{SHARE}\n{behind}", SHARE) for behind in ("zhangsan@example.com", "13800000001", "Password:", "film-01.mp4")),
    (f"{SHORT}\nzhangsan@example.com", SHORT),
    (f"{SHORT} abcd", SHORT),
]  # fmt: skip


@pytest.mark.parametrize(("text", "url"), WHOLE)
def test_a_broken_address_is_whole_again(text: str, url: str) -> None:
    assert [link.url for link in find_links(text, known_hosts(), html=False)] == [url]


PAGES = [
    (f'<a href="{SHARE}">点击下载</a>', SHARE),
    (f'<a href="{SHARE[:36]}">{SHARE[:36]}</a>{SHARE[36:]} 提取码：ab12', SHARE),
    (f'<a href="http://{SHARE}">点击下载</a>', SHARE),
    (f'<a href="javascript:void(0)">{SHARE}</a>', SHARE),
    ("<span>https://pan.baidu.com/s/</span><span>1AbCdEfGhIjKlMnOpQrStUv</span>", SHARE),
    ("https://pan.baidu.com/s/<wbr>1AbCdEfGhIjKlMnOpQrStUv", SHARE),
    (f'<a href="{SHARE}">{SHARE[:26]}...</a>', SHARE),
    (f'<a href="https://mail.163.com/redirect?url={SHARE.replace(":", "%3A").replace("/", "%2F")}">x</a>', SHARE),
    (f'<a href="https://mail.example.com/go?url={SHARE.replace("/", "%2F")}">{SHARE}</a>', SHARE),
]


@pytest.mark.parametrize(("page", "url"), PAGES)
def test_an_address_in_a_page(page: str, url: str) -> None:
    assert [link.url for link in find_links(page, known_hosts(), html=True)] == [url]


@pytest.mark.parametrize(
    "text",
    [
        "云岭机械 https://www.example.com/ 电话 010-8",
        "https://cloud.example.com/news/20240701",
        "https://share.example.com/s/",
        "https://example.com/unsubscribe?x=1",
    ],
)
def test_an_address_of_something_else_is_no_link(text: str) -> None:
    assert find_links(text, known_hosts(), html=False) == ()
