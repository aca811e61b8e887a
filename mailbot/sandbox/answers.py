"""What a child answers is a stranger's too: its file may have taken it over. Nothing in an answer is ever called.

Pickle can name any function of any module, and calls it. Here it may name frozen records and words of mailbot alone,
of modules that are loaded already.
"""

import io
import pickle
import sys
from collections.abc import Collection
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Any, Final

_PLAIN: Final[dict[tuple[str, str], type]] = {
    (one.__module__, one.__name__): one for one in (set, frozenset, date, datetime, time, timedelta, timezone)
}


class Untrusted(ValueError):
    """An answer that holds more than plain data."""


def _member(kind: object, name: object) -> Enum:
    """A word of an enum by its name, in the place of `getattr`: so early Pythons 3.11 pickle the words of enums."""
    if isinstance(kind, type) and issubclass(kind, Enum) and isinstance(name, str) and name in kind.__members__:
        return kind[name]
    raise Untrusted(f"getattr({kind}, {name})"[:100])


class _Unpickler(pickle.Unpickler):
    def __init__(self, message: bytes, packages: Collection[str]) -> None:
        super().__init__(io.BytesIO(message))
        self._packages = packages

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as its base
        if (module, name) == ("builtins", "getattr"):
            return _member
        plain = _PLAIN.get((module, name))
        if plain is not None:
            return plain
        ours = module.partition(".")[0] in self._packages
        found = getattr(sys.modules.get(module), name, None) if ours else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise Untrusted(f"{module}.{name}"[:100])


def unpickled(message: bytes, packages: Collection[str]) -> Any:  # noqa: ANN401 - any record
    """An answer as data.

    Args:
        message: pickled by a child.
        packages: whose dataclasses and enums it may hold.

    Raises:
        Untrusted: it holds anything else, or is no pickle.
    """
    try:
        return _Unpickler(message, packages).load()
    except Untrusted:
        raise
    except Exception as error:  # noqa: BLE001 - a broken pickle raises anything
        raise Untrusted(type(error).__name__) from None
