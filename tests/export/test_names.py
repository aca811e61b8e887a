"""File names that every system takes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.export.names import Names, safe_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("智造未来", "智造未来"),
        ("../../../etc/passwd", "etc passwd"),
        ("a\\b:c*d?", "a b c d"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("lpt1", "_lpt1"),
        ("COM¹", "_COM¹"),
        ("Console", "Console"),
        ("终版...", "终版"),
        (" . ", "未命名"),
        ("\u202egpj.exe", "gpj.exe"),
        ("钢铁\u200b之光\ufeff", "钢铁之光"),
        ("加油💪🏽中国🇨🇳❤️", "加油中国"),
        ("第1️⃣集", "第1集"),
        ("36℃ №7 ©", "36℃ №7 ©"),
        ("a\x00b\nc", "ab c"),
        ("", "未命名"),
    ],
)
def test_a_title_becomes_a_name_that_windows_takes(title: str, name: str) -> None:
    assert safe_name(title) == name


@given(st.text(max_size=300))
def test_any_text_makes_a_name_that_every_system_takes(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name.encode()) <= 181
    assert len(name.encode("utf-16-le")) <= 2 * 81
    assert not set(name) & set('<>:"/\\|?*\n\r\t\x00')
    assert name not in {".", ".."}
    assert name == name.strip(" .")
    assert os.path.basename(name) == name  # noqa: PTH119 - what the system sees


def test_names_that_differ_in_case_alone_are_told_apart() -> None:
    names = Names("works")
    found = [names.unique("Works"), names.unique("Green", ".csv"), names.unique("GREEN", ".csv")]
    assert found == ["Works-2", "Green.csv", "GREEN-2.csv"]
