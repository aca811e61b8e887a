"""A text as its runs are read, whatever the format: symbols as marks, struck words, what is set off from the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

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


def loud_of(words: Iterable[StyledText]) -> str:
    """What of a cell's paragraphs is set off from the rest, as in `Cell`."""
    return standing_out(run for one in words for run in one.weighed)
