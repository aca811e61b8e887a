"""click in the campaign's language: help, and refusals of what was typed.

Everything that click shows passes through its formatter, and every refusal is a `ClickException`: both are said here,
from `templates/help.toml`. Lines are as wide as a terminal shows them: a Chinese character takes two columns.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NoReturn, TypeVar

import click

from mailbot.cli.speech import HELP_CATALOG, Speech
from mailbot.cli.tongue import language_of
from mailbot.settings.found import packaged_templates
from mailbot.settings.language import Language

GAP: Final = 2
"""Columns between an option and what is told of it."""
LEFT: Final = 30
"""Columns of an option at most; what is told of a longer one begins below it."""
WORD: Final = re.compile(r"[A-Z][A-Z0-9-]*(?: RANGE)?|%\w|[^A-Z%]+|.")
VALUE: Final = re.compile(r"(?<=')[A-Z][A-Z0-9-]*(?=(?:\.\.\.)?')")
"""What a refusal calls an argument."""
T = TypeVar("T")
NO_BEGINNING: Final = frozenset("，。；：、！？）》”’…")
"""Marks that no line begins with."""


def spoken() -> Speech:
    """The language in which help and refusals are told."""
    return Speech(language_of(click.get_current_context(silent=True)), packaged_templates(), HELP_CATALOG)


class SpokenFormatter(click.HelpFormatter):
    """click's formatter, which says each text before it is laid out."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that shows how a command is typed."""
        say = spoken().say
        self.write(f"{'':>{self.current_indent}}{say(prefix or 'Usage: ')}{prog} {named(args)}\n")

    def write_heading(self, heading: str) -> None:
        """The title of a list."""
        colon = "：" if spoken().language is Language.ZH else ":"
        self.write(f"{'':>{self.current_indent}}{spoken().say(heading)}{colon}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs."""
        told = [spoken().told(" ".join(part.split())) for part in text.split("\n\n")]
        indent = " " * self.current_indent
        for place, paragraph in enumerate(told):
            lines = laid_out(paragraph, max(self.width - self.current_indent, LEFT))
            self.write("\n" * bool(place) + "".join(f"{indent}{line}\n" for line in lines))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = LEFT, col_spacing: int = GAP) -> None:
        """A list of options or commands, with what is told of each."""
        shown = [(named(left), _told(right)) for left, right in rows]
        first = min(max((columns(left) for left, _ in shown), default=0), col_max) + col_spacing
        for left, right in shown:
            lines = list(laid_out(right, max(self.width - self.current_indent - first, LEFT)))
            self.write(f"{'':>{self.current_indent}}{left}")
            if columns(left) + col_spacing > first and lines:
                self.write("\n" + " " * (self.current_indent + first))
            else:
                self.write(" " * (first - columns(left)) if lines else "")
            self.write(("\n" + " " * (self.current_indent + first)).join(lines) + "\n")


class SpokenContext(click.Context):
    """A context whose help is spoken."""

    formatter_class = SpokenFormatter


def named(text: str) -> str:
    """An option or a usage line, with the words that stand for values said."""
    say = spoken().say
    return "".join(say(word) if word[0].isupper() else word for word in WORD.findall(text))


def _told(text: str) -> str:
    """A help text, and click's own notes behind it in brackets."""
    speech = spoken()
    help_text, bracket, notes = text.partition("  [")
    if not bracket:
        help_text, notes = ("", text[1:]) if text.startswith("[") else (text, "")
    said = [speech.told(note) for note in notes.removesuffix("]").split("; ") if note]
    return speech.told(help_text) + (f"  [{'; '.join(said)}]" if said else "")


def columns(text: str) -> int:
    """How wide a terminal shows a text."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def laid_out(text: str, width: int) -> Iterator[str]:
    """A text in lines that are no wider than so many columns, broken between words and beside Chinese characters."""
    line = ""
    for piece in re.findall(r"\s+|[\x21-\u2e7f]+|.", text):
        if line.strip() and columns(line + piece) > width and piece not in NO_BEGINNING:
            yield line.rstrip()
            line = ""
        line += piece if line or not piece.isspace() else ""
    if line.strip():
        yield line.rstrip()


def refuse(error: click.ClickException) -> NoReturn:
    """Say what is wrong with what was typed, and end."""
    speech = spoken()
    context = getattr(error, "ctx", None)
    if context is not None:
        with context.scope(cleanup=False):
            click.echo(context.get_usage(), err=True)
            command = f"{context.command_path} {context.help_option_names[-1]}"
            click.echo(speech.say("Try '{command}' for help.", command=command) + "\n", err=True)
    message = " ".join(error.format_message().split())
    told = VALUE.sub(lambda value: named(value[0]), speech.told(message))
    click.echo(speech.say("Error: {message}", message=told), err=True)
    sys.exit(error.exit_code)


def run(main: Callable[[], object]) -> NoReturn:
    """Run click's main, which raises what it refuses, and end the process as it would."""
    try:
        code = main()
    except click.ClickException as error:
        refuse(error)
    except click.Abort:
        click.echo(spoken().say("Aborted!"), err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


class Unusable(ValueError):
    """An answer that cannot be used; the text says why."""


def ask(
    speech: Speech,
    text: str,
    check: Callable[[str], T],
    default: str | None = None,
    *,
    hidden: bool = False,
) -> T:
    """Ask until the answer can be used.

    Args:
        speech: the language.
        text: the question, in English.
        check: the answer -> what it means; raises `Unusable`, or another ValueError where it is not as asked.
        default: what nothing typed stands for.
        hidden: the answer is not shown.
    """
    while True:
        answer = click.prompt(speech.say(text), default=default, hide_input=hidden)
        try:
            return check(str(answer).strip())
        except Unusable as error:
            why = speech.told(str(error))
        except ValueError:
            why = speech.say("That cannot be read. Write it as the question shows it.")
        click.echo(why)


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    """A check that lets one of some words pass."""

    def checked(value: str) -> str:
        if value not in choices:
            raise Unusable(f"Write one of these: {', '.join(choices)}.")
        return value

    return checked
