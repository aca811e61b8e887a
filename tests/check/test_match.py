"""Which video belongs to which row."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.names import Offered, Places, Wanted, matched


def match(rows: Sequence[Wanted], filenames: Sequence[str], **how: bool) -> Places:
    return matched(rows, [Offered(name) for name in filenames], **how)


A, B, C = Wanted("智造未来"), Wanted("绿水青山"), Wanted("千里之行")


@pytest.mark.parametrize(
    ("rows", "filenames", "pairs"),
    [
        ([A], ["VID_0001.mp4"], ((0, 0),)),
        ([A], ["完全不同的名字.mp4"], ((0, 0),)),
        ([A], [""], ((0, 0),)),
        ([A, B], ["绿水青山.mp4", "智造未来.mp4"], ((0, 1), (1, 0))),
        ([A, B], ["《绿水青山》终版.mp4", "VID_0001.mp4"], ((0, 1), (1, 0))),
        ([A, B], ["视频2.mp4", "视频1.mp4"], ((0, 1), (1, 0))),
        ([A, B, C], ["03.mp4", "01.mp4", "02.mp4"], ((0, 1), (1, 2), (2, 0))),
        ([A, B], ["1.mp4", "0.mp4"], ((0, 1), (1, 0))),
        # what is paired already is no rival of the rest
        ([A, B, C], ["智造未来.mp4", "千里之行修改版.mp4", "绿水青山修改版.mp4"], ((0, 0), (1, 2), (2, 1))),
        ([A, B], ["1.mp4", "智造未来.mp4"], ((0, 1), (1, 0))),
        ([Wanted("智造"), Wanted("智造未来")], ["智造.mp4", "智造未来.mp4"], ((0, 0), (1, 1))),
        ([Wanted("匠心（上）"), Wanted("匠心（下）")], ["匠心（下）.mp4", "匠心（上）.mp4"], ((0, 1), (1, 0))),
        # the very same name goes before one that differs by 终版 alone
        ([A, Wanted("智造未来终版")], ["智造未来终版.mp4", "智造未来.mp4"], ((0, 1), (1, 0))),
        # contained leads before alike by just as much as a pair must lead
        (
            [Wanted("云岭重工智造未来第一集"), Wanted("云岭重工智造未来第二集")],
            ["片云岭重工智造未来第一集.mp4"],
            ((0, 0),),
        ),
    ],
)
def test_what_a_careful_clerk_sees_is_paired(
    rows: list[Wanted], filenames: list[str], pairs: tuple[tuple[int, int], ...]
) -> None:
    assert match(rows, filenames) == Places(pairs)


@pytest.mark.parametrize(
    ("rows", "filenames", "uncertain", "contested"),
    [
        ([A, B], ["VID_0001.mp4"], (0, 1), (0,)),
        ([A, B], ["成片.mp4", "VID_0001.mp4"], (0, 1), (0, 1)),
        ([A, A], ["智造未来.mp4"], (0, 1), (0,)),
        ([A], ["智造未来.mp4", "智造未来.mp4"], (0,), (0, 1)),
        ([A], ["智造未来.mp4", "智造未来修改版.mp4"], (0,), (0, 1)),
        ([A, B, C], ["1.mp4", "2.mp4"], (0, 1, 2), (0, 1)),
        ([A, B], ["2.mp4", "2 (2).mp4"], (0, 1), (0, 1)),
        ([A, B], ["1.mp4", "成片.mp4"], (0, 1), (0, 1)),
        ([A, B], ["wx_camera_1720000000000.mp4", "mmexport1720000000001.mp4"], (0, 1), (0, 1)),
        # a name in letters that no title has speaks of none, and against none
        ([A, B], ["zhizaoweilai.mp4", "promo.mp4"], (0, 1), (0, 1)),
        ([A, B], ["智造未来.mp4", "promo.mp4"], (1,), (1,)),
        ([Wanted("5G工厂"), A], ["5G工厂.mp4", "5Gweilai.mp4"], (1,), (1,)),
        # as alike as strangers may just not be
        ([Wanted("山川湖海林田沙草冰雪"), Wanted("山川湖岭溪谷峰峦崖壁")], ["山川湖风云雷电雨露霜.mp4"], (0, 1), (0,)),
    ],
)
def test_what_is_not_clear_is_never_guessed(
    rows: list[Wanted], filenames: list[str], uncertain: tuple[int, ...], contested: tuple[int, ...]
) -> None:
    pairing = match(rows, filenames)
    assert (pairing.uncertain, pairing.contested) == (uncertain, contested)
    assert not {pair[0] for pair in pairing.pairs} & set(uncertain)


@pytest.mark.parametrize(
    ("rows", "filenames", "pairs"),
    [
        ([A, B], ["智造未来.mp4"], ((0, 0),)),
        ([A], ["智造未来.mp4", "绿水青山.mp4"], ((0, 0),)),
        ([A, B], ["智造未来.mp4", "海阔天空任我行.mp4"], ((0, 0),)),
    ],
)
def test_leftover_rows_and_videos_stay_alone(
    rows: list[Wanted], filenames: list[str], pairs: tuple[tuple[int, int], ...]
) -> None:
    assert match(rows, filenames) == Places(pairs)


def test_by_name_only_makes_no_other_pair() -> None:
    assert match([A], ["VID_0001.mp4"], by_name_only=True) == Places()
    assert match([A], ["智造未来.mp4"], by_name_only=True) == Places(((0, 0),))
    assert match([A], ["智造未莱.mp4"], by_name_only=True) == Places(((0, 0),)), "just as much as is clear"
    assert match([A], ["智造明日.mp4"], by_name_only=True) == Places()


def test_a_name_may_speak_against_even_the_only_choice() -> None:
    assert match([A], ["千里之行.mp4"], heed_names=True) == Places()
    assert match([A], ["VID_0001.mp4"], heed_names=True) == Places(((0, 0),))
    assert match([Wanted("山川湖海林田沙草冰雪")], ["山川湖风云雷电雨露霜.mp4"], heed_names=True) == Places(((0, 0),))


def test_nothing_to_pair_pairs_nothing() -> None:
    assert match([], ["智造未来.mp4"]) == match([A], []) == Places()


NAMES = (
    st.sampled_from(["智造未来", "绿水青山", "智造", "VID_1", "1", "2", "", "《智造未来》终版", "未来智造"]) | st.text()
)


@given(st.lists(st.builds(Wanted, NAMES, NAMES), max_size=6), st.lists(NAMES, max_size=6))
def test_a_pairing_is_one_to_one_and_leaves_no_doubt_on_a_pair(rows: list[Wanted], filenames: list[str]) -> None:
    pairing = match(rows, [f"{name}.mp4" for name in filenames])
    told = [row for row, _ in pairing.pairs]
    shown = [video for _, video in pairing.pairs]
    assert len(set(told)) == len(told)
    assert len(set(shown)) == len(shown)
    assert not set(told) & set(pairing.uncertain)
    assert not set(shown) & set(pairing.contested)
    assert bool(pairing.uncertain) == bool(pairing.contested)


@given(st.permutations(["智造未来.mp4", "绿水青山.mp4", "千里之行.mp4"]))
def test_the_order_of_well_named_videos_does_not_matter(filenames: list[str]) -> None:
    pairing = match([A, B, C], filenames)
    assert [filenames[video] for _, video in pairing.pairs] == ["智造未来.mp4", "绿水青山.mp4", "千里之行.mp4"]


@pytest.mark.parametrize(
    ("rows", "videos", "pairs"),
    [
        # the folder's or the archive's name is the film's where its own tells nothing
        ([A, B], [Offered("成片.mp4", ("绿水青山", "报送材料")), Offered("成片.mp4", ("智造未来",))], ((0, 1), (1, 0))),
        ([A, B], [Offered("VID_1.mp4", ("绿水青山.zip",)), Offered("VID_1.mp4", ("智造未来.zip",))], ((0, 1), (1, 0))),
        # one title of two units: the unit's short name tells
        (
            [Wanted("宣传片", "云岭重工有限公司"), Wanted("宣传片", "赤水化工股份有限公司")],
            [Offered("赤水化工-宣传片.mp4"), Offered("云岭重工《宣传片》.mp4")],
            ((0, 1), (1, 0)),
        ),
        (
            [Wanted("匠心", "云岭重工有限公司"), Wanted("匠心", "赤水市赤水化工有限公司")],
            [Offered("匠心.mp4", ("赤水化工",)), Offered("匠心.mp4", ("云岭重工",))],
            ((0, 1), (1, 0)),
        ),
        # nothing but the unit tells
        (
            [Wanted("智造未来", "云岭重工有限公司"), Wanted("绿水青山", "赤水化工有限公司")],
            [Offered("赤水化工.mp4"), Offered("1.mp4", ("云岭重工有限公司",))],
            ((0, 1), (1, 0)),
        ),
        # a file that only names the unit of all, in a folder that tells
        (
            [Wanted("智造未来", "云岭重工有限公司"), Wanted("绿水青山", "云岭重工有限公司")],
            [Offered("云岭重工.mp4", ("绿水青山",))],
            ((1, 0),),
        ),
        # numbers in a folder that only names the unit of all
        (
            [Wanted("智造未来", "云岭重工有限公司"), Wanted("绿水青山", "云岭重工有限公司")],
            [Offered("2.mp4", ("云岭重工",)), Offered("1.mp4", ("云岭重工",))],
            ((0, 1), (1, 0)),
        ),
        # a unit's name inside another's
        (
            [Wanted("匠心", "云岭重工有限公司"), Wanted("匠心", "云岭重工机械有限公司")],
            [Offered("云岭重工机械-匠心.mp4"), Offered("云岭重工-匠心.mp4")],
            ((0, 1), (1, 0)),
        ),
        # the half of a title before its dash
        (
            [Wanted("智造未来——云岭重工数字化转型纪实"), Wanted("绿水青山：零碳工厂的一天")],
            [Offered("绿水青山.mp4"), Offered("智造未来（终版）.mp4")],
            ((0, 1), (1, 0)),
        ),
        # numbers that are part of titles
        (
            [Wanted("01号车间"), Wanted("02号车间")],
            [Offered("02号车间.mp4"), Offered("01号车间.mp4")],
            ((0, 1), (1, 0)),
        ),
        (
            [Wanted("01号车间"), Wanted("02号车间")],
            [Offered("02号车间终版.mp4"), Offered("01号车间终版.mp4")],
            ((0, 1), (1, 0)),
        ),
    ],
)
def test_units_folders_and_halves_of_titles_tell_too(
    rows: list[Wanted], videos: list[Offered], pairs: tuple[tuple[int, int], ...]
) -> None:
    assert matched(rows, videos) == Places(pairs)


def test_two_works_of_one_unit_are_not_told_apart_by_its_name() -> None:
    rows = [Wanted("智造未来", "云岭重工有限公司"), Wanted("绿水青山", "云岭重工有限公司")]
    assert matched(rows, [Offered("云岭重工.mp4")]) == Places((), (0, 1), (0,))


def test_half_a_title_that_two_works_share_tells_nothing() -> None:
    rows = [Wanted("云岭之春（上）"), Wanted("云岭之春（下）")]
    assert matched(rows, [Offered("云岭之春.mp4")]) == Places((), (0, 1), (0,))
