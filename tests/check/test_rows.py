"""Several forms in one mail: the typed one counts, its scan confirms it."""

from dataclasses import replace

import pytest

from mailbot.check.rows import rows_of
from mailbot.model.finding import Code
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Part
from mailbot.model.works import FormFile, Works


def _file(name: str, *rows: FormRow, scanned: bool = False, unit: str = "某某公司") -> FormFile:
    return FormFile(Part(name, "", name, 1), Form(unit, "", rows, scanned))


TYPED = FormRow("智造未来", ("数智赋能",))


def test_a_scan_that_says_the_same_adds_nothing() -> None:
    works = Works(forms=(_file("扫描.jpg", TYPED, scanned=True), _file("表.docx", TYPED)))
    [row] = rows_of(works)
    assert (row.row, row.notes) == (TYPED, ())


def test_a_scan_with_a_misread_title_is_still_the_same_form() -> None:
    works = Works(forms=(_file("表.docx", TYPED), _file("扫描.jpg", FormRow("智造末来", ("数智赋能",)), scanned=True)))
    assert [row.row for row in rows_of(works)] == [TYPED]


def test_a_scan_that_ticks_otherwise_is_for_a_person() -> None:
    works = Works(forms=(_file("表.docx", TYPED), _file("扫描.jpg", FormRow("智造未来", ("绿色低碳",)), scanned=True)))
    [row] = rows_of(works)
    assert row.row == TYPED
    assert [(note.code, note.details["field"]) for note in row.notes] == [(Code.FORM_UNCERTAIN, "themes")]


def test_a_work_that_only_the_scan_tells_is_not_lost() -> None:
    scan = _file("扫描.jpg", TYPED, FormRow("百年船坞", ("绿色低碳",)), scanned=True)
    assert [row.row.title for row in rows_of(Works(forms=(_file("表.docx", TYPED), scan)))] == ["智造未来", "百年船坞"]


def test_forms_of_several_companies_keep_each_its_unit() -> None:
    works = Works(forms=(_file("甲.docx", TYPED, unit="甲公司"), _file("乙.docx", TYPED, unit="乙公司")))
    assert [(row.unit, row.row.title) for row in rows_of(works)] == [("甲公司", "智造未来"), ("乙公司", "智造未来")]


CALLED = FormRow("智造未来", ("数智赋能",), "", "李小红", "13800000001")


def test_the_same_form_in_another_format_is_no_second_submission() -> None:
    [row] = rows_of(Works(forms=(_file("表.docx", CALLED), _file("表.pdf", CALLED))))
    assert (row.row, row.notes) == (CALLED, ())


@pytest.mark.parametrize("title", ["智造末来", "智造未来啊"])
def test_a_title_mistyped_in_one_of_two_formats_is_one_work_for_a_person(title: str) -> None:
    mistyped = replace(CALLED, title=title)
    [row] = rows_of(Works(forms=(_file("表.docx", CALLED), _file("表.xlsx", mistyped))))
    assert row.row == CALLED
    assert [(note.code, note.details["field"]) for note in row.notes] == [(Code.FORM_UNCERTAIN, "title")]


def test_two_formats_that_tick_otherwise_are_for_a_person() -> None:
    [row] = rows_of(Works(forms=(_file("表.docx", CALLED), _file("表.xlsx", replace(CALLED, themes=("绿色低碳",))))))
    assert [(note.code, note.details["field"]) for note in row.notes] == [(Code.FORM_UNCERTAIN, "themes")]


@pytest.mark.parametrize(
    ("one", "two"),
    [("智造未来（上）", "智造未来（下）"), ("智造未来1", "智造未来2"), ("智造三", "智造一"), ("新钢城", "老钢城")],
)
def test_parts_of_a_series_and_short_titles_in_two_files_are_two_works(one: str, two: str) -> None:
    forms = tuple(_file(f"{title}.docx", replace(CALLED, title=title)) for title in (one, two))
    assert [row.row.title for row in rows_of(Works(forms=forms))] == [one, two]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CALLED, FormRow("智造末来", ("数智赋能",), "", "王小明", "13800000002")),
        (TYPED, replace(TYPED, title="智造末来")),
    ],
)
def test_alike_titles_of_other_people_or_of_nobody_are_two_works(one: FormRow, other: FormRow) -> None:
    assert len(rows_of(Works(forms=(_file("表.docx", one), _file("表.xlsx", other))))) == 2


def test_a_row_s_own_unit_goes_before_the_form_s() -> None:
    rows = (CALLED, replace(CALLED, title="百年船坞", unit="乙公司"))
    assert [row.unit for row in rows_of(Works(forms=(_file("表.docx", *rows, unit="甲公司"),)))] == ["甲公司", "乙公司"]
