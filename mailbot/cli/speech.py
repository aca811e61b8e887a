"""What the commands say, in the campaign's language.

The code's English sentence is the key of its translation in `templates/cli.toml`, as gettext has it; names in braces
stand in both. A text that was put together elsewhere (an error, a line of doctor) is known by the sentence it was made
from.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from mailbot.settings.language import Language

CATALOG: Final = "cli.toml"
HELP_CATALOG: Final = "help.toml"
NAME: Final = re.compile(r"\{([a-z_]\w{0,30})(?::[^{}]{0,20})?\}")
"""What a sentence quotes, with or without a format."""
BETWEEN: Final = "; "
"""Between texts that are told in one line."""


class Speech:
    """One language.

    Args:
        language: of the campaign.
        folder: the templates that come with mailbot.
        catalog: the file of its sentences there.
    """

    def __init__(self, language: Language, folder: Path, catalog: str = CATALOG) -> None:
        self.language = language
        self._texts = _catalog(folder / catalog) if language is not Language.EN else {}

    def say(self, text: str, /, **details: object) -> str:
        """A sentence with what it quotes."""
        return self._texts.get(text, text).format(**details) if details else self._texts.get(text, text)

    def told(self, text: str) -> str:
        """A text that was put together elsewhere, line by line; one whose sentence is not known stays as it is."""
        return "\n".join(self._line(line) for line in text.split("\n")) if self._texts else text

    def _line(self, line: str) -> str:
        if line in self._texts:
            return self._texts[line]
        for pattern, translation in _patterns(tuple(self._texts.items())):
            found = pattern.fullmatch(line)
            if found is not None:
                return self._filled(translation, found)
        pieces = line.split(BETWEEN)
        return "；".join(map(self._line, pieces)) if len(pieces) > 1 else line

    def _filled(self, translation: str, found: re.Match[str]) -> str:
        """A translation with what the sentence quoted, which may be a sentence too."""
        quoted = {name: self._line(value) for name, value in found.groupdict().items()}
        return NAME.sub(lambda name: quoted.get(name[1], name[0]), translation)


@cache
def _catalog(file: Path) -> Mapping[str, str]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {text: translation for table in tables.values() for text, translation in table.items()}


@cache
def _patterns(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for each sentence that quotes something; those with more words of their own are tried first."""
    quoting = [(text, translation) for text, translation in texts if NAME.search(text)]
    quoting.sort(key=lambda pair: -len(NAME.sub("", pair[0])))
    return tuple((_pattern(text), translation) for text, translation in quoting)


def _pattern(text: str) -> re.Pattern[str]:
    parts, end, seen = [], 0, set[str]()
    for name in NAME.finditer(text):
        parts.append(re.escape(text[end : name.start()]))
        parts.append(f"(?P={name[1]})" if name[1] in seen else f"(?P<{name[1]}>.*?)")
        seen.add(name[1])
        end = name.end()
    return re.compile("".join([*parts, re.escape(text[end:])]), re.DOTALL)
