"""Several forms in one mail: the typed one counts, its scan confirms it."""

from mailbot.check.gather import rows_of
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
