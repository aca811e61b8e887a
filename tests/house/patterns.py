"""Every pattern of the house, and inputs that are hard for it."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mailbot
from tests.house.checkout import modules, tree_of

Parsed = Any
"""What `re._parser` makes of a pattern; it has no public type."""

CHUNKS: Final = (
    "\n", " ", "-", "1", "a", "1.", "中", "\t\n", "=", "_", "1,", "a ", "a.", "A@", "<", ">", "(", "（", "[", '"', "“",
    "《", "》", "中 ", "：", ",", "，", "。", "/", "%", "&", "\0", "\n>", "x-",
)  # fmt: skip
"""Repeated, each is a long run of what patterns look for."""
SIZES: Final = (24, 100, 1000)
"""Characters of each input, one after the other: the small ones stop what grows without measure."""
CHEAP: Final = 0.001
"""CPU seconds below which an input is no matter."""
GROWTH: Final = 3.0
"""By how much twice the input may cost more: 2 is linear, 4 a square; the rest is the clock's."""
ANCHORED: Final = frozenset({"match", "fullmatch"})


@dataclass(frozen=True)
class Use:
    """A pattern of the house: where it stands, and the methods by which it is used."""

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def uses() -> Iterator[Use]:
    """Each pattern: compiled for a module, or written into a call of `re`."""
    sources = "".join(path.read_text(encoding="utf-8") for path in modules("mailbot"))
    calls = set(re.findall(r"\b(\w+)\.(match|fullmatch|search|finditer|findall|sub|subn|split)\b", sources))
    for info in pkgutil.walk_packages(mailbot.__path__, "mailbot."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            methods = frozenset(method for (called, method) in calls if called == name) or ANCHORED
            yield from (Use(f"{info.name}.{name}", found, methods) for found in _compiled(value))
        yield from _written(info.name, tree_of(Path(module.__file__ or "")))


def _compiled(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _compiled(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _compiled(one)


def _written(module: str, tree: ast.AST) -> Iterator[Use]:
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
            continue
        owner, text = call.func.value, call.args[0]
        if not (isinstance(owner, ast.Name) and owner.id == "re" and isinstance(text, ast.Constant)):
            continue
        if isinstance(text.value, str | bytes) and call.func.attr not in {"escape", "compile"}:
            yield Use(f"{module}: {text.value!r}", re.compile(text.value), frozenset({call.func.attr}))


def literals(pattern: re.Pattern[Any]) -> list[str]:
    """Texts that a pattern spells out, the longest first."""
    found: set[str] = set()
    _spell(re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE & ~re.LOCALE), found)  # type: ignore[attr-defined]  # noqa: SLF001
    return sorted(found, key=lambda text: (-len(text), text))[:6]


def _spell(items: Parsed, found: set[str]) -> None:
    run = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        if run:
            found.add(run)
        run = ""
        for inner in _inner(value):
            _spell(inner, found)
    if run:
        found.add(run)


def _inner(value: Parsed) -> Iterator[Parsed]:
    """The patterns within an operation's arguments."""
    if isinstance(value, re._parser.SubPattern):  # type: ignore[attr-defined]  # noqa: SLF001
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _inner(one)


def hard_inputs(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """A beginning and what is repeated behind it: each chunk, each literal, and both together."""
    spelt = literals(pattern)
    for seed in (*CHUNKS, *spelt, *(f"{text}{chunk}" for text in spelt[:2] for chunk in CHUNKS[:5])):
        yield "", seed
    for text in spelt[:3]:
        for chunk in CHUNKS[:5]:
            yield text, chunk


def repeated(begin: str, seed: str, size: int) -> str:
    """An input of so many characters."""
    return begin + (seed * (size // len(seed) + 1))[:size]


def cost(use: Use, text: str, tries: int = 1) -> float:
    """CPU seconds for a pattern's work on a text, as the house uses it; the least of some tries."""
    data: Any = text.encode("utf-8", "replace") if isinstance(use.pattern.pattern, bytes) else text
    found = []
    for _ in range(tries):
        begun = time.process_time()
        if use.methods <= ANCHORED:
            for method in use.methods:
                getattr(use.pattern, method)(data)
        else:
            for _ in use.pattern.finditer(data):
                pass
        found.append(time.process_time() - begun)
    return min(found)


def too_dear(use: Use) -> str:
    """An input for which a pattern's cost grows faster than its length, shortened; empty where there is none."""
    inputs = list(hard_inputs(use.pattern))
    for size in SIZES:
        for begin, seed in inputs:
            if cost(use, repeated(begin, seed, size)) < CHEAP:
                continue
            costs = [cost(use, repeated(begin, seed, size * times), 3) for times in (1, 2, 4)]
            if costs[0] >= CHEAP and costs[1] > GROWTH * costs[0] and costs[2] > GROWTH * costs[1]:
                return f"{begin!r} and {seed!r} again and again, {size} characters, twice, four times: {costs} s"
    return ""
