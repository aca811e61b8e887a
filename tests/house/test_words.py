import re
import tomllib

from mailbot.model.finding import Code
from mailbot.model.letter import LetterKind
from tests.house.checkout import ROOT, text_of

FORMS = ("subject", "txt", "html")
PACKAGE = {"package.html.j2", "package.js.j2", "shortcut.html.j2"}
"""Pages of the judges' package."""
CHINESE = re.compile("[\u4e00-\u9fff]")
PROMISED = {
    "video-unreadable",
    "video-truncated",
    "video-not-mp4",
    "video-too-short",
    "video-too-long",
    "video-low-resolution",
    "video-wrong-aspect",
    "video-no-picture",
    "video-blank",
    "video-duplicate",
    "video-similar",
    "form-missing",
    "form-unreadable",
    "form-encrypted",
    "form-empty",
    "form-unit-missing",
    "form-scanned",
    "row-title-missing",
    "row-theme-missing",
    "row-contact-missing",
    "row-phone-missing",
    "row-phone-invalid",
    "row-video-missing",
    "row-video-by-link",
    "row-match-uncertain",
    "video-row-missing",
    "mail-late",
    "part-encrypted",
    "mail-too-large",
    "part-too-large",
    "part-unsafe",
}


def test_every_promised_finding_code_is_there() -> None:
    assert {code.value for code in Code} >= PROMISED


def test_every_finding_code_has_its_words_and_no_words_are_left_over() -> None:
    words = tomllib.loads(text_of("templates/findings.toml"))
    assert set(words) == {code.value for code in Code}
    for code, texts in words.items():
        assert set(texts) == {"label", "message", "cure"}, code
        assert CHINESE.search(texts["label"]), code
        assert CHINESE.search(texts["message"]), code


def test_every_kind_of_letter_has_subject_text_and_page_and_no_template_is_left_over() -> None:
    wanted = {f"{kind}.{form}.j2" for kind in LetterKind for form in FORMS}
    there = {path.name for path in (ROOT / "templates").glob("*.j2") if not path.name.startswith("_")}
    assert there == wanted | PACKAGE
