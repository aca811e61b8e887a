"""The judges' package: folders by theme, names by number and title."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.export.package import safe_name, write_package
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.mail import Link
from mailbot.store import Store
from tests.make.decisions import GOOD, IN_TIME, film


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def work(store: Store, number: int = 1, title: str = "智造未来", *themes: str) -> Entry:
    kept = store.put([f"film {number}".encode()])
    video = film("a.mp4")
    video = replace(video, part=replace(video.part, sha256=kept.sha256))
    return Entry(
        f"GYQG-2024-000{number}",
        "a@example.com",
        1,
        IN_TIME,
        EntryStatus.ACCEPTED,
        title,
        themes,
        video=video,
        has_row=True,
    )


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_work_lies_in_the_folder_of_each_of_its_themes(tmp_path: Path, store: Store) -> None:
    out = tmp_path / "out"
    count = write_package(
        out,
        [work(store, 1, "智造未来", "数智赋能", "绿色低碳"), work(store, 2, "无题")],
        b"book",
        "推荐汇总表.xlsx",
        store,
    )
    assert count == 2
    assert tree(out) == [
        "推荐汇总表.xlsx",
        "数智赋能/GYQG-2024-0001-智造未来.mp4",
        "未选主题/GYQG-2024-0002-无题.mp4",
        "绿色低碳/GYQG-2024-0001-智造未来.mp4",
    ]
    assert (out / "数智赋能/GYQG-2024-0001-智造未来.mp4").read_bytes() == b"film 1"


def test_the_package_can_be_written_again(tmp_path: Path, store: Store) -> None:
    out = tmp_path / "out"
    for content in (b"old", b"new"):
        write_package(out, [work(store)], content, "推荐汇总表.xlsx", store)
    assert (out / "推荐汇总表.xlsx").read_bytes() == b"new"
    assert len(tree(out)) == 2


def test_a_work_whose_video_lies_behind_a_link_says_where(tmp_path: Path, store: Store) -> None:
    entry = replace(work(store), video=None, link=Link("https://pan.example.com/s/1", "baidu", "a1b2"))
    write_package(tmp_path / "out", [entry], b"", "推荐汇总表.xlsx", store)
    (note,) = (tmp_path / "out").rglob("*.txt")
    assert note.name == "GYQG-2024-0001-智造未来-视频待下载.txt"
    assert note.read_text(encoding="utf-8") == "https://pan.example.com/s/1 a1b2\n"


def test_the_extension_is_what_the_file_is(tmp_path: Path, store: Store) -> None:
    entry = work(store)
    assert entry.video is not None
    entry = replace(entry, video=replace(entry.video, facts=replace(GOOD, container="mov")))
    write_package(tmp_path / "out", [entry], b"", "b.xlsx", store)
    assert "未选主题/GYQG-2024-0001-智造未来.mov" in tree(tmp_path / "out")


@pytest.mark.parametrize(
    "title", ["../../../etc/passwd", "/etc/passwd", "a\\b", "..", "a\x00b", "CON:", "\u202egpj.exe"]
)
def test_a_hostile_title_stays_in_its_folder(tmp_path: Path, store: Store, title: str) -> None:
    out = tmp_path / "out"
    write_package(out, [work(store, 1, title, title)], b"", "b.xlsx", store)
    assert len(tree(out)) == 2
    assert {path.parent.parent for path in out.rglob("*.mp4")} == {out}


@given(st.text(max_size=300))
def test_any_text_makes_a_name_that_every_system_takes(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= 180
    assert not set(name) & set('<>:"/\\|?*\n\r\t\x00')
    assert name not in {".", ".."}
    assert name == name.strip(" .")
    assert os.path.basename(name) == name  # noqa: PTH119 - what the system sees
    assert safe_name(name) == name
