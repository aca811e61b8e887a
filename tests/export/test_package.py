"""The judges' package: each film once, copies that are nobody else's, a second run that knows the first."""

import csv
import io
import os
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from mailbot.export.package import Exported, ExportFolder, write_package
from mailbot.model.entry import EntryStatus
from mailbot.model.errors import Refused
from mailbot.model.listing import ListedVideo, ListedWork
from mailbot.store import Store
from tests.make.decisions import IN_TIME
from tests.make.ledger import THEMES
from tests.make.sessions import wording

BOOK = ("推荐汇总表.xlsx", b"book")


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def work(store: Store, number: int = 1, title: str = "智造未来", *themes: str) -> ListedWork:
    kept = store.put([f"film {number}".encode()])
    sheet = store.put([b"sheet"])
    video = ListedVideo(kept.sha256, kept.size, "mp4", "a.mp4", 61.5, 1920, 1080, "16:9", sheet.sha256)
    return ListedWork(
        f"GYQG-2024-000{number}", EntryStatus.ACCEPTED, IN_TIME, title, themes, "云岭重工有限公司", contact="王一鸣",
        phone="13800000001", video=video,
    )  # fmt: skip


def pack(store: Store, *works: ListedWork, prune: bool = False, blind: bool = False) -> Exported:
    return write_package(package(store, prune=prune, blind=blind), works, BOOK, lambda _done, _total: None)


def package(store: Store, *, prune: bool = False, blind: bool = False) -> ExportFolder:
    return ExportFolder(out(store), store, wording(), "征选活动", THEMES, blind=blind, prune=prune)


def out(store: Store) -> Path:
    return store.root.parent / "out"


