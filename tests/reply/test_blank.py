"""The form that goes with a letter, and comes back filled in."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from mailbot.form.read import read_form
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField, FormRules
from mailbot.model.entry import Entry, EntryStatus
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.mail import Link
from mailbot.model.rules import Rules
from mailbot.reply.blank import BlankWords, fill_in
from mailbot.sandbox import Readers
from tests.make.decisions import IN_TIME, film

SHEET = BlankWords("推荐汇总表", "填写说明：每件作品填写一行；主题在方框内打“√”或将“□”改为“☑”，可多选。", "：")
KNOWN = Entry(
    "GYQG-2024-0001", "a@example.org", 1, IN_TIME, EntryStatus.INCOMPLETE, "智造未来", ("数智赋能",),
    "云岭重工有限公司", "陈晓岚 010-88880000", "王一鸣", "13800000001", has_row=True,
)  # fmt: skip
FILM_ALONE = Entry("GYQG-2024-0002", "a@example.org", 1, IN_TIME, video=film("绿动云岭.mp4"))
BY_LINK = replace(
    KNOWN, number="GYQG-2024-0003", title="钢铁之光", link=Link("https://pan.example.com/s/1abc", "baidu", "a1b2")
)


def cells(content: bytes) -> list[list[str]]:
    (table,) = docx.Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_blank_form_asks_for_everything_and_is_read_as_blank(
    tmp_path: Path, rules: FormRules, readers: Readers
) -> None:
    (tmp_path / "form").write_bytes(fill_in(SHEET, Rules(), ()))
    reading = read_form(tmp_path / "form", FileType.DOCX, rules, readers)
    assert [finding.code for finding in reading.findings] == [Code.FORM_EMPTY]
    head, *rows = cells(fill_in(SHEET, Rules(), ()))
    assert head == ["视频作品名称", "征选主题", "视频链接", "联系人", "手机号码"]
    assert rows == [["", "□高端升级  □数智赋能  □绿色低碳", "", "", ""]] * 4


def test_a_form_filled_in_with_what_is_known_is_read_back_as_it_was(
    tmp_path: Path, rules: FormRules, readers: Readers
) -> None:
    (tmp_path / "form").write_bytes(fill_in(SHEET, Rules(), (KNOWN, FILM_ALONE, BY_LINK)))
    form = read_form(tmp_path / "form", FileType.DOCX, rules, readers).form
    assert form is not None
    assert (form.unit, form.recommender) == (KNOWN.unit, KNOWN.recommender)
    assert [(row.title, row.themes, row.link, row.contact, row.phone) for row in form.rows] == [
        ("智造未来", ("数智赋能",), "", "王一鸣", "13800000001"),
        ("绿动云岭", (), "", "", ""),
        ("钢铁之光", ("数智赋能",), "https://pan.example.com/s/1abc", "王一鸣", "13800000001"),
    ]


def test_works_of_several_units_each_have_theirs(tmp_path: Path, rules: FormRules, readers: Readers) -> None:
    other = replace(KNOWN, number="GYQG-2024-0004", title="绿水青山", unit="南岭轴承厂")
    (tmp_path / "form").write_bytes(fill_in(SHEET, Rules(), (KNOWN, other)))
    form = read_form(tmp_path / "form", FileType.DOCX, rules, readers).form
    assert form is not None
    assert [row.unit or form.unit for row in form.rows] == ["云岭重工有限公司", "南岭轴承厂"]


def test_the_fields_are_the_campaigns_in_its_order() -> None:
    asked = CampaignForm(
        (
            FormField("title", "作品名称", FieldKind.TITLE),
            FormField("author", "作者"),
            FormField("group", "组别", FieldKind.CHOICE),
            FormField("school", "学校", FieldKind.UNIT),
        )
    )
    entry = replace(KNOWN, extra={"author": "李\u202e四", "teacher": "不在表中"})
    content = fill_in(SHEET, replace(Rules(), form=asked), (entry,))
    assert cells(content)[:2] == [
        ["作品名称", "作者", "组别"],
        ["智造未来", "李四", "□高端升级  ☑数智赋能  □绿色低碳"],
    ]


@pytest.mark.parametrize("entries", [(), (KNOWN, FILM_ALONE)])
def test_the_same_form_has_the_same_bytes(entries: tuple[Entry, ...]) -> None:
    assert fill_in(SHEET, Rules(), entries) == fill_in(SHEET, Rules(), entries)
