"""Several forms in one mail: the typed one counts, its scan confirms it."""

from dataclasses import replace

import pytest

from mailbot.check.rows import WorkRow, fill, rows_of
from mailbot.model.entry import Entry, Field, extra_field
from mailbot.model.finding import Code, Finding
from mailbot.model.form import Form, FormRow
from mailbot.model.mail import Link, Part
from mailbot.model.works import FormFile, Works
from tests.make.decisions import IN_TIME


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


@pytest.mark.parametrize(
    ("again", "filename", "scanned", "fields"),
    [
        (replace(CALLED, contact="李小江"), "表.xlsx", False, ["contact"]),
        (replace(CALLED, phone="13800000009"), "表.xlsx", False, ["phone"]),
        (replace(CALLED, themes=("绿色低碳",), phone="13800000009"), "表.xlsx", False, ["themes", "phone"]),
        (replace(CALLED, contact="", phone="", themes=()), "表.xlsx", False, []),
        (replace(CALLED, contact="李小红 "), "表.xlsx", False, []),
        (replace(CALLED, title="智造末来", contact="李小江", phone="1380000000"), "更正.jpg", True, []),
        (replace(CALLED, themes=("绿色低碳",)), "更正.jpg", True, ["themes"]),
    ],
)
def test_what_two_files_say_otherwise_of_one_work_is_for_a_person(
    again: FormRow, filename: str, fields: list[str], *, scanned: bool
) -> None:
    files = (_file("表.docx", CALLED), _file(filename, again, scanned=scanned))
    [found] = rows_of(Works(forms=files))
    assert found.row == CALLED
    assert list(found.notes) == [Finding(Code.FORM_UNCERTAIN, {"filename": filename, "field": one}) for one in fields]


def test_a_file_that_calls_itself_corrected_counts_instead() -> None:
    mended = replace(CALLED, phone="13800000009")
    [found] = rows_of(Works(forms=(_file("表.docx", CALLED), _file("表（更正）.docx", mended))))
    assert (found.row, found.notes) == (mended, ())


def test_how_a_form_and_a_row_were_read_is_noted_with_the_row() -> None:
    file = _file("扫描.jpg", replace(TYPED, doubts=("title",)), scanned=True)
    assert file.form is not None
    [found] = rows_of(Works(forms=(replace(file, form=replace(file.form, doubts=("unit",))),)))
    assert found.notes == (
        Finding(Code.FORM_SCANNED, {"filename": "扫描.jpg"}),
        Finding(Code.FORM_UNCERTAIN, {"filename": "扫描.jpg", "field": "unit、title"}),
    )


@pytest.mark.parametrize(
    ("scanned", "titles"),
    [
        (["智造未来", "口口船口"], ["智造未来", "百年船坞"]),
        (["焊花飞舞", "口口船口"], ["智造未来", "百年船坞", "焊花飞舞", "口口船口"]),
        (["智造未来", "百年船坞", "焊花飞舞"], ["智造未来", "百年船坞", "焊花飞舞"]),
    ],
)
def test_a_scan_of_as_many_rows_some_of_them_known_is_the_same_form(scanned: list[str], titles: list[str]) -> None:
    typed = _file("表.docx", TYPED, replace(TYPED, title="百年船坞"))
    scan = _file("扫描.jpg", *(replace(TYPED, title=title) for title in scanned), scanned=True)
    assert [row.title for row in rows_of(Works(forms=(typed, scan)))] == titles


@pytest.mark.parametrize(
    ("title", "unit", "works"),
    [("智造未来", "", 1), ("智造未来", "乙公司", 2), ("", "某某公司", 2), ("智造未来", "某某 公司", 1)],
)
def test_a_title_is_one_work_within_a_unit_or_where_a_form_names_none(title: str, unit: str, works: int) -> None:
    forms = (_file("表.docx", TYPED), _file("另.docx", replace(TYPED, title=title), unit=unit))
    assert len(rows_of(Works(forms=forms))) == works
    assert len(rows_of(Works(forms=forms[::-1]))) == works


@pytest.mark.parametrize(
    ("typed", "scan", "works"),
    [
        ("云岭工厂的一天", "云岭工广的一大", 1),
        ("云岭船厂一", "云岭口口一", 1),
        ("云岭船厂一", "云口口口一", 2),
        ("云岭船厂一", "", 2),
    ],
)
def test_a_scans_row_of_as_many_letters_read_alike_is_a_typed_one(typed: str, scan: str, works: int) -> None:
    forms = (_file("表.docx", FormRow(typed)), _file("扫描.jpg", FormRow(scan), scanned=True))
    assert len(rows_of(Works(forms=forms))) == works


def test_typed_titles_two_letters_apart_and_rows_without_one_are_two_works() -> None:
    for one, other in (("云岭工厂之光", "云岭车间之光"), ("", "")):
        rows = (replace(CALLED, title=title) for title in (one, other))
        assert len(rows_of(Works(forms=tuple(_file(f"{at}.docx", row) for at, row in enumerate(rows))))) == 2


def test_a_form_that_cannot_be_read_hides_none_behind_it() -> None:
    unread = replace(_file("坏.docx"), form=None)
    assert [row.row for row in rows_of(Works(forms=(unread, _file("表.docx", TYPED))))] == [TYPED]


DOUBT, UNMATCHED = Finding(Code.FORM_UNCERTAIN), Finding(Code.ROW_MATCH_UNCERTAIN)
OLD = Entry("N-1", "a@example.com", 1, IN_TIME, title="旧题", told_title="旧题", themes=("数智赋能",), unit="旧单位",
            recommender="旧推荐", contact="旧人", phone="1", link=Link("https://p.example/1", "baidu"),
            extra={"author": "旧", "school": "旧"}, notes=(Finding(Code.FORM_SCANNED), UNMATCHED, DOUBT))  # fmt: skip
TOLD = FormRow(
    "新题", ("绿色低碳",), "https://p.example/2", "新人", "2", extra={"author": "新", "age": "9", "note": ""}
)
NEW = WorkRow(TOLD, "新单位", "新推荐", (DOUBT,))
LINK = Link("https://p.example/2", "baidu", "c0de")


def test_a_row_fills_its_entry_and_a_blank_or_a_persons_field_stays() -> None:
    new = replace(OLD, title="新题", told_title="新题", themes=("绿色低碳",), unit="新单位", recommender="新推荐",
                  contact="新人", phone="2", link=LINK, extra={"author": "新", "school": "旧", "age": "9", "note": ""},
                  has_row=True, notes=(UNMATCHED, DOUBT))  # fmt: skip
    assert fill(OLD, NEW, [LINK]) == new
    assert fill(OLD, WorkRow(FormRow("")), [LINK]) == replace(OLD, has_row=True, notes=(UNMATCHED,))
    known = replace(TOLD, link="https://p.example/1")
    assert fill(OLD, replace(NEW, row=known), []).link == OLD.link
    own = replace(OLD, set_by_person=frozenset({*Field, extra_field("author")}))
    mended = replace(
        own, told_title="新题", link=LINK, extra={**new.extra, "author": "旧"}, has_row=True, notes=new.notes
    )
    assert fill(own, NEW, [LINK]) == mended
