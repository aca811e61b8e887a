"""Who gets which film or link of a mail; what is not clear, and what is left."""

import pytest

from mailbot.check.allocate import Claim, allocate, doubt
from mailbot.check.materials import of_link, of_video
from mailbot.model.entry import Entry
from mailbot.model.mail import Link
from tests.make.decisions import IN_TIME, film, sha

HELD = Entry("N-1", "a@example.com", 1, IN_TIME, video=film("智造未来.mp4"))
A, B = Claim("智造未来", ""), Claim("绿水青山", "")
OF_ONE, OF_OTHER = Claim("智造未来", "云岭重工机械有限公司"), Claim("绿水青山", "赤水化工有限公司")
LINKED, HOLDS = Claim("智造未来", "", has_link=True), Claim("智造未来", "", HELD)


@pytest.mark.parametrize(
    ("claims", "films", "given", "doubted", "left"),
    [
        # a film named like a row is that row's, whatever link the row has
        ([LINKED, B], ["智造未来.mp4"], {0: 0}, [], []),
        # a nameless one goes to who has nothing else, where there are enough of these
        ([LINKED, B], ["成片.mp4"], {1: 0}, [], []),
        ([HOLDS, B], ["成片.mp4"], {1: 0}, [], []),
        ([LINKED, B], ["成片.mp4", "VID_1.mp4"], {}, [0, 1], []),
        # one of another name is nobody's; several are unclear
        ([LINKED, B], ["老厂房的故事.mp4"], {}, [], [0]),
        ([A, B], ["老厂房的故事.mp4"], {}, [], [0]),
        ([A, B], ["老厂房的故事.mp4", "匠人匠心.mp4"], {}, [0, 1], []),
        ([A], ["老厂房的故事.mp4"], {0: 0}, [], []),
        # one that tells of another work's unit, and little of a title, is nobody's
        ([OF_ONE, OF_OTHER], ["智造未来.mp4", "云岭重工机械.mp4"], {0: 0}, [], [1]),
        ([OF_ONE, OF_OTHER], ["智造未来.mp4", "云岭重工机械-绿水之歌.mp4"], {0: 0}, [], [1]),
    ],
)
def test_films_go_by_name_else_to_who_has_nothing_else(
    claims: list[Claim], films: list[str], given: dict[int, int], doubted: list[int], left: list[int]
) -> None:
    materials = [of_video(film(name)) for name in films]
    allocation = allocate(claims, materials)
    assert dict(allocation.given) == {claims[one]: materials[other] for one, other in given.items()}
    assert list(allocation.doubts) == [claims[one] for one in doubted]
    assert list(allocation.left) == [materials[one] for one in left]


def test_a_link_more_than_works_want_is_left() -> None:
    named, other = (of_link(Link(f"https://p.example/{near}", "", near=near)) for near in ("智造未来", ""))
    allocation = allocate([A], [named, other])
    assert (allocation.given, allocation.doubts, allocation.left) == ({A: named}, {}, (other,))


def test_links_are_for_works_that_films_neither_went_to_nor_are_doubted_for() -> None:
    claims = [Claim(title, "") for title in ("智造未来", "绿水青山之歌", "绿水青山之恋", "千里之行")]
    films = [of_video(film(name)) for name in ("智造未来.mp4", "绿水青山.mp4")]
    links = [of_link(Link(f"https://p.example/{name}", "")) for name in "ab"]
    one = allocate(claims, [*films, links[0]])
    assert one.given == {claims[0]: films[0], claims[3]: links[0]}
    assert one.doubts == dict.fromkeys(claims[1:3], doubt([films[1]]))
    several = allocate(claims, [*films, *links])
    assert several.given == {claims[0]: films[0]}
    assert several.doubts == {**one.doubts, claims[3]: doubt(links)}
    assert one.left == several.left == ()


def test_a_doubt_names_files_and_addresses_and_holds_the_films() -> None:
    films = [of_video(film("一.mp4")), of_video(film("", "two"))]
    assert doubt([*films, of_link(Link("https://p.example/1", ""))]).details == {
        "candidates": "一.mp4、（无文件名）、https://p.example/1",
        "files": f"{sha('一.mp4')} {sha('two')}",
    }
