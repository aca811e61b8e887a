"""The one Jinja2 environment, and the words of findings.

Templates are the organizers': a `templates/` folder beside the config takes precedence over the packaged one, file by
file. Undefined names are errors (StrictUndefined), HTML is escaped, and no template can reach Python's insides
(sandboxed environment).
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, Template, TemplateError, select_autoescape
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.model.errors import ConfigError
from mailbot.model.finding import Code, Finding, JsonScalar

FOLDER: Final = "templates"
FINDINGS: Final = "findings.toml"
WORDS: Final = "words.toml"
KIBI: Final = 1024


def packaged_templates() -> Path:
    """The templates that come with mailbot: in the wheel, or beside the package in a checkout."""
    package = Path(str(files("mailbot")))
    inside = package / FOLDER
    return inside if inside.is_dir() else package.parent / FOLDER


def clock(seconds: float) -> str:
    """A duration as a person says it: `8 分钟`, `1 分 23 秒`, `42.5 秒`."""
    rounded = round(float(seconds), 1)
    minutes, rest = divmod(rounded, 60)
    told = f"{rest:.1f}".removesuffix(".0")
    if not minutes:
        return f"{told} 秒"
    return f"{int(minutes)} 分钟" if told == "0" else f"{int(minutes)} 分 {told} 秒"


def filesize(size: float) -> str:
    """Bytes as a person says them: `85.3 MB`."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < KIBI or unit == "GB":
            return f"{size:.1f} {unit}" if unit != "B" else f"{int(size)} B"
        size /= KIBI
    raise AssertionError("unreachable: GB takes every size")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """A moment's day: `2024年7月31日`."""
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日"


def minute(moment: datetime, zone: ZoneInfo) -> str:
    """A moment to the minute: `2024年7月31日 23:59`."""
    return f"{day(moment, zone)} {moment.astimezone(zone):%H:%M}"


def until(moment: datetime, zone: ZoneInfo) -> str:
    """A deadline (its first instant that is too late): the end of a day is told as `24:00` of that day."""
    local = moment.astimezone(zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{day(local - timedelta(days=1), zone)} 24:00"
    return minute(local, zone)


def when(written: str, zone: ZoneInfo) -> str:
    """A date as a mail wrote it (ISO 8601): `2024年8月17日 00:49`; what is no date stays as it is."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return written
    local = found if found.tzinfo else found.replace(tzinfo=zone)
    return minute(local, zone) if "T" in written else day(local, zone)


def _worded(texts: object) -> bool:
    """Whether a finding's table holds its three texts."""
    return isinstance(texts, dict) and all(isinstance(texts.get(name), str) for name in ("label", "message", "cure"))


@cache
def _environment(folders: tuple[Path, ...], zone: ZoneInfo) -> ImmutableSandboxedEnvironment:
    """The environment of these folders, one a process: it keeps what it compiled, and sees where a file was changed."""
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters |= {
        "clock": clock,
        "filesize": filesize,
        "day": lambda moment: day(moment, zone),
        "minute": lambda moment: minute(moment, zone),
        "until": lambda moment: until(moment, zone),
        "when": lambda written: when(written, zone),
    }
    return made


@cache
def _compiled(environment: ImmutableSandboxedEnvironment, text: str) -> Template:
    """A text of a file of words, compiled once a process."""
    return environment.from_string(text)


class Wording:
    """Every text that people read.

    Args:
        beside: the `templates/` folder beside the config; need not exist.
        zone: dates are told in it.
    """

    def __init__(self, beside: Path | None, zone: ZoneInfo) -> None:
        self.folders = [folder for folder in (beside, packaged_templates()) if folder is not None]
        self._environment = _environment(tuple(folder for folder in self.folders if folder.is_dir()), zone)
        self._findings = self._read_findings()
        self._words = self._read_words()
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False)

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

    def _read_words(self) -> dict[str, Template]:
        texts = {
            f"{table}.{name}": text
            for tables in self._read_tables(WORDS)
            for table, words in tables.items()
            for name, text in words.items()
        }
        try:
            return {key: _compiled(self._environment, text) for key, text in texts.items()}
        except TemplateSyntaxError as error:
            raise ConfigError(f"{WORDS}: {error.message}. Mend the text, or delete the file.") from None

    def word(self, key: str, /, **details: object) -> str:
        """A text of words.toml that is no letter: `table.name`, with what it quotes.

        Raises:
            KeyError: there is no such text; a test holds the code's keys against the packaged file.
        """
        return self._words[key].render(**details)

    def words(self, table: str) -> dict[str, str]:
        """A table's texts by their names, such as the labels of statuses."""
        prefix = f"{table}."
        return {key.removeprefix(prefix): self._words[key].render() for key in self._words if key.startswith(prefix)}

    def _read_findings(self) -> dict[Code, dict[str, Template]]:
        found: dict[str, Any] = {}
        for tables in self._read_tables(FINDINGS):
            found |= tables
        missing = [code.value for code in Code if not _worded(found.get(code))]
        if missing:
            raise ConfigError(f"{FINDINGS}: no label, message and cure for {', '.join(missing)}. Add them.")
        try:
            return {
                code: {name: _compiled(self._environment, text) for name, text in found[code].items()} for code in Code
            }
        except TemplateSyntaxError as error:
            raise ConfigError(f"{FINDINGS}: {error.message}. Mend the text, or delete the file.") from None

    def label(self, code: Code) -> str:
        """A finding's name in a word or two, for lists."""
        return self._findings[code]["label"].render()

    def labels(self) -> dict[str, str]:
        """Every finding's code -> its name."""
        return {code.value: self.label(code) for code in Code}

    def message(self, finding: Finding) -> str:
        """What is the case and what to do, in a line."""
        return f"{self.fact(finding)}{self.cure(finding)}"

    def fact(self, finding: Finding) -> str:
        """What is the case, with the measured value and the rule."""
        return self._say(finding, "message")

    def cure(self, finding: Finding) -> str:
        """What the submitter can do; empty where there is nothing to do."""
        return self._say(finding, "cure")

    def _say(self, finding: Finding, name: str) -> str:
        texts = self._findings[finding.code]
        try:
            return texts[name].render(**finding.details).strip()
        except UndefinedError:
            # A finding from an older ledger may lack a detail that the words quote: its name still tells the fault.
            return f"{texts['label'].render()}。" if name == "message" else ""

    def try_findings(self, details: Mapping[str, JsonScalar]) -> list[str]:
        """What is wrong in findings.toml, one line a text, when the words are given these details."""
        wrong = []
        for code, texts in self._findings.items():
            for name, template in texts.items():
                try:
                    template.render(**details)
                except TemplateError as error:
                    wrong.append(f"{FINDINGS}: {code}.{name}: {error.message}. Mend the text.")
        return wrong

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template's text.

        Raises:
            ConfigError: file, line and name of what is wrong in the template.
        """
        try:
            return self._environment.get_template(name).render(context)
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
