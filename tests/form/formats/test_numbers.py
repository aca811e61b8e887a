"""What a sheet shows for a stored number, by its format."""

from datetime import datetime, time

import pytest

from mailbot.form.formats.numbers import Stored, built_in, shown_number, shown_text

SHOWN: list[tuple[Stored, str, str]] = [
    (0.9999, "0.00%", "99.99%"),
    (0.25, "0%", "25%"),
    (7, '"第"0"号高炉"', "第7号高炉"),
    (5, "\\第0\\届", "第5届"),
    (12, 'General"号"', "12号"),
    (2024, '0"年"', "2024年"),
    (0.5, 'h"时"', "12时"),
    (45474, 'm"月"d"日"', "7月1日"),
    (45474, '[$-804]yyyy"年"m"月"d"日";@', "2024年7月1日"),
    (45474, "mm-dd-yy", "2024/7/1"),
    (45474.5, "yyyy/m/d h:mm", "2024/7/1 12:00"),
    (45474.75, '上午/下午h"时"mm"分"', "下午6时00分"),
    (45474, "aaaa", "星期一"),
    (datetime(2024, 7, 1), 'm"月"d"日"', "7月1日"),  # noqa: DTZ001 - a sheet's dates have no zone
    (datetime(2024, 7, 1), "General", "2024-07-01"),  # noqa: DTZ001
    (time(12), 'h"时"', "12时"),
    (1.5, "[h]:mm", "36:00"),
    (0.0005, "mm:ss", "00:43"),
    (1234567.5, "#,##0.00", "1,234,567.50"),
    (1234, '0.0,"千"', "1.2千"),
    (3.1, "0.##", "3.1"),
    (13912345, "000-00000", "139-12345"),
    (-3, "0;(0)", "(3)"),
    (-3, "0", "-3"),
    (0, '0;-0;"零"', "零"),
    (120, '[>=100]"满百";0', "满百"),
    (20, '[>=100]"满百";0', "20"),
    (100, "[Red]0;[Blue]-0", "100"),
    (3.0, "General", "3"),
    (3.14, "", "3.14"),
    (0.5, "Percent", "50.00%"),
    (7, '[DBNum1][$-804]"第"0"号"', "第七号"),
    (3, "[DBNum2]General", "叁"),
    (12, "[DBNum1]General", "一十二"),
    (105, "[DBNum2]General", "壹佰零伍"),
    (10050, '[DBNum1][$-804]General"号"', "一万〇五十号"),
    (100000, "[DBNum1]General", "一十万"),
    (0, "[DBNum1]General", "〇"),
    (0.5, "# ?/?", "1/2"),
    (2.75, "# ??/??", "2 3/4"),
    (-1.5, "# ?/?", "-1 1/2"),
    (2.5, "?/?", "5/2"),
    (0.375, "# ?/8", "3/8"),
    (3, "# ?/?", "3"),
    (7, ";;;", ""),
    (13800000001, ";;;", ""),
    (-3, "0;;0", ""),
    # what no title needs stays as it is stored
    (1234.0, "0.00E+00", "1234"),
    # a phone is a phone, whatever its cell's format; what is left of its zero is shown
    (13800000001, "#,##0", "13800000001"),
    (13800000001, "0.00E+00", "13800000001"),
    (2180000001, "00000000000", "02180000001"),
]


@pytest.mark.parametrize(("value", "code", "wanted"), SHOWN)
def test_a_number_is_read_as_its_format_shows_it(value: Stored, code: str, wanted: str) -> None:
    assert shown_number(value, code) == wanted


def test_a_workbook_that_counts_from_1904_shows_the_same_day() -> None:
    assert shown_number(45474 - 1462, "m/d/yyyy", epoch_1904=True) == "2024/7/1"


def test_a_text_format_puts_words_around_a_text() -> None:
    assert [shown_text("7", code) for code in ('"第"@"号"', "@", "General", "0.00")] == ["第7号", "7", "7", "7"]
    assert [shown_text("7", code) for code in (";;;", "0;-0;0;", "0;-0;0;@")] == ["", "", "7"]


def test_formats_that_a_chinese_excel_knows_by_number() -> None:
    assert shown_number(45474, built_in(58)) == "7月1日"
    assert built_in(1) == ""


@pytest.mark.parametrize("code", ["", ";;;", '"', "\\", "[", "0" * 500, "[>=x]0", "%%%", ".", ",", "E+", "yyyyyyyyy"])
@pytest.mark.parametrize("value", [0.0, -1.5, 1e300, float("nan"), float("inf"), 45474.0])
def test_no_format_is_too_odd(value: float, code: str) -> None:
    assert isinstance(shown_number(value, code), str)
