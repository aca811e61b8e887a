"""The campaigns of examples/: each config loads, and each text that people read is there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.model.campaign_form import FieldKind
from mailbot.model.finding import Code
from mailbot.model.letter import LetterKind
from mailbot.settings.loading import load
from mailbot.templating import Wording
from tests.house.checkout import ROOT, text_of
from tests.house.test_words import CHINESE

TO_SUBMITTERS = [kind for kind in LetterKind if kind is not LetterKind.DIGEST]
CAMPAIGNS = sorted((ROOT / "examples").iterdir())


def tables(path: str) -> dict[str, Any]:
    return tomllib.loads(text_of(path))


@pytest.mark.parametrize("folder", CAMPAIGNS, ids=lambda folder: folder.name)
def test_an_examples_config_and_words_load(folder: Path) -> None:
    settings, warnings = load(folder / "config.toml", {})
    assert warnings == ()
    assert Wording(folder / "templates", settings.rules).label(Code.FORM_MISSING)
    assert settings.form.of(FieldKind.TITLE) is not None


@pytest.mark.parametrize("name", ["words", "findings"])
def test_the_english_campaign_has_every_text_and_none_in_chinese(name: str) -> None:
    ours, english = (tables(f"{folder}/{name}.toml") for folder in ("templates", "examples/english/templates"))
    assert {(table, key) for table, texts in english.items() for key in texts} == {
        (table, key) for table, texts in ours.items() for key in texts
    }
    said = [text for texts in english.values() for text in texts.values()]
    assert [text for text in said if CHINESE.search(text)] == []


def test_the_students_words_are_all_known() -> None:
    ours, theirs = tables("templates/words.toml"), tables("examples/students/templates/words.toml")
    assert [f"{table}.{key}" for table, texts in theirs.items() for key in texts if key not in ours[table]] == []


def test_no_template_of_a_letter_to_submitters_holds_words() -> None:
    """They stand in words.toml, where another campaign replaces them text by text."""
    letters = [path for kind in TO_SUBMITTERS for path in (ROOT / "templates").glob(f"{kind}.*.j2")]
    letters += [ROOT / "templates" / f"{name}.{form}.j2" for name in ("_letter", "_works") for form in ("txt", "html")]
    speaking = [path.name for path in letters if CHINESE.search(re.sub(r"font-family:[^;]*", "", path.read_text()))]
    assert speaking == []