def tree(store: Store) -> list[str]:
    folder = out(store)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def manifest(store: Store) -> list[dict[str, str]]:
    text = (out(store) / "manifest.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


FILM = "works/GYQG-2024-0001-智造未来.mp4"


def test_a_film_lies_there_once_and_each_theme_has_a_list_and_a_shortcut(store: Store) -> None:
    outcome = pack(store, work(store, 1, "智造未来", "数智赋能", "绿色低碳"), work(store, 2, "无题"))
    assert (outcome.works, outcome.written, outcome.kept) == (2, 4, 0)
    assert tree(store) == [
        ".mailbot-package.json", "index.html", "manifest.csv", "sheets/GYQG-2024-0001-智造未来.jpg",
        "sheets/GYQG-2024-0002-无题.jpg", FILM, "works/GYQG-2024-0002-无题.mp4", "推荐汇总表.xlsx",
        "数智赋能/GYQG-2024-0001-智造未来.html", "数智赋能/作品清单.csv", "未选主题/GYQG-2024-0002-无题.html",
        "未选主题/作品清单.csv", "绿色低碳/GYQG-2024-0001-智造未来.html", "绿色低碳/作品清单.csv",
    ]  # fmt: skip
    page = (out(store) / "绿色低碳/GYQG-2024-0001-智造未来.html").read_text(encoding="utf-8")
    assert "url=../works/GYQG-2024-0001-%E6%99%BA" in page


def test_a_byte_written_to_an_exported_film_does_not_change_the_evidence(store: Store) -> None:
    one = work(store)
    pack(store, one)
    film = out(store) / FILM
    assert film.stat().st_nlink == 1
    film.chmod(0o644)
    film.write_bytes(b"changed")
    assert one.video is not None
    assert sha256(store.path(one.video.sha256).read_bytes()).hexdigest() == one.video.sha256


def test_everybody_may_read_the_package_and_nobody_write_its_films(store: Store) -> None:
    before = os.umask(0o077)
    try:
        pack(store, work(store, 1, "智造未来", "数智赋能"))
    finally:
        os.umask(before)
    modes = {path.relative_to(out(store)).as_posix(): path.stat().st_mode & 0o777 for path in out(store).rglob("*")}
    assert modes[FILM] == 0o444
    assert {modes[name] for name in ("works", "sheets", "数智赋能")} == {0o755}
    assert {modes[name] for name in ("manifest.csv", "index.html", "推荐汇总表.xlsx")} == {0o644}


def test_the_manifest_tells_every_work(store: Store) -> None:
    one = work(store, 1, "=1+1", "数智赋能")
    pack(store, one)
    assert one.video is not None
    assert manifest(store) == [
        {"number": one.number, "title": "'=1+1", "unit": one.unit, "themes": "数智赋能",
         "file": "works/GYQG-2024-0001-=1+1.mp4", "sha256": one.video.sha256, "size": "6", "duration": "61.500"}
    ]  # fmt: skip


def test_a_second_run_keeps_what_is_whole_and_mends_what_is_not(store: Store) -> None:
    pack(store, work(store, 1), work(store, 2, "绿动云岭"))
    damaged = out(store) / FILM
    damaged.chmod(0o644)
    damaged.write_bytes(b"film x")
    outcome = pack(store, work(store, 1), work(store, 2, "绿动云岭"))
    assert (outcome.written, outcome.kept) == (1, 3)
    assert damaged.read_bytes() == b"film 1"


def test_a_second_run_says_what_is_stale_and_prune_removes_it(store: Store) -> None:
    pack(store, work(store, 1, "智造未来", "数智赋能"), work(store, 2, "绿动云岭", "绿色低碳"))
    (out(store) / "works/评委笔记.txt").write_text("mine", encoding="utf-8")
    retitled = replace(work(store, 1, "智造未来", "数智赋能"), title="智造明天")
    outcome = pack(store, retitled)
    assert set(outcome.stale) >= {FILM, "works/GYQG-2024-0002-绿动云岭.mp4", "绿色低碳/作品清单.csv"}
    assert [line["title"] for line in manifest(store)] == ["智造明天"]
    assert (out(store) / FILM).is_file()
    assert pack(store, retitled).stale == outcome.stale
    pruned = pack(store, retitled, prune=True)
    assert (pruned.removed, pruned.stale) == (outcome.stale, ())
    assert [path for path in tree(store) if path.startswith("works/")] == [
        "works/GYQG-2024-0001-智造明天.mp4",
        "works/评委笔记.txt",
    ]
    assert not (out(store) / "绿色低碳").exists()


def test_an_interrupted_run_goes_on_and_is_known(store: Store) -> None:
    def cut(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    works = (work(store, 1), work(store, 2, "绿动云岭"))
    with pytest.raises(KeyboardInterrupt):
        write_package(package(store), works, BOOK, cut)
    assert (out(store) / FILM).is_file()
    outcome = pack(store, works[1])
    assert outcome.stale == ("sheets/GYQG-2024-0001-智造未来.jpg", FILM)
    assert outcome.written == 2


def test_no_half_film_stands_under_a_films_name(store: Store) -> None:
    pack(store, work(store))
    assert not [path for path in tree(store) if path.endswith(".part")]


def test_a_film_that_rotted_in_the_store_is_told_and_not_packed(store: Store) -> None:
    one, two = work(store, 1), work(store, 2, "绿动云岭")
    assert one.video is not None
    rotten = store.path(one.video.sha256)
    rotten.chmod(0o600)
    rotten.write_bytes(b"film ?")
    outcome = pack(store, one, two)
    assert outcome.works == 1
    assert [line["number"] for line in manifest(store)] == [two.number]
    (told,) = outcome.damaged
    assert told.startswith(f"{FILM}: files/{one.video.sha256[:2]}/{one.video.sha256} is not what it was")
    rotten.unlink()
    assert "is gone from the store" in pack(store, one, two).damaged[0]


def test_a_disk_without_room_is_refused_before_anything_is_written(store: Store) -> None:
    one = work(store)
    assert one.video is not None
    huge = replace(one, video=replace(one.video, size=1 << 60))
    with pytest.raises(Refused, match="Make room"):
        pack(store, huge)
    assert tree(store) == []


def test_a_work_whose_video_lies_behind_a_link_says_where(store: Store) -> None:
    pack(store, replace(work(store), video=None, link="https://pan.example.com/s/1 a1b2"))
    note = out(store) / "works/GYQG-2024-0001-智造未来-视频待下载.txt"
    assert note.read_text(encoding="utf-8-sig").strip() == "https://pan.example.com/s/1 a1b2"
    assert manifest(store)[0]["file"] == "works/GYQG-2024-0001-智造未来-视频待下载.txt"


@pytest.mark.parametrize(
    "title", ["../../../etc/passwd", "/etc/passwd", "a\\b", "..", "a\x00b", "CON:", "\u202egpj.exe"]
)
def test_a_hostile_title_or_theme_stays_in_the_package(store: Store, title: str) -> None:
    pack(store, work(store, 1, title, title))
    folders = {path.parent.relative_to(out(store)).as_posix() for path in out(store).rglob("*") if path.is_file()}
    assert len(folders) == 4
    assert not any("/" in folder or ".." in folder for folder in folders)


def test_themes_that_differ_in_case_alone_or_take_our_own_names_have_folders_of_their_own(store: Store) -> None:
    pack(store, work(store, 1, "一", "Green", "GREEN", "works"))
    assert sorted(path.name for path in out(store).iterdir() if path.is_dir()) == [
        "GREEN", "Green-2", "sheets", "works", "works-2",
    ]  # fmt: skip


def test_a_file_that_the_inventory_places_outside_is_never_removed(store: Store) -> None:
    pack(store, work(store))
    outside = store.root.parent / "letter.txt"
    outside.write_text("mine", encoding="utf-8")
    (out(store) / ".mailbot-package.json").write_text('{"files": ["../letter.txt", 7]}', encoding="utf-8")
    pack(store, work(store), prune=True)
    assert outside.is_file()


def test_a_blind_package_names_no_unit_nor_person_in_any_file_or_name(store: Store) -> None:
    pack(store, work(store, 1, "云岭重工-智造未来-王一鸣", "数智赋能"), blind=True)
    told = "\n".join(tree(store)) + "".join(
        path.read_text(encoding="utf-8") for path in out(store).rglob("*") if path.suffix in {".html", ".csv", ".json"}
    )
    assert not re.search("云岭|重工|王一鸣|13800000001", told)
    assert list(manifest(store)[0]) == ["number", "title", "themes", "file", "sha256", "size", "duration"]
    assert manifest(store)[0]["title"] == "智造未来"


def names_told(store: Store) -> list[str]:
    """Files that tell a unit or a person, in their names or their words."""
    words = re.compile("云岭|重工|王一鸣|13800000001")
    texts = {".html", ".csv", ".json", ".txt"}
    return [
        name for name in tree(store)
        if words.search(name)
        or ((out(store) / name).suffix in texts and words.search((out(store) / name).read_text(encoding="utf-8")))
    ]  # fmt: skip


def test_a_blind_package_over_one_with_names_is_refused_and_pruned_first(store: Store) -> None:
    one = work(store, 1, "云岭重工-智造未来", "数智赋能")
    pack(store, one)
    before = tree(store)
    with pytest.raises(Refused, match="--prune"):
        pack(store, one, blind=True)
    assert tree(store) == before
    outcome = pack(store, one, blind=True, prune=True)
    assert names_told(store) == []
    assert "works/GYQG-2024-0001-云岭重工-智造未来.mp4" in outcome.removed
    assert "manifest.csv" not in outcome.removed
    assert pack(store, one, blind=True).kept == 2, "a blind one over a blind one goes on"


def test_a_blind_package_that_is_cut_short_leaves_no_names_of_the_one_before(store: Store) -> None:
    def cut(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    one = work(store, 1, "智造未来", "数智赋能")
    pack(store, one)
    assert {"index.html", "manifest.csv"} <= set(names_told(store))
    with pytest.raises(KeyboardInterrupt):
        write_package(package(store, blind=True, prune=True), [one], BOOK, cut)
    assert names_told(store) == []
    assert "推荐汇总表.xlsx" not in tree(store), "the old workbook names them too"


def test_the_page_runs_its_own_script_alone_and_needs_no_network(store: Store) -> None:
    pack(store, work(store, 1, '</script><img src=x onerror=alert(1)>"', "数智赋能"))
    page = (out(store) / "index.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert "<img src=x" not in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
