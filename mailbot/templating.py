"""The one Jinja2 environment, and the words of findings.

Templates are the organizers': a `templates/` folder beside the config takes precedence over the packaged one, file by
file. Undefined names are errors (StrictUndefined), HTML is escaped, and no template can reach Python's insides
(sandboxed environment).
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import css_inline
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    pass_context,
    select_autoescape,
)
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.model.campaign_form import CampaignForm, FieldKind
from mailbot.model.errors import ConfigError
from mailbot.model.finding import Code, Finding, JsonScalar
from mailbot.model.rules import Rules
from mailbot.settings.found import packaged_templates
from mailbot.text.formats import Formats, filesize
from mailbot.text.shown import shown_line

FILTERS: Final = ("clock", "day", "minute", "until", "when", "listed", "either")
"""Ways of `Formats` that templates use."""
FINDINGS: Final = "findings.toml"
WORDS: Final = "words.toml"


def _worded(texts: object) -> bool:
    """Whether a finding's table holds its three texts."""
    return isinstance(texts, dict) and all(isinstance(texts.get(name), str) for name in ("label", "message", "cure"))


@pass_context
def _say(context: Context, key: str, /, **details: object) -> str:
    """A text of words.toml as templates quote it: it sees what they see."""
    text: str = context["_words"][key]
    if "{" not in text:  # most texts quote nothing
        return text.removesuffix("\n")
    found = _compiled(context.environment, text)
    return found.render({**context.get_all(), **details})


def _filter(name: str) -> Callable[..., str]:
    """A way of `Formats` as a filter; whose words it uses the rendered context says."""

    @pass_context
    def apply(context: Context, value: object) -> str:
        return str(getattr(context["_formats"], name)(value))

    return apply


class _Environment(ImmutableSandboxedEnvironment):
    """The library's, whose templates have their globals in one dict: each rendering copies them, dozens a letter."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template sees."""
        return {**self.globals, **(d or {})}


@cache
def _environment(folders: tuple[Path, ...]) -> _Environment:
    """The environment of these folders, one a process: it keeps what it compiled, and sees where a file was changed."""
    made = _Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(
            enabled_extensions=("html.j2",),
            default=False,
            default_for_string=False,  # a text of words.toml is escaped where a page quotes it
        ),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters |= {name: _filter(name) for name in FILTERS} | {"filesize": filesize}
    made.globals["say"] = _say
    return made


@cache
def _compiled(environment: Environment, text: str) -> Template:
    """A text of a file of words, compiled once a process."""
    return environment.from_string(text)


def _cleaned(value: JsonScalar) -> JsonScalar:
    return shown_line(value) if isinstance(value, str) else value


