"""Titles and file names, made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.check.match import BY_UNIT, CLEAR, CONTAINED, EXACT, LEAD, NORMALISED, scores
from mailbot.check.titles import core, heads, is_generic, ordinal, quoted_title, stem
from mailbot.text.folding import bare, comparable
from tests.make.names import Offered, Wanted, matched

UNIT = "某某装备制造有限公司"


def score(row: Wanted, video: Offered) -> float:
    return float(scores([row], [video])[0, 0])


@pytest.mark.parametrize(
    "filename",
    [
        "智造未来.mp4",
        "智造未来.MP4",
        "《智造未来》.mp4",
        "01-《智造未来》-某某装备制造有限公司（终版）.mp4",
        "智造未来（定稿）.mp4",
        "智造未来_final.mp4",
        "智造未来 终版.mp4",
        "作品1：智造未来.mp4",
        "附件3、智造未来.mp4",
        "2.智造未来.mp4",
        "某某装备制造有限公司-智造未来.mp4",
        "某某装备制造有限公司《智造未来》短视频作品 1080P.mp4",
        "智造未来(1).mp4",
        "智 造 未 来.mp4",
        "ｖ／智造未来.mp4",
        "C:\\Users\\me\\智造未来.mp4",
        "智造\u200b未来.mp4",
        "智造未来.mp4.mp4",
    ],
)
def test_a_name_that_a_clerk_reads_as_the_title_is_clearly_it(filename: str) -> None:
    assert score(Wanted("智造未来", UNIT), Offered(filename)) >= CLEAR
    assert matched([Wanted("智造未来", UNIT), Wanted("绿水青山", UNIT)], [Offered(filename)]).pairs == ((0, 0),)


@pytest.mark.parametrize(
    ("title", "filename"),
    [
        ("Ｓｍａｒｔ Factory", "smart factory.mp4"),
        ("《智造·未来》", "智造未来.mp4"),
        ("“智”造未来", "智造未来.mp4"),
        ("1.智造未来", "智造未来.mp4"),
    ],
)
def test_marks_case_and_width_do_not_tell_two_titles_apart(title: str, filename: str) -> None:
    assert score(Wanted(title), Offered(filename)) >= CLEAR


@pytest.mark.parametrize(
    ("title", "filename", "reached"),
    [
        ("智造未来", "智造未来.mp4", EXACT),
        ("智造未来", "云岭《智造未来》终版.mp4", EXACT),
        ("智造未来", "智造未来终版.mp4", NORMALISED),
        ("智造未来", "2.智造未来.mp4", NORMALISED),
        ("3.智造未来", "3.智造未来终版.mp4", NORMALISED),
        ("1.智造未来", "3.1.智造未来.mp4", NORMALISED),
        ("智造未来", "关于智造未来的片子.mp4", CONTAINED),
        ("匠心", "云岭匠心一片.mp4", CONTAINED),
        ("智造未来——云岭纪实", "智造未来.mp4", CONTAINED),
        # alike is never as much as contained, and another number is another work
        ("智造未来第一集", "智造未来第二集.mp4", CONTAINED - LEAD),
        ("01号车间", "02号车间终版.mp4", 400 / 7),
        # one letter may stand in any name
        ("钢", "钢铁.mp4", 200 / 3),
        ("", "智造未来.mp4", 0),
        ("智造未来", ".mp4", 0),
    ],
)
def test_how_well_a_name_speaks_of_a_title_goes_by_steps(title: str, filename: str, reached: float) -> None:
    assert score(Wanted(title), Offered(filename)) == pytest.approx(reached, abs=0.01)


def test_a_unit_in_a_name_speaks_for_its_own_rows_and_against_those_of_others() -> None:
    rows = [
        Wanted("匠心", "云岭重工有限公司"),
        Wanted("匠心", "赤水化工有限公司"),
        Wanted("匠心"),
        Wanted("", "赤水化工"),
    ]
    videos = [
        Offered("赤水化工-匠心.mp4"),
        Offered("1.mp4", ("赤水化工",)),
        Offered("匠心.mp4"),
        Offered("赤水化工.mp4"),
    ]
    assert scores(rows, videos).tolist() == [
        [NORMALISED - LEAD, 0, EXACT, 0],
        [NORMALISED, BY_UNIT, EXACT, BY_UNIT],
        [NORMALISED, 0, EXACT, 0],
        [0, BY_UNIT, 0, BY_UNIT],
    ]


@pytest.mark.parametrize("unit", ["/", "—"])
def test_where_a_form_has_a_mark_for_no_unit_it_speaks_for_and_against_nobody(unit: str) -> None:
    rows = [Wanted("智造未来", "云岭重工有限公司"), Wanted("绿水青山", unit)]
    assert scores(rows, [Offered("智造未来.mp4"), Offered("1.mp4")]).tolist() == [[EXACT, 0], [0, 0]]


def test_of_two_units_one_of_whose_names_holds_the_others_the_longer_is_taken_away_first() -> None:
    units = ("云岭重工有限公司", "云岭重工机械有限公司")
    assert core("云岭重工机械-匠心.mp4", units) == core("云岭重工机械-匠心.mp4", units[::-1]) == "匠心"


@pytest.mark.parametrize("filename", ["绿水青山.mp4", "千里之行.mp4", "", "VID_20240601.mp4", "1.mp4"])
def test_a_name_of_other_words_is_not_clearly_the_title(filename: str) -> None:
    assert score(Wanted("智造未来", UNIT), Offered(filename)) < CLEAR


def test_a_name_made_to_be_parted_in_many_ways_is_parted_at_once() -> None:
    assert not is_generic("vid0000mp44444" * 15 + "鋼")


GIVEN_BY_PROGRAMS = (
    "wx_camera_1720000000000", "SVID_20240701_101010_1", "DJI_20240701101010_0001_D", "GX010001", "C0001",
    "PXL_20240701_101010", "Screenrecorder-2024-07-01", "屏幕录制2024-07-01 10.10.10", "RPReplay_Final1720000000",
    "trim.3F2504E0-4F89-41D3-9A0C-0305E82C3301", "5d41402abc4b2a76b9719d911017c592", "lv_0_20240701101010",
    "剪映7月1日", "7月1日(1)", "序列01", "合成 1", "Sequence 01", "未标题-1", "时间线 1", "output", "已压缩",
    "原视频", "企业微信20240701", "2024年7月1日", "QQ视频20240701101010",
)  # fmt: skip


@pytest.mark.parametrize(
    ("filename", "generic"),
    [
        ("VID_20240601_123456.mp4", True),
        ("微信视频20240601.mp4", True),
        ("mmexport1717200000000.mp4", True),
        ("视频2.mp4", True),
        ("03.mp4", True),
        ("", True),
        ("智造未来.mp4", False),
        ("视频-智造.mp4", False),
        ("attic.mp4", False),
        *((f"{name}.mp4", True) for name in GIVEN_BY_PROGRAMS),
        ("合成氨的春天.mp4", False),
        ("日月同辉.mp4", False),
        ("sequoia.mp4", False),
        ("deadbeef.mp4", False),
    ],
)
def test_a_camera_name_is_told_from_a_title(filename: str, generic: bool) -> None:  # noqa: FBT001
    assert is_generic(filename) is generic


@pytest.mark.parametrize(
    ("filename", "number"),
    [("视频2.mp4", 2), ("03.mp4", 3), ("作品1-2.mp4", None), ("视频.mp4", None), ("20240601.mp4", None)],
)
def test_the_one_number_of_a_name_is_its_place(filename: str, number: int | None) -> None:
    assert ordinal(filename) == number


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("智造未来——云岭纪实", "智造未来"),
        ("《智造》：云岭纪实", "智造"),
        ("“智造未来”（云岭纪实）", "智造未来"),
        # of one letter, or of more than forty, marks around it not counted
        ("钢——云岭纪实", ""),
        (f"《{'智' * 39}》——云岭纪实", "智" * 39),
        (f"{'智' * 41}——云岭纪实", ""),
        ("智造未来", ""),
    ],
)
def test_what_stands_before_a_dash_colon_or_bracket_stands_for_a_title(title: str, head: str) -> None:
    assert heads(title) == {one for one in (head,) if one}


def test_the_title_in_book_marks_is_found() -> None:
    assert quoted_title("01-《智造 · 未来》-某某.mp4") == "智造未来"
    assert quoted_title("01-智造未来.mp4") == ""


def test_the_stem_is_without_folder_and_extension() -> None:
    assert stem("a/b\\智造未来.mp4") == "智造未来"


@given(st.text(), st.text(max_size=10))
def test_no_name_raises_and_comparable_forms_are_stable(text: str, unit: str) -> None:
    assert comparable(comparable(text)) == comparable(text) or comparable(text) != text
    assert bare(bare(text)) == bare(text) or not bare(text).isascii()
    core(text, (unit,))
    quoted_title(text)
    ordinal(text)
    is_generic(text)


@given(st.text(min_size=2, alphabet=st.characters(categories=["Lo"])))
def test_a_title_as_a_file_name_is_exact(title: str) -> None:
    assert not bare(title) or score(Wanted(title), Offered(f"{title}.mp4")) == EXACT
