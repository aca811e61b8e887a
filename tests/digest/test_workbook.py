"""推荐汇总表.xlsx, read back."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mailbot.digest.columns import lines_of
from mailbot.digest.sheets import Counted, SheetTerms, for_judges, for_organizers, ranked
from mailbot.digest.told import Labels
from mailbot.digest.workbook import workbook
from mailbot.model.campaign_form import OFFICIAL, CampaignForm, FieldKind, FormField
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedVideo, ListedWork
from mailbot.model.tally import DayTally, Figures, OpenItem, OpenKind, ThemeTally, UnitTally
from tests.make.decisions import CHINA
from tests.make.ledger import THEMES
from tests.make.sessions import wording

AT = datetime(2024, 6, 1, 12, 0, 5, tzinfo=CHINA)
VIDEO = ListedVideo("a" * 64, 5_000, "mp4", "智造未来.mp4", 42.5, 1920, 1080, "16:9")
WORK = ListedWork(
    "GYQG-2024-0001", EntryStatus.REJECTED, AT, "智造未来", ("数智赋能", "绿色低碳"), "某某公司", "张老师 010-00000000",
    "王一鸣", "13800000001", "maker@example.com", ("video-too-short", "odd-code"), "https://pan.example.com/s/1 a1b2",
    VIDEO,
)  # fmt: skip
COUNTED = Counted(
    (UnitTally("甲公司", Figures(received=3, accepted=2), {"绿色低碳": 1}), UnitTally("", Figures(received=1))),
    (UnitTally("云岭市工信局", Figures(received=4, accepted=2)),),
    (ThemeTally("高端升级", 1, 1), ThemeTally("数智赋能", 2)),
    (DayTally(date(2024, 6, 1), 2, Figures(received=3)),),
    [OpenItem(OpenKind.ENTRY, "form-scanned", AT, "GYQG-2024-0001", 1, "智造未来", why=("form-scanned",)),
     OpenItem(OpenKind.LINK, "link-failed", AT, "GYQG-2024-0002", 2, "外链", "2024-07-01T10:00:00", "403")],
)  # fmt: skip


def campaign(*fields: FormField) -> SheetTerms:
    return SheetTerms("征选活动", CampaignForm(fields or OFFICIAL), THEMES, wording(), Labels.of(wording()))


def raw(*works: ListedWork, of: SheetTerms | None = None, counted: Counted = COUNTED) -> bytes:
    return workbook(for_organizers(of or campaign(), lambda: works, counted))


def book(*works: ListedWork, of: SheetTerms | None = None) -> Workbook:
    return load_workbook(io.BytesIO(raw(*works, of=of)))


def lines(made: Workbook, name: str) -> list[list[Any]]:
    return [list(line) for line in made[name].iter_rows(values_only=True)]


def test_the_first_sheet_is_the_official_form_in_the_configs_order() -> None:
    made = book(WORK)
    assert made.sheetnames[0] == "推荐汇总表"
    title, _, head, line = lines(made, "推荐汇总表")
    assert title[0] == "征选活动推荐汇总表"
    assert head == [
        "序号", "单位名称", "推荐单位联系人及联系方式", "视频作品名称", "征选主题（可多选）", "视频链接", "联系人",
        "手机号码",
    ]  # fmt: skip
    assert line == [
        1, "某某公司", "张老师 010-00000000", "智造未来", "□高端升级\n☑数智赋能\n☑绿色低碳",
        "https://pan.example.com/s/1 a1b2", "王一鸣", "13800000001",
    ]  # fmt: skip


def test_the_official_form_is_printed_on_a4_across_with_its_head_on_every_page() -> None:
    sheet = book(WORK)["推荐汇总表"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3"


def test_all_works_are_told_with_true_dates_and_seconds() -> None:
    head, line = lines(book(WORK), "全部作品")
    told = dict(zip(head, line, strict=True))
    assert (told["作品编号"], told["审核结果"]) == ("GYQG-2024-0001", "不符合要求")
    assert (told["时长（秒）"], told["画宽"], told["画高"], told["画幅"]) == (42.5, 1920, 1080, "16:9")
    assert told["收到时间"] == datetime(2024, 6, 1, 12, 0, 5)  # noqa: DTZ001 - a sheet's dates know no zone
    assert told["征选主题"] == "数智赋能、绿色低碳"
    assert told["说明"] == "时长不足、odd-code"


def test_a_work_without_a_video_has_blanks() -> None:
    head, line = lines(book(replace(WORK, video=None)), "全部作品")
    told = dict(zip(head, line, strict=True))
    assert [told[name] for name in ("时长（秒）", "画宽", "画高", "画幅")] == [None] * 4


def test_a_persons_decision_is_told_in_the_persons_words() -> None:
    head, line = lines(book(replace(WORK, by_person=True, note="画面有广告")), "全部作品")
    assert dict(zip(head, line, strict=True))["说明"] == "人工审定：画面有广告"


def test_withdrawn_works_stand_apart() -> None:
    made = book(WORK, replace(WORK, number="GYQG-2024-0002", status=EntryStatus.WITHDRAWN))
    assert [line[0] for line in lines(made, "全部作品")[1:]] == ["GYQG-2024-0001"]
    assert [line[0] for line in lines(made, "已撤回作品")[1:]] == ["GYQG-2024-0002"]
    assert len(lines(made, "推荐汇总表")) == 4


def test_units_are_ranked_by_maker_and_by_recommender() -> None:
    made = book(WORK)
    head, first, second = lines(made, "制作单位排名")
    assert head[:4] == ["排名", "单位名称", "收到（件）", "已受理"]
    assert (first[:4], second[:3]) == ([1, "甲公司", 3, 2], [2, "（个人或未填）", 1])
    assert dict(zip(head, first, strict=True))["绿色低碳"] == 1
    assert lines(made, "推荐单位排名")[1][:3] == [1, "云岭市工信局", 4]


def test_equal_units_share_a_rank() -> None:
    units = [UnitTally(name, Figures(received=count)) for name, count in (("甲", 3), ("乙", 2), ("丙", 2), ("丁", 1))]
    assert [rank for rank, _ in ranked(units)] == [1, 2, 2, 4]


def test_themes_days_and_open_items_have_their_sheets() -> None:
    made = book(WORK)
    assert lines(made, "主题统计")[1] == ["高端升级", 1, 1]
    assert lines(made, "每日收件")[1] == [datetime(2024, 6, 1), 2, 3, 0, 0]  # noqa: DTZ001 - likewise
    entry, link = lines(made, "待处理事项")[1:]
    assert entry[:5] == ["作品待复核", "GYQG-2024-0001", 1, "智造未来", "扫描件待核对"]
    assert link[4:6] == ["已登记，视频自动下载未成功，待人工下载核验：403", "2024-07-01 10:00"]


def test_heads_stay_filters_and_native_charts_are_there() -> None:
    made = book(WORK)
    assert {sheet.title: sheet.freeze_panes for sheet in made}["全部作品"] == "B2"
    assert all(sheet.auto_filter.ref for sheet in made)
    with zipfile.ZipFile(io.BytesIO(raw(WORK))) as packed:
        charts = [packed.read(name) for name in packed.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 4
    assert sum(b"<c:barChart>" in chart for chart in charts) == 3


def test_the_styles_are_made_once_whatever_the_number_of_works() -> None:
    def formats(count: int) -> int:
        works = [replace(WORK, number=f"A-{index}") for index in range(count)]
        with zipfile.ZipFile(io.BytesIO(raw(*works))) as packed:
            return packed.read("xl/styles.xml").count(b"<xf ")

    assert formats(1) == formats(50)


AUTHOR = FormField("author", "作者", FieldKind.TEXT, required=True)
STUDENTS = (FormField("title", "作品名称", FieldKind.TITLE), AUTHOR, FormField("school", "学校", FieldKind.UNIT))


def test_another_campaigns_fields_make_the_columns() -> None:
    made = book(replace(WORK, extra={"author": "李书涵"}), of=campaign(*STUDENTS))
    assert lines(made, "推荐汇总表")[2:] == [
        ["序号", "作品名称", "作者", "学校"],
        [1, "智造未来", "李书涵", "某某公司"],
    ]
    assert "主题统计" not in made.sheetnames


def test_a_wide_form_is_printed_on_a3() -> None:
    many = [*OFFICIAL, *(FormField(f"x{index}", f"栏目{index}") for index in range(4))]
    assert book(WORK, of=campaign(*many))["推荐汇总表"].page_setup.paperSize == 8


def test_a_blind_workbook_tells_nobody_whose_a_work_is() -> None:
    blind = replace(WORK, unit="", recommender="", contact="", phone="", sender="", link="")
    made = load_workbook(io.BytesIO(workbook(for_judges(campaign(*OFFICIAL, AUTHOR), [blind], blind=True))))
    assert lines(made, "推荐汇总表")[2] == ["作品编号", "视频作品名称", "征选主题（可多选）"]
    told = {cell for sheet in made for line in sheet.iter_rows(values_only=True) for cell in line}
    assert not told & {"单位名称", "联系人", "手机号码", "作者", "报送邮箱", "某某公司"}


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("http://evil.example","点击")', "=1+1", "+1+1", "-1+1", "@SUM(1)",
        '\x01=HYPERLINK("http://evil.example")', "\x00\x02=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "{=1+1}",
    ],
)  # fmt: skip
def test_a_strangers_text_is_never_a_formula_or_a_link(hostile: str) -> None:
    fields = ("title", "unit", "recommender", "contact", "phone", "link", "sender")
    counted = replace(COUNTED, units=(UnitTally(hostile, Figures(received=1)),))
    made = raw(replace(WORK, **dict.fromkeys(fields, hostile)), of=campaign(), counted=counted)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet or b"<f " in sheet or b"<hyperlink" in sheet for sheet in sheets)
    cells = [cell for line in load_workbook(io.BytesIO(made))["全部作品"].iter_rows(min_row=2) for cell in line]
    assert {cell.data_type for cell in cells if "1+1" in str(cell.value)} <= {"s", "inlineStr"}


@given(st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_text_makes_a_workbook_that_opens(text: str) -> None:
    head, line = lines(book(replace(WORK, title=text, unit=text)), "全部作品")
    told = str(dict(zip(head, line, strict=True))["视频作品名称"] or "")
    kept = "".join(character for character in text if character.isprintable() and character not in "\\_")
    assert all(character in told for character in kept)


def test_a_very_long_text_is_cut_and_not_refused() -> None:
    head, line = lines(book(replace(WORK, title="长" * 40_000)), "全部作品")
    assert len(dict(zip(head, line, strict=True))["视频作品名称"]) == 32_767


@pytest.mark.parametrize(
    ("text", "height"), [("短", 1), ("云岭市工业和信息化局科技科 吴敏", 2), ("一\n二\n三", 3), (None, 1)]
)
def test_a_row_is_as_high_as_its_longest_wrapped_text(text: str | None, height: int) -> None:
    assert lines_of(text, 22) == height
