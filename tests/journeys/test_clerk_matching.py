"""Which film is which work's: names as submitters give them, judged as a careful clerk would."""

import pytest

from tests.journeys.clerk import FUTURE, GREEN, STEEL, clips, codes, films, seen, table, zipped
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage

Cases = dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]

CLEAR: Cases = {
    # what: titles, files in the mail's order, the file of each title
    "exact": ((FUTURE, GREEN), ("绿动云岭.mp4", "智造未来.mp4"), ("智造未来.mp4", "绿动云岭.mp4")),
    "book marks and numbering": (
        (FUTURE, GREEN),
        ("01-《绿动云岭》.mp4", "02-《智造未来》.mp4"),
        ("02-《智造未来》.mp4", "01-《绿动云岭》.mp4"),
    ),
    "unit and final": (
        (FUTURE, GREEN),
        ("绿动云岭-云岭重工有限公司（终版）.mp4", "智造未来-云岭重工有限公司（终版）.mp4"),
        ("智造未来-云岭重工有限公司（终版）.mp4", "绿动云岭-云岭重工有限公司（终版）.mp4"),
    ),
    "versions": (
        (FUTURE, GREEN),
        ("绿动云岭V2定稿.mp4", "智造未来_final.mp4"),
        ("智造未来_final.mp4", "绿动云岭V2定稿.mp4"),
    ),
    "full width": (
        ("AI点亮工厂", "5G+智慧矿山"),
        ("５Ｇ＋智慧矿山.mp4", "ＡＩ点亮工厂.mp4"),
        ("ＡＩ点亮工厂.mp4", "５Ｇ＋智慧矿山.mp4"),
    ),
    "traditional characters": (
        (FUTURE, GREEN),
        ("綠動雲嶺.mp4", "智造未來.mp4"),
        ("智造未來.mp4", "綠動雲嶺.mp4"),
    ),
    "traditional in the form": (
        ("智造未來", "鋼鐵之光"),
        ("钢铁之光.mp4", "智造未来.mp4"),
        ("智造未来.mp4", "钢铁之光.mp4"),
    ),
    "extension in the form": (
        ("智造未来.mp4", "绿动云岭.MP4"),
        ("绿动云岭.mp4", "智造未来.mp4"),
        ("智造未来.mp4", "绿动云岭.mp4"),
    ),
    "book marks in the form": (
        ("《智造未来》", "《绿动云岭》"),
        ("绿动云岭.mp4", "智造未来.mp4"),
        ("智造未来.mp4", "绿动云岭.mp4"),
    ),
    "typos": (
        ("智造未来之光", "绿动云岭之歌"),
        ("绿动云领之歌.mp4", "智造末来之光.mp4"),
        ("智造末来之光.mp4", "绿动云领之歌.mp4"),
    ),
    "author and phone": (
        (FUTURE, GREEN),
        ("绿动云岭+王一鸣+13800000001.mp4", "智造未来+王一鸣+13800000001.mp4"),
        ("智造未来+王一鸣+13800000001.mp4", "绿动云岭+王一鸣+13800000001.mp4"),
    ),
    "a title inside another": (
        (FUTURE, "智造未来之路"),
        ("智造未来之路.mp4", "智造未来.mp4"),
        ("智造未来.mp4", "智造未来之路.mp4"),
    ),
    "a title inside another, decorated": (
        (FUTURE, "智造未来之路"),
        ("01《智造未来之路》终版.mp4", "02《智造未来》终版.mp4"),
        ("02《智造未来》终版.mp4", "01《智造未来之路》终版.mp4"),
    ),
    "punctuation": (
        ("乘“智”而上，逐“绿”而行", "匠心·筑梦"),
        ("匠心筑梦.mp4", "乘智而上逐绿而行.mp4"),
        ("乘智而上逐绿而行.mp4", "匠心筑梦.mp4"),
    ),
    "series by ordinal": (
        ("智造未来第一集", "智造未来第二集"),
        ("智造未来第二集（终版）.mp4", "智造未来第一集（终版）.mp4"),
        ("智造未来第一集（终版）.mp4", "智造未来第二集（终版）.mp4"),
    ),
    "years are part of titles": (
        ("2023云岭巨变", "2024云岭巨变"),
        ("2024云岭巨变.mp4", "2023云岭巨变.mp4"),
        ("2023云岭巨变.mp4", "2024云岭巨变.mp4"),
    ),
    "english": (
        ("Smart Future", "Green Steel"),
        ("green_steel_FINAL.mp4", "smart-future-v3.mp4"),
        ("smart-future-v3.mp4", "green_steel_FINAL.mp4"),
    ),
    "extension twice": (
        (FUTURE, GREEN),
        ("绿动云岭.mp4.mp4", "智造未来.mov.mp4"),
        ("智造未来.mov.mp4", "绿动云岭.mp4.mp4"),
    ),
    "numbers only": ((FUTURE, GREEN), ("2.mp4", "1.mp4"), ("1.mp4", "2.mp4")),
    "video and number": ((FUTURE, GREEN), ("视频2.mp4", "视频1.mp4"), ("视频1.mp4", "视频2.mp4")),
    "theme in the name": (
        (FUTURE, GREEN),
        ("绿色低碳-绿动云岭.mp4", "数智赋能-智造未来.mp4"),
        ("数智赋能-智造未来.mp4", "绿色低碳-绿动云岭.mp4"),
    ),
    "copies of a download": (
        (FUTURE, GREEN),
        ("绿动云岭(1).mp4", "智造未来 - 副本.mp4"),
        ("智造未来 - 副本.mp4", "绿动云岭(1).mp4"),
    ),
    "exact but for its numbering": (
        ("01号车间", "02号车间"),
        ("02号车间.mp4", "01号车间.mp4"),
        ("01号车间.mp4", "02号车间.mp4"),
    ),
    "the head of its title": (
        ("智造未来——云岭重工数字化转型纪实", "绿动云岭——零碳工厂的一天"),
        ("绿动云岭.mp4", "智造未来.mp4"),
        ("智造未来.mp4", "绿动云岭.mp4"),
    ),
}


