"""Orders as mailbot itself writes them, in the campaign's words; each is read as it is written. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.model.order import Verb


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of orders.

    Attributes:
        words: a verb's code -> what is written for it; `mail` -> what stands before a mail's id.
    """

    words: Mapping[str, str]

    def order(self, verb: Verb, target: str) -> str:
        """An order, such as `0144 通过` or `邮件17 已回复`.

        Args:
            verb: what is ordered.
            target: an entry's number, or a mail's id.
        """
        return f"{self.words['mail'] if verb.is_of_mail else ''}{target} {self.words[verb]}"