class Wording:
    """Every text that people read.

    Templates and texts see `campaign`, `rules` (of `[video]`) `form` (the field of each role) and `asks` (the kinds
    of field that the form has), and may quote a text of words.toml by `say("table.name")`.

    Args:
        beside: the `templates/` folder beside the config; need not exist.
        rules: of the campaign: what a rule says, the words say.
    """

    def __init__(self, beside: Path | None, rules: Rules) -> None:
        self.folders = [folder for folder in (beside, packaged_templates()) if folder is not None]
        self._environment = _environment(tuple(folder for folder in self.folders if folder.is_dir()))
        self._words = self._read_words()
        self._findings = self._read_findings()
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
        self.formats = Formats(self.word, rules.campaign.zone)
        self._facts: Mapping[str, Any] = {
            "_words": self._words,
            "_formats": self.formats,
            "campaign": rules.campaign,
            "rules": rules.video,
            "asks": frozenset(one.kind.value for one in rules.form.fields),
            "form": {role.value: rules.form.of(role) or CampaignForm().of(role) for role in FieldKind if role.is_role},
        }

    def _read_tables(self, name: str) -> Iterator[dict[str, Any]]:
        """The tables of a file of words: the packaged ones first, then those beside the config, which take precedence.

        Raises:
            ConfigError: a file cannot be read.
        """
        for folder in reversed(self.folders):
            file = folder / name
            if not file.is_file():
                continue
            try:
                yield tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ConfigError(f"{file}: {error}. Mend the file, or delete it to use the packaged one.") from None

    def _read_words(self) -> dict[str, str]:
        return {
            f"{table}.{name}": text
            for tables in self._read_tables(WORDS)
            for table, words in tables.items()
            for name, text in words.items()
        }

    def check(self) -> None:
        """Compile every text of a file of words, so that a mistake in one is told when mailbot starts.

        Raises:
            ConfigError: a text is no template.
        """
        tables = {FINDINGS: [text for texts in self._findings.values() for text in texts.values()]}
        for file, texts in (tables | {WORDS: list(self._words.values())}).items():
            try:
                for text in texts:
                    _compiled(self._environment, text)
            except TemplateSyntaxError as error:
                raise ConfigError(f"{file}: {error.message}. Mend the text, or delete the file.") from None

    def _said(self, text: str, details: Mapping[str, object] = MappingProxyType({})) -> str:
        """A text with what it quotes; most labels quote nothing, and are not compiled."""
        if "{" not in text:
            return text.removesuffix("\n")
        return _compiled(self._environment, text).render({**self._facts, **details})

    def word(self, key: str, /, **details: object) -> str:
        """A text of words.toml that is no letter: `table.name`, with what it quotes.

        Raises:
            KeyError: there is no such text; a test holds the code's keys against the packaged file.
        """
        return self._said(self._words[key], details)

    def names_of(self, table: str) -> frozenset[str]:
        """The names of a table's texts."""
        prefix = f"{table}."
        return frozenset(key.removeprefix(prefix) for key in self._words if key.startswith(prefix))

    def words(self, table: str) -> dict[str, str]:
        """A table's texts by their names, such as the labels of statuses."""
        prefix = f"{table}."
        return {
            key.removeprefix(prefix): self._said(text) for key, text in self._words.items() if key.startswith(prefix)
        }

    def _read_findings(self) -> dict[Code, dict[str, str]]:
        found: dict[str, Any] = {}
        for tables in self._read_tables(FINDINGS):
            found |= tables
        missing = [code.value for code in Code if not _worded(found.get(code))]
        if missing:
            raise ConfigError(f"{FINDINGS}: no label, message and cure for {', '.join(missing)}. Add them.")
        return {code: found[code] for code in Code}

    def label(self, code: Code) -> str:
        """A finding's name in a word or two, for lists."""
        return self._said(self._findings[code]["label"])

    def labels(self) -> dict[str, str]:
        """Every finding's code -> its name."""
        return {code.value: self.label(code) for code in Code}

    def message(self, finding: Finding) -> str:
        """What is the case and what to do, in a line."""
        return f"{self.fact(finding)}{self.cure(finding)}"

    def fact(self, finding: Finding) -> str:
        """What is the case, with the measured value and the rule."""
        return self._of(finding, "message")

    def cure(self, finding: Finding) -> str:
        """What the submitter can do; empty where there is nothing to do."""
        return self._of(finding, "cure")

    def _of(self, finding: Finding, name: str) -> str:
        texts = self._findings[finding.code]
        details = {key: _cleaned(value) for key, value in finding.details.items()}
        try:
            return self._said(texts[name], details).strip()
        except UndefinedError:
            # A finding from an older ledger may lack a detail that the words quote: its name still tells the fault.
            return f"{self._said(texts['label'])}。" if name == "message" else ""

    def try_findings(self, details: Mapping[str, JsonScalar]) -> list[str]:
        """What is wrong in findings.toml, one line a text, when the words are given these details."""
        wrong = []
        for code, texts in self._findings.items():
            for name, text in texts.items():
                try:
                    self._said(text, details)
                except TemplateError as error:
                    wrong.append(f"{FINDINGS}: {code}.{name}: {error.message}. Mend the text.")
        return wrong

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template's text.

        Raises:
            ConfigError: file, line and name of what is wrong in the template.
        """
        try:
            return self._environment.get_template(name).render({**self._facts, **context})
        except TemplateSyntaxError as error:
            raise ConfigError(f"{error.filename or name}:{error.lineno}: {error.message}. Mend the template.") from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ConfigError(f"{self._place(name, error)}: {error}. Mend the template.") from None

    def _place(self, name: str, error: BaseException) -> str:
        """File and line in the templates where an error arose."""
        place, trace = name, error.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file.endswith(".j2"):
                place = f"{file}:{trace.tb_lineno}"
            trace = trace.tb_next
        return place

    def page(self, name: str, context: Mapping[str, Any]) -> str:
        """An HTML template's text with its styles inlined: mail programs ignore style sheets."""
        return self._inliner.inline(self.render(name, context))

    def names(self) -> Sequence[str]:
        """Every template there is, the partial ones (`_name`) left out."""
        return [
            name for name in self._environment.list_templates() if name.endswith(".j2") and not name.startswith("_")
        ]