@pytest.mark.parametrize("case", CLEAR)
def test_each_film_finds_its_row_by_a_name_that_a_clerk_would_know(stage: Stage, case: str) -> None:
    titles, files, wanted = CLEAR[case]
    stage.receive(mail(table(*titles), *clips(*files)))
    found = [row["video_filename"] for row in stage.query("SELECT video_filename FROM entries ORDER BY seq")]
    assert found == list(wanted)
    assert not codes(stage) & {"row-match-uncertain", "row-video-missing", "video-row-missing"}, seen(stage)


def test_camera_names_are_never_swapped(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("IMG_0001.mp4", "IMG_0002.mp4")))
    found = films(stage)
    if "row-match-uncertain" in codes(stage):
        assert "accepted" not in stage.statuses().values(), seen(stage)
    else:
        assert found == {FUTURE: "IMG_0001.mp4", GREEN: "IMG_0002.mp4"}, seen(stage)


def test_a_known_name_takes_its_row_and_the_camera_name_gets_the_row_that_is_left(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("IMG_0007.mp4", "绿动云岭.mp4")))
    assert films(stage) == {FUTURE: "IMG_0007.mp4", GREEN: "绿动云岭.mp4"}, seen(stage)


def test_three_rows_and_one_named_video_leave_two_rows_without_a_video(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL), *clips("绿动云岭.mp4")))
    assert stage.statuses() == {FUTURE: "incomplete", GREEN: "accepted", STEEL: "incomplete"}, seen(stage)
    assert stage.letters() == [("wang@yunling.example.org", "partial")]


def test_three_rows_and_one_nameless_video_are_no_guess(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL), *clips("成片.mp4")))
    assert "accepted" not in stage.statuses().values(), seen(stage)
    assert "row-match-uncertain" in codes(stage), seen(stage)


def test_a_row_takes_the_video_of_its_name_and_the_other_is_a_video_without_a_row(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("绿动云岭.mp4", "智造未来.mp4")))
    assert films(stage)[FUTURE] == "智造未来.mp4", seen(stage)
    assert stage.statuses()[FUTURE] == "accepted", seen(stage)
    assert "video-row-missing" in codes(stage), seen(stage)


def test_one_row_and_two_nameless_videos_are_a_persons(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("成片.mp4", "样片.mp4")))
    assert "accepted" not in stage.statuses().values(), seen(stage)
    assert "row-match-uncertain" in codes(stage), seen(stage)


