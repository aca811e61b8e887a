"""What may become a work's video: of this mail and of earlier ones, by the names that tell of it."""

from dataclasses import replace

import pytest

from mailbot.check.materials import link_of_cell, links_in, lone_materials, new_links, new_videos, of_link, of_video
from mailbot.model.entry import Entry, EntryStatus, parted_from
from mailbot.model.mail import Link, Part, PartKind
from mailbot.model.works import Works
from tests.make.decisions import IN_TIME, film, sha

PAN = Link("https://pan.example.com/s/1abc", "baidu", "a1b2")
LONE = Entry("N-1", "a@example.com", 1, IN_TIME, video=film())


def test_a_film_is_named_by_its_file_and_lies_in_folders_and_archives_innermost_first() -> None:
    lies = film("报送/绿动云岭/成片.mp4")
    found = of_video(replace(lies, part=replace(lies.part, inside=("外.zip", "内.zip"))), LONE)
    assert (found.filename, found.around) == ("成片.mp4", ("绿动云岭", "报送", "内.zip", "外.zip"))
    assert found.entry is LONE


@pytest.mark.parametrize(("filename", "near", "name"), [("片.mp4", "《题》", "片.mp4"), ("", "《题》", "《题》")])
def test_a_link_is_named_by_its_file_else_by_the_words_before_it(filename: str, near: str, name: str) -> None:
    link = replace(PAN, filename=filename, near=near)
    found = of_link(link, LONE)
    assert (found.name, found.link, found.video, found.entry) == (name, link, None, LONE)


def test_what_waits_for_its_row_is_offered_once_and_not_to_whom_it_was_parted_from() -> None:
    linked = replace(LONE, number="N-2", video=None, link=PAN)
    both = replace(LONE, number="N-3", link=PAN)
    others = [
        replace(LONE, number="N-4", has_row=True),
        replace(LONE, number="N-5", status=EntryStatus.WITHDRAWN),
        replace(linked, number="N-6", has_row=True),
    ]
    parted = replace(LONE, number="N-7", set_by_person=frozenset({parted_from("N-9")}))
    entries = [linked, LONE, both, *others, parted]
    offered = [(one.entry.number, one.video, one.link) for one in lone_materials(entries) if one.entry]
    film_of = LONE.video
    assert offered == [("N-1", film_of, None), ("N-3", film_of, None), ("N-7", film_of, None), ("N-2", None, PAN)]
    told = [one.entry.number for one in lone_materials(entries, {"N-9"}) if one.entry]
    assert told == ["N-1", "N-3", "N-2"]


def test_a_film_comes_under_each_of_its_names_and_what_is_held_does_not_come() -> None:
    one, held = film("智造未来.mp4"), film("绿水青山.mp4")
    again = [Part(name, "", one.part.sha256, 1) for name in ("智造未来（终版）.mp4", "千里之行.mp4", "千里之行(1).mp4")]
    works = Works((*again, held.part), videos=(one, held, film("不在部件中.mp4")))
    found = list(new_videos(works, {sha("绿水青山.mp4")}))
    assert [material.name for material in found] == ["智造未来.mp4", "千里之行.mp4", "不在部件中.mp4"]
    assert {material.video.part.kind for material in found if material.video} == {PartKind.VIDEO}


def test_links_that_a_cell_or_an_entry_holds_are_nothing_new() -> None:
    links = [replace(PAN, url=f"https://pan.example.com/s/{name}") for name in ("cell", "known", "new")]
    found = new_links(Works(links=tuple(links)), ["", "链接 pan.example.com/s/cell"], {links[1].url})
    assert [material.link for material in found] == [links[2]]


def test_a_cell_may_show_an_address_without_its_scheme_and_an_empty_one_is_in_none() -> None:
    bare = Link("pan.example.com/s/2", "")
    cell = "pan.example.com/s/1abc pan.example.com/s/2"
    others = [Link("", ""), Link("https://p.example/?to=https://pan.example.com/s/2", "")]
    assert list(links_in(cell, [PAN, bare, *others])) == [PAN, bare]


@pytest.mark.parametrize(
    ("cell", "url"),
    [
        ("见附件", None),
        ("", None),
        (" https://pan.example.com/s/1abc ", "https://pan.example.com/s/1abc"),
        # of two addresses of the mail in the cell the longer; of those that go on behind the cell's the shorter
        ("https://pan.example.com/s/1abc?pwd=1", "https://pan.example.com/s/1abc?pwd=1"),
        ("https://p.example/a", "https://p.example/a#1"),
        # none of the mail's
        ("https://p.example/ab", "https://p.example/ab"),
        ("https://pxexample/a", "https://pxexample/a"),
    ],
)
def test_a_cells_link_is_the_mails_where_it_is_one_of_them(cell: str, url: str | None) -> None:
    urls = [f"{PAN.url}?pwd=1", "https://p.example/a?long=1", "https://p.example/a#1", "https://p.example/abc"]
    links = [PAN, *(replace(PAN, url=url, code="c0de") for url in urls)]
    found = link_of_cell(cell, links)
    assert (found.url if found else None) == url
    assert found is None or found in links or found == Link(url or "", "")
