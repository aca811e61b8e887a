"""A config that is not TOML: the line is named, and the cure fits what people and their editors write."""

import codecs
from pathlib import Path

import pytest

from mailbot.model.errors import ConfigError
from mailbot.settings.loading import load
from mailbot.settings.syntax import parse

BEFORE = '# 报名邮箱\n[campaign]\nname = "首届“工业强国·新型工业化”活动"  # “引号”在字符串里没有问题\n'
"""Three lines in which nothing is wrong."""


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("organizer = 征选活动组委会", 'Write organizer = "征选活动组委会"'),
        ("organizer = “征选活动组委会”", "Write straight ones"),
        ("organizer = ‘征选活动组委会’", "Write straight ones"),
        ('themes = ["高端升级"，"数智赋能"]', "Write , between values"),
        ('themes = ["高端升级"、"数智赋能"]', "Write , between values"),
        ('organizer ＝ "组委会"', "Write ="),
        ('themes = ［"高端升级"］', "Write [ and ]"),
        ("【video】", "Write [ and ]"),
        ('organizer\u3000=\u3000"组委会"', "Write plain blanks"),
        ('organizer: "组委会"', "Write key = value"),
        ('organizer："组委会"', "Write key = value"),
        ('organizer = "组委会', "a quotation mark is missing"),
        ('organizer = 组委会"', "a quotation mark is missing"),
        ("organizer = ", "organizer has no value"),
        ('contact = "a"\ncontact = "b"', "contact stands twice"),
        ("deadline = 2024-7-31", "a date is written 2024-07-31"),
        ("deadline = 2024/07/31", "a date is written 2024-07-31"),
        ("deadline = 2024年7月31日", "a date is written 2024-07-31"),
        ("[video]\nfull_decode = True", "Write true or false"),
        ("[mailbox]\nkind = imap", 'Write kind = "imap"'),
        ("[mailbox]\npassword_file = mailbox.password", 'Write password_file = "mailbox.password"'),
        ("[mailbox]\nuser = submissions@163.com", 'Write user = "submissions@163.com"'),
        ("[mailbox]\nhost = 163.com", 'Write host = "163.com"'),
        ('organizer = "组委会" 落款', "Put # before a remark"),
        ("[video", "a table's name stands between [ and ]"),
        ('咨询 = "010"', "a key is of letters"),
        ('[mailbox]\npath = "C:\\data\\inbox"', "Write '…' around the value"),
    ],
)
def test_the_line_is_named_and_the_cure_fits(line: str, cure: str) -> None:
    number = 3 + len(line.splitlines())
    with pytest.raises(ConfigError) as refused:
        parse((BEFORE + line + '\n[organizers]\ndigest_to = ["desk@example.org"]\n').encode(), "config.toml")
    told = str(refused.value)
    assert told.startswith(f"config.toml: line {number}: is not TOML: "), told
    assert cure in told
    assert told.endswith(".")


def test_a_list_that_is_not_closed_is_told_where_it_begins() -> None:
    with pytest.raises(ConfigError, match=r"line 4: is not TOML: a bracket \[ is not closed"):
        parse((BEFORE + 'themes = ["高端升级",\n"数智赋能"\n').encode(), "config.toml")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_a_file_that_windows_saved_in_its_own_encoding_is_named_with_its_line(encoding: str) -> None:
    with pytest.raises(ConfigError, match=r"line 3: is not UTF-8 \(perhaps GBK\). Save it as UTF-8"):
        parse('[campaign]\ntimezone = "Asia/Shanghai"\norganizer = "组委会"\n'.encode(encoding), "config.toml")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_utf_16_file_is_told_as_one(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    with pytest.raises(ConfigError, match=r"is UTF-16, not UTF-8\. Save it as UTF-8"):
        parse(mark + "[campaign]\n".encode(encoding), "config.toml")


def test_a_byte_order_mark_windows_line_ends_and_tabs_are_no_error(tmp_path: Path) -> None:
    text = '[campaign]\r\n\tname\t=\t"活动"\t# 说明\r\n[mailbox]\r\n\tkind = "maildir"\r\n\tpath = "in"\r\n'
    (tmp_path / "config.toml").write_bytes(codecs.BOM_UTF8 + text.encode())
    settings, _ = load(tmp_path / "config.toml", {})
    assert settings.campaign.name == "活动"