def test_a_draft_beside_the_final_cut_is_not_taken_for_the_work(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来（初稿）.mp4", "智造未来（终版）.mp4")))
    assert films(stage)[FUTURE] != "智造未来（初稿）.mp4", seen(stage)


def test_a_folder_named_by_the_title_tells_whose_film_lies_in_it(stage: Stage) -> None:
    members = [("报送材料/绿动云岭/成片.mp4", film("b")), ("报送材料/智造未来/成片.mp4", film("a"))]
    stage.receive(mail(("材料.zip", zipped(("报送材料/推荐汇总表.docx", table(FUTURE, GREEN)[1]), *members))))
    rows = stage.query("SELECT title, sha256 FROM entries LEFT JOIN files ON sha256 = video_sha256")
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, (seen(stage), rows)


def test_archives_named_by_the_titles_tell_whose_films_lie_in_them(stage: Stage) -> None:
    stage.receive(
        mail(
            table(FUTURE, GREEN),
            ("绿动云岭.zip", zipped(("成片.mp4", film("绿动云岭.mp4")))),
            ("智造未来.zip", zipped(("成片.mp4", film("智造未来.mp4")))),
        )
    )
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)


def test_form_and_films_in_one_archive_are_matched_by_name(stage: Stage) -> None:
    members = [table(FUTURE, GREEN), *clips("作品/02 绿动云岭.mp4", "作品/01 智造未来.mp4")]
    stage.receive(mail(("报送.zip", zipped(*members))))
    assert stage.statuses() == {FUTURE: "accepted", GREEN: "accepted"}, seen(stage)


def test_the_same_title_in_two_units_forms_is_told_apart_by_the_unit_in_the_file_name(stage: Stage) -> None:
    stage.receive(
        mail(
            ("云岭重工-推荐汇总表.docx", form(Work("企业宣传片"), unit="云岭重工有限公司")),
            ("赤水化工-推荐汇总表.docx", form(Work("企业宣传片"), unit="赤水化工有限公司")),
            *clips("赤水化工-企业宣传片.mp4", "云岭重工-企业宣传片.mp4"),
        )
    )
    rows = stage.query("SELECT unit, video_filename, status FROM entries ORDER BY unit")
    assert [tuple(row.values()) for row in rows] == [
        ("云岭重工有限公司", "云岭重工-企业宣传片.mp4", "accepted"),
        ("赤水化工有限公司", "赤水化工-企业宣传片.mp4", "accepted"),
    ], seen(stage)


def test_two_rows_of_one_title_are_not_matched_by_chance(stage: Stage) -> None:
    stage.receive(mail(table("企业宣传片", "企业宣传片"), *clips("企业宣传片.mp4")))
    found = [row["status"] for row in stage.query("SELECT status FROM entries")]
    assert found.count("accepted") <= 1, seen(stage)
    assert "accepted" not in found or "row-video-missing" in codes(stage), seen(stage)


def test_a_film_of_the_longer_title_is_not_given_to_the_shorter_one(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, "智造未来之路"), *clips("智造未来之路.mp4")))
    assert films(stage) == {FUTURE: "", "智造未来之路": "智造未来之路.mp4"}, seen(stage)


def test_sequels_are_never_swapped(stage: Stage) -> None:
    stage.receive(mail(table("智造未来（一）", "智造未来（二）"), *clips("智造未来2.mp4", "智造未来1.mp4")))
    found = films(stage)
    if "row-match-uncertain" not in codes(stage):
        assert found == {"智造未来（一）": "智造未来1.mp4", "智造未来（二）": "智造未来2.mp4"}, seen(stage)


def test_a_film_that_fits_two_titles_alike_is_a_persons(stage: Stage) -> None:
    stage.receive(mail(table("云岭之春（上）", "云岭之春（下）"), *clips("云岭之春.mp4")))
    assert "accepted" not in stage.statuses().values(), seen(stage)


def test_a_film_of_another_name_is_not_forced_on_one_of_two_open_rows(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN), *clips("赤水河畔的老厂房.mp4", "匠人匠心.mp4")))
    assert "accepted" not in stage.statuses().values(), seen(stage)


def test_a_row_with_a_link_is_not_given_another_rows_film(stage: Stage) -> None:
    linked = Work(FUTURE, link="https://pan.baidu.com/s/1AbCdEf 提取码：a1b2")
    stage.receive(mail(("推荐汇总表.docx", form(linked, Work(GREEN))), *clips("IMG_0001.mp4")))
    assert films(stage) == {FUTURE: "", GREEN: "IMG_0001.mp4"}, seen(stage)
    assert "row-video-by-link" in codes(stage)


def test_the_mails_own_words_tell_whose_a_nameless_film_is(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE, GREEN, STEEL)))
    stage.receive(mail(*clips("成片.mp4"), subject="补报视频：绿动云岭", body="附件为作品《绿动云岭》的视频。"))
    found = films(stage)
    assert found[FUTURE] == found[STEEL] == "", seen(stage)
    assert found[GREEN] == "成片.mp4" or "row-match-uncertain" in codes(stage), seen(stage)
