"""A function of a child by its name: what it imports, such as the readers' libraries, the parent never does."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class ByName:
    """A function that is imported where it is called.

    Attributes:
        module: where it stands.
        name: of it.
    """

    module: str
    name: str

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
        """What the function returns."""
        return getattr(import_module(self.module), self.name)(*args, **kwargs)

    @property
    def __name__(self) -> str:
        """As functions have one: errors tell it."""
        return self.name
