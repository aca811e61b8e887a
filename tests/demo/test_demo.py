"""The demo, played once as its user plays it."""

from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

from openpyxl import load_workbook

from tests.make.played import Played, mailbot


def test_it_ends_well_and_tells_what_it_does(played: Played) -> None:
    assert played.code == 0, played.said
    for step in ("生成视频", "投递邮件", "收取邮件", "读取、核验、登记", "发送答复"):
        assert step in played.said


def test_it_shows_mails_entries_letters_and_where_to_look(played: Played) -> None:
    for shown in ("邮件", "作品", "答复", "自动回复", "时长不足", "逾期", "GYQG-2024-0001"):
        assert shown in played.told
    for path in ("var/ledger.sqlite", "digest/digest.html", "replies"):
        assert str(played.folder / path) in played.told
        assert (played.folder / path).exists()


def test_every_fate_of_an_entry_is_among_them(played: Played) -> None:
    fates = Counter(entry["status"] for entry in played.entries)
    assert {"accepted", "rejected", "incomplete", "review"} <= set(fates)
    assert sum(fates.values()) >= 15


def test_each_entry_fares_as_its_mail_deserves(played: Played) -> None:
    fares = {entry["title"]: (entry["status"], *entry["reasons"]) for entry in played.entries}
    expected = {
        "智造未来": ("accepted",),
        "夜班": ("accepted",),
        "港口的清晨": ("accepted",),
        "一台织机的百年": ("accepted",),
        "会思考的仓库": ("accepted",),
        "巨轮下水": ("accepted",),
        "一分钟看产线": ("rejected", "video-too-short"),
        "老厂新生": ("rejected", "video-low-resolution"),
        "船坞十二时辰": ("rejected", "video-not-mp4"),
        "毫厘之争": ("rejected", "mail-late"),
        "": ("incomplete", "video-row-missing"),
        "焊花": ("incomplete", "row-video-missing"),
        "追风的人": ("incomplete", "row-video-by-link"),
        "未来工厂": ("review", "video-duplicate"),
    }
    assert {title: fares.get(title) for title in expected} == expected


def test_a_mail_sent_again_makes_no_second_entry(played: Played) -> None:
    assert [entry["title"] for entry in played.entries].count("智造未来") == 1


def test_every_mail_but_the_automatic_one_is_answered_over_smtp_once(played: Played) -> None:
    letters = played.letters
    assert {letter["state"] for letter in letters} == {"sent"}
    answered = [letter["mail_id"] for letter in letters if letter["mail_id"] is not None]
    assert len(set(answered)) == len(answered) == 14
    assert "xu@museum.example.org" not in {letter["recipient"] for letter in letters}
    kinds = {letter["kind"] for letter in letters}
    assert {"accepted", "rejected", "partial", "incomplete", "review", "nothing", "state", "late", "digest"} <= kinds


def test_the_letters_are_kept_as_they_came_with_their_pages(played: Played) -> None:
    kept = sorted((played.folder / "replies").glob("*.eml"))
    assert len(kept) == len(played.letters)
    for path in kept:
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert letter["Auto-Submitted"]
        assert path.with_suffix(".html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_the_digest_is_kept_as_page_text_and_workbook(played: Played) -> None:
    folder = played.folder / "digest"
    assert "2024年7月31日" in (folder / "digest.txt").read_text(encoding="utf-8")
    assert "未来工厂" in (folder / "digest.html").read_text(encoding="utf-8")
    cells = [str(cell.value) for row in load_workbook(folder / "推荐汇总表.xlsx").worksheets[0] for cell in row]
    assert "一台织机的百年" in cells


def test_nobody_else_may_read_its_config(played: Played) -> None:
    assert (played.folder / "config.toml").stat().st_mode & 0o077 == 0


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    finished = mailbot("demo", "--dir", str(tmp_path))
    assert finished.returncode == 1
    assert "其中有其他文件" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    finished = mailbot("demo", "--dir", str(tmp_path / "new"), before="import sys; sys.modules['pymap'] = None")
    assert finished.returncode == 1
    assert finished.stderr == "mailbot: 演示需要 pymap。请运行 pip install 'mailbot[demo]'。\n"
    assert not (tmp_path / "new").exists()
