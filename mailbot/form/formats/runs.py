"""A text as its runs are read, whatever the format: symbols as marks, struck words, what is set off from the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mailbot.model.document import Fact, FactKind
from mailbot.text.symbols import joined_runs, standing_out, styled


@dataclass(frozen=True, slots=True)
class RunLook:
    """How letters look.

    Attributes:
        font: its name, which may be a symbol font's.
        struck: through.
        loud: set off from plain text, by weight, a line or a colour.
        unseen: white on white.
    """

    font: str = ""
    struck: bool = False
    loud: bool = False
    unseen: bool = False


PLAIN: Final = RunLook()


@dataclass(slots=True)
class StyledText:
    """The runs of a cell or a paragraph; `link`: the first address on them."""

    parts: list[str] = field(default_factory=list)
    weighed: list[tuple[str, bool]] = field(default_factory=list)
    link: str = ""

    def add(self, text: str, look: RunLook = PLAIN) -> None:
        """Put a run behind the others, unless nobody sees it."""
        if look.unseen:
            return
        self.parts.append(styled(text, look.font, struck=look.struck))
        self.weighed.append((text, look.loud))

    @property
    def text(self) -> str:
        """As it is shown, with marks and struck pieces."""
        return joined_runs(self.parts)


def set_off(runs: Iterable[tuple[str, bool]]) -> tuple[Fact, ...]:
    """What of a cell's runs is set off from the rest."""
    words = standing_out(runs)
    return (Fact(FactKind.SET_OFF, words),) if words else ()


def facts_of_runs(words: Iterable[StyledText]) -> tuple[Fact, ...]:
    """What is known of a cell from how the letters of its paragraphs look."""
    return set_off(run for one in words for run in one.weighed)
