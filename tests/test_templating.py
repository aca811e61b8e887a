"""Every text that people read: which template counts, what is escaped, how a mistake in one is told."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.errors import ConfigError
from mailbot.model.finding import Code, Finding
from mailbot.model.rules import Rules
from mailbot.settings.found import packaged_templates
from mailbot.templating import Wording
from mailbot.text.formats import filesize
from tests.make.decisions import IN_TIME, LATE


@cache
def packaged() -> Wording:
    return Wording(None, Rules())


@pytest.fixture(name="beside")
def _beside(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def broken(beside: Path, name: str, text: str) -> str:
    (beside / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        Wording(beside, Rules()).render(name, {"works": [1], "name": "x"})
    return str(refused.value)


def test_a_template_beside_the_config_counts_file_by_file(beside: Path) -> None:
    (beside / "accepted.subject.j2").write_text("自定义", encoding="utf-8")
    wording = Wording(beside, Rules())
    assert wording.render("accepted.subject.j2", {}) == "自定义"
    assert wording.render("rejected.subject.j2", {"subject_of": "报送", "outcome": "未通过", "numbers": ["1"]}) == (
        "【未通过】1 回复：报送"
    )


@pytest.mark.parametrize(
    "mistake",
    [
        "{{ nobody }}",
        "{{ works.nothing.more }}",
        "{{ 1 / 0 }}",
        "{{ works + name }}",
        "{{ name|clock }}",
        "{% include 'no' %}",
    ],
)
def test_a_mistake_in_a_template_is_told_with_file_and_line(beside: Path, mistake: str) -> None:
    told = broken(beside, "late.txt.j2", f"您好\n\n{mistake}\n")
    assert told.startswith(f"{beside}/late.txt.j2:3: ")


def test_an_undefined_name_is_named(beside: Path) -> None:
    assert "'nobody' is undefined" in broken(beside, "late.txt.j2", "{{ nobody }}")


def test_a_mistake_in_an_included_template_is_told_where_it_stands(beside: Path) -> None:
    (beside / "_works.txt.j2").write_text("{% macro list(works) %}\n\n{{ nobody }}{% endmacro %}", encoding="utf-8")
    told = broken(beside, "late.txt.j2", '{% import "_works.txt.j2" as show %}\n{{ show.list(works) }}')
    assert told.startswith(f"{beside}/_works.txt.j2:3: ")


def test_a_template_that_does_not_parse_is_told_with_file_and_line(beside: Path) -> None:
    assert f"{beside}/late.txt.j2:2: " in broken(beside, "late.txt.j2", "您好\n{% if %}")


@pytest.mark.parametrize(
    "reach", ["{{ works.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ works.append(2) }}", "{{ clock.__globals__ }}"]
)
def test_no_template_reaches_pythons_insides(beside: Path, reach: str) -> None:
    assert "late.txt.j2:1: " in broken(beside, "late.txt.j2", reach)


def test_html_is_escaped_and_plain_text_is_not(beside: Path) -> None:
    for name in ("late.html.j2", "late.txt.j2", "late.subject.j2"):
        (beside / name).write_text("<p>{{ name }}</p>", encoding="utf-8")
    wording = Wording(beside, Rules())
    hostile = {"name": "<script>'\"&"}
    assert wording.render("late.html.j2", hostile) == "<p>&lt;script&gt;&#39;&#34;&amp;</p>"
    assert wording.render("late.txt.j2", hostile) == "<p><script>'\"&</p>"
    assert wording.render("late.subject.j2", hostile) == "<p><script>'\"&</p>"


def test_styles_are_inlined_for_mail_programs(beside: Path) -> None:
    (beside / "late.html.j2").write_text("<style>p { color: red }</style><p>{{ name }}</p>", encoding="utf-8")
    page = Wording(beside, Rules()).page("late.html.j2", {"name": "王"})
    assert re.search('<p style="color: red;?">王</p>', page)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("video-blank = 3", "video-blank"),
        ("[video-blank]\nlabel = 1\nmessage = 'a'\ncure = 'b'", "video-blank"),
        ("[video-blank]\nmessage = 'a'\ncure = 'b'", "video-blank"),
        ("[video-blank]\nlabel = '{{'\nmessage = 'a'\ncure = 'b'", "findings.toml"),
        ("[video-blank", "findings.toml"),
    ],
)
def test_a_mistake_in_the_words_of_findings_is_told(beside: Path, text: str, told: str) -> None:
    (beside / "findings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        Wording(beside, Rules()).check()


def test_own_words_for_one_finding_leave_the_others(beside: Path) -> None:
    (beside / "findings.toml").write_text("[mail-late]\nlabel = '迟'\nmessage = '迟了。'\ncure = ''", encoding="utf-8")
    wording = Wording(beside, Rules())
    assert wording.message(Finding(Code.MAIL_LATE)) == "迟了。"
    assert wording.label(Code.VIDEO_BLANK) == "画面异常"


@pytest.mark.parametrize("code", Code)
def test_every_finding_has_its_words_even_without_details(code: Code) -> None:
    wording = packaged()
    assert wording.fact(Finding(code)).endswith("。")
    assert wording.label(code)
    assert set(wording.labels()) == {one.value for one in Code}


def test_a_finding_quotes_the_measured_value_and_the_bound() -> None:
    details = {"duration": 42.0, "min_seconds": 60, "max_seconds": 480}
    assert packaged().message(Finding(Code.VIDEO_TOO_SHORT, details)) == (
        "时长 42 秒，短于要求的 1 分钟。请将作品时长调整到 1 分钟至 8 分钟之间后重新发送。"
    )


def test_the_packaged_templates_are_found() -> None:
    names = packaged().names()
    assert "accepted.html.j2" in names
    assert not any(name.startswith("_") for name in names)
    assert (packaged_templates() / "findings.toml").is_file()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 秒"), (42.5, "42.5 秒"), (59.96, "1 分钟"), (60, "1 分钟"), (83.04, "1 分 23 秒"), (480, "8 分钟"),
        (3600, "60 分钟"),
    ],
)  # fmt: skip
def test_a_duration_is_told_as_a_person_says_it(seconds: float, told: str) -> None:
    assert packaged().formats.clock(seconds) == told


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (89_443_533, "85.3 MB"), (5 * 1024**4, "5120.0 GB")],
)
def test_a_size_is_told_as_a_person_says_it(size: int, told: str) -> None:
    assert filesize(size) == told


def test_moments_are_told_in_the_campaigns_zone() -> None:
    assert packaged().formats.day(IN_TIME) == "2024年6月1日"
    assert packaged().formats.minute(IN_TIME) == "2024年6月1日 12:00"
    assert packaged().formats.until(LATE) == "2024年7月31日 24:00"
    assert packaged().formats.until(IN_TIME) == "2024年6月1日 12:00"


@given(st.floats(0, 1e7), st.floats(0, 1e15))
def test_no_length_and_no_size_raise(seconds: float, size: float) -> None:
    assert packaged().formats.clock(seconds).endswith(("秒", "分钟"))
    assert filesize(size)
