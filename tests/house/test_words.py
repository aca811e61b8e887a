import ast
import re
import tomllib
from collections.abc import Iterator

from mailbot.model.finding import Code
from mailbot.model.letter import LetterKind
from tests.house.checkout import ROOT, modules, text_of

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


def test_every_alert_has_a_subject_that_is_a_sentence_and_a_text() -> None:
    words = tomllib.loads(text_of("templates/words.toml"))
    subjects = words["alert_subject"]
    assert set(subjects) <= set(words["alert"])
    for cause, subject in subjects.items():
        assert re.search("请|已", subject), f"{cause}: says neither what happened nor what to do"
        assert len(CHINESE.findall(subject)) >= 10, cause


READS_STRANGERS = (
    r"mailbot/(?:text|form|check|parse|layout|ocr|orders|demo)/"
    r"|mailbot/(?:fetch/dialect|model/document|settings/roster|export/blind)\.py"
    r"|mailbot/(?:fetch/dialect|model/document|digest/figures|export/blind|settings/syntax)\.py"
)
"""Where Chinese is a vocabulary: words that strangers' mails and forms are read by."""
FILE_NAMES = r"mailbot/(?:digest/workbook|export/(?:names|plan))\.py"
"""Names of files in the judges' package, which the contract gives."""
VENDORS = r"mailbot/reply/smtp\.py"
"""An error names 授权码 as the mail provider's own page does."""
DEFAULTS = r"mailbot/(?:model/(?:campaign_form|rules)|settings/keys|ops/samples)\.py"
"""Defaults of the config, and the samples that doctor tries the templates with."""


def test_what_people_read_stands_in_templates_and_not_in_the_code() -> None:
    speaking = {
        path.relative_to(ROOT).as_posix(): said
        for path in modules("mailbot")
        if (said := list(chinese(path.read_text(encoding="utf-8"))))
    }
    allowed = re.compile(f"{READS_STRANGERS}|{DEFAULTS}|{VENDORS}|{FILE_NAMES}")
    assert {name: said for name, said in speaking.items() if not allowed.match(name)} == {}


def chinese(source: str) -> Iterator[str]:
    """Text constants with Chinese in them, docstrings left out."""
    tree = ast.parse(source)
    documents = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in documents else None
        if isinstance(text, str) and CHINESE.search(text):
            yield text
