"""Every pattern of the house, and inputs that are hard for it."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
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
CALL: Final = re.compile(r"\b(\w+)\.(match|fullmatch|search|finditer|findall|sub|subn|split)\b")
METHODS: Final = ANCHORED | {"compile", "search", "finditer", "findall", "sub", "subn", "split"}
WORD: Final = "高端升级"
"""Stands for a theme, a name, a number: whatever a pattern is built of when it runs."""


@dataclass(frozen=True)
class Use:
    """A pattern of the house: where it stands, and the methods by which it is used."""

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def uses() -> Iterator[Use]:
    """Each pattern: compiled for a module, or written into a call of `re`."""
    sources = {path: path.read_text(encoding="utf-8") for path in modules("mailbot")}
    calls = set(CALL.findall("".join(sources.values())))
    for info in pkgutil.walk_packages(mailbot.__path__, "mailbot."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            methods = frozenset(method for (called, method) in calls if called == name) or ANCHORED
            yield from (Use(f"{info.name}.{name}", found, methods) for found in _compiled(value))
        path = Path(module.__file__ or "")
        yield from _written(info.name, vars(module), tree_of(path), frozenset(CALL.findall(sources[path])))


def _compiled(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _compiled(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _compiled(one)


def _written(
    module: str, names: Mapping[str, object], tree: ast.Module, calls: frozenset[tuple[str, str]]
) -> Iterator[Use]:
    """The patterns in calls of `re` that are no module's values: as they stand there, or built when they are needed."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    within = {id(call): function for function in functions for call in ast.walk(function)}
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
            continue
        owner, method, function = call.func.value, call.func.attr, within.get(id(call))
        if not isinstance(owner, ast.Name) or owner.id != "re" or method not in METHODS:
            continue
        if method == "compile" and function is None:
            continue  # a value of the module
        text = Building(names, function).whole(call.args[0])
        methods = {used for name, used in calls if name == _called(call, function)} if method == "compile" else {method}
        yield Use(f"{module}: {text!r}", re.compile(text, _flags(call)), frozenset(methods or {"search"}))


def _called(call: ast.Call, function: ast.FunctionDef | None) -> str:
    """The variable or attribute that a compiled pattern is assigned to; empty where it is to none."""
    for node in ast.walk(function) if function else ():
        if isinstance(node, ast.Assign) and node.value is call:
            return ast.unparse(node.targets[0]).rpartition(".")[2]
    return ""


def _flags(call: ast.Call) -> int:
    given = [word.value for word in call.keywords if word.arg == "flags"]
    given += call.args[1:]
    flags = [word for one in given for word in re.findall(r"\bre\.([A-Z]+)\b", ast.unparse(one))]
    return int(sum({re.RegexFlag[flag] for flag in flags}))


class Building:
    """What a pattern that is built in a function comes to, `WORD` standing for what is known only when it runs.

    Args:
        names: the module's values.
        function: where it is built.
    """

    def __init__(self, names: Mapping[str, object], function: ast.FunctionDef | None) -> None:
        self._names = names
        self._assigned = {
            target.id: node.value
            for node in (ast.walk(function) if function else ())
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def whole(self, node: ast.expr) -> Any:  # noqa: ANN401 - str or bytes
        """The pattern. Raises LookupError where nothing here tells what it is."""
        if isinstance(node, ast.Name) and not {node.id} & {*self._names, *self._assigned}:
            raise LookupError(f"{node.id}: where is this pattern written? Compile it for its module.")
        return self.text(node)

    def text(self, node: ast.expr) -> Any:  # noqa: ANN401 - likewise
        """The pattern, or a part of it."""
        match node:
            case ast.Constant(value=str() | bytes() as value):
                return value
            case ast.JoinedStr(values=parts):
                return "".join(str(self.text(part)) for part in parts)
            case ast.FormattedValue(value=inner):
                return self.text(inner)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, other = self.text(left), self.text(right)
                return one + (other.encode() if isinstance(one, bytes) and isinstance(other, str) else other)
            case ast.BoolOp(values=values):
                return self.text(values[0])
            case ast.Call(func=ast.Attribute(value=apart, attr="join")):
                between = self.text(apart)
                return between.join([WORD[:2].encode(), WORD[2:].encode()] if isinstance(between, bytes) else WORD)
            case ast.Call(func=ast.Attribute(value=frame, attr="format")):
                return self.text(frame).format(WORD)
            case ast.Name(id=name) if isinstance(self._names.get(name), str | bytes):
                return self._names[name]
            case ast.Name(id=name) if name in self._assigned:
                return self.text(self._assigned.pop(name))
        return WORD


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
    """An input of so many characters, and one behind them that no pattern knows: what wants the end fails there."""
    return begin + (seed * (size // len(seed) + 1))[:size] + "\x02"


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
            once = cost(use, repeated(begin, seed, size))
            if once < CHEAP:
                continue
            if cost(use, repeated(begin, seed, size * 5 // 4)) > GROWTH * once:
                return f"{begin!r} and {seed!r} again and again: without measure from {size} characters on"
            costs = [cost(use, repeated(begin, seed, size * times), 3) for times in (1, 2, 4)]
            if costs[0] >= CHEAP and costs[1] > GROWTH * costs[0] and costs[2] > GROWTH * costs[1]:
                return f"{begin!r} and {seed!r} again and again, {size} characters, twice, four times: {costs} s"
    return ""
