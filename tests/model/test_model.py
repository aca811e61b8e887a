"""The nouns: what the contract says of their words, and that they stay as they are."""

import dataclasses
import importlib
import pkgutil
import re
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailbot.model
from mailbot.model.entry import OPEN, EntryStatus
from mailbot.model.errors import MailbotError, Overtaken, Refused, TemporaryError
from mailbot.model.finding import SEVERITY, Code, Finding, Severity
from mailbot.model.mail import Triage
from mailbot.model.video import aspect_label
from mailbot.model.works import Works
from tests.make.decisions import brought, film, form

MODULES = [
    importlib.import_module(f"mailbot.model.{found.name}") for found in pkgutil.iter_modules(mailbot.model.__path__)
]
NOUNS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if dataclasses.is_dataclass(value) and isinstance(value, type) and value.__module__ == module.__name__
]
WORDS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, StrEnum)
    and value is not StrEnum
    and value.__module__ == module.__name__
]
INFO = {"row-video-by-link"}
WARNINGS = {
    *("video-blank", "video-sound-longer", "video-similar", "form-unit-missing", "form-scanned", "form-uncertain"),
    *("row-phone-invalid", "row-match-uncertain", "mail-sender-unverified", "entry-mended", "entry-twice"),
    *("video-not-taken", "withdrawal-unclear", "mail-too-many-works", "withdrawal-unconfirmed", "form-too-long"),
}


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_a_noun_is_frozen(noun: type) -> None:
    assert noun.__dataclass_params__.frozen  # type: ignore[attr-defined]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_a_nouns_docstring_tells_every_field(noun: type) -> None:
    fields = [field.name for field in dataclasses.fields(noun)]
    told = noun.__doc__ or ""
    if "Attributes:" in told:
        assert [name for name in fields if not re.search(rf"^ +{name}: ", told, re.MULTILINE)] == []


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_an_enums_words_can_stand_in_sql_and_in_file_names(words: type[StrEnum]) -> None:
    assert all(re.fullmatch("[a-z0-9_-]+", word.value) for word in words)


def test_statuses_and_triage_are_the_contracts() -> None:
    assert {status.value for status in EntryStatus} == {
        "incomplete",
        "review",
        "accepted",
        "rejected",
        "withdrawn",
        "replaced",
    }
    assert {one.value for one in Triage} == {
        "submission",
        "inquiry",
        "withdrawal",
        "auto_reply",
        "bounce",
        "list",
        "own",
        "order",
    }
    assert set(EntryStatus) - OPEN == {EntryStatus.WITHDRAWN, EntryStatus.REPLACED}


@pytest.mark.parametrize("code", Code)
def test_a_findings_severity_is_its_codes(code: Code) -> None:
    wanted = Severity.INFO if code in INFO else Severity.WARNING if code in WARNINGS else Severity.ERROR
    assert Finding(code).severity is SEVERITY[code] is wanted


def test_errors_tell_the_persons_from_our_own() -> None:
    assert issubclass(Overtaken, TemporaryError)
    assert not issubclass(Refused, TemporaryError)
    assert issubclass(Refused, MailbotError)


@pytest.mark.parametrize(
    ("works", "empty"),
    [
        (Works(), True),
        (brought(form()), False),
        (brought(film()), False),
        (brought(Finding(Code.PART_ENCRYPTED)), False),
        (Works(parts=brought(film()).parts), True),
    ],
)
def test_a_mail_that_submits_nothing_is_empty(works: Works, empty: bool) -> None:  # noqa: FBT001
    assert works.empty is empty


@pytest.mark.parametrize(
    ("width", "height", "tolerance", "label"),
    [
        (1920, 1080, 0.0, "16:9"),
        (1080, 1920, 0.0, "9:16"),
        (1920, 1088, 0.01, "16:9"),
        (1920, 1088, 0.0, "30:17"),
        (1440, 1080, 0.01, "4:3"),
        (1, 1, 0.01, "1:1"),
    ],
)
def test_a_pictures_shape_is_named(width: int, height: int, tolerance: float, label: str) -> None:
    assert aspect_label(width, height, ("16:9", "9:16"), tolerance) == label


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_shape_and_its_turn_are_each_others_turn(width: int, height: int) -> None:
    across, down = aspect_label(width, height).split(":")
    assert aspect_label(height, width) == f"{down}:{across}"
    assert int(across) * height == int(down) * width
