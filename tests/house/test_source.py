import ast
import functools
import re
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest

from tests.house.checkout import ROOT, committed, modules, tree_of

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MAY_CATCH_ALL = frozenset({"mailbot/daemon.py", "mailbot/intake.py", "mailbot/sandbox/child.py"})
STRANGE_PLACES = re.compile(
    "|".join(
        [
            r"(?<![\w.])/wor" + "k/",
            r"(?<![\w.])/home/\w",
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "deb" + r"\.debian\.org",
            "registry" + r"\.npmjs",
            "proxy" + r"\.golang",
        ]
    )
)
"""Paths of one machine, and hosts that packages come from: which ones is each machine's own business."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules("mailbot", "bench")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_a_function_can_be_seen_at_once() -> None:
    assert [
        f"{name(path)}: {one.name}"
        for path in modules("mailbot", "bench", "tests")
        for one in nodes(path)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        if last_line(one) - one.lineno >= LONGEST_FUNCTION and not is_script(one)
    ] == []


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def is_script(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """One statement behind its docstring: a table or a piece of SQL, which is read as such."""
    return len(function.body) == 2 and ast.get_docstring(function) is not None


def test_each_types_name_is_defined_once() -> None:
    """A leading underscore makes no other name of it: a reader who meets `_Line` has met `Line` elsewhere."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in modules("mailbot"):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(name(path))
    assert {one: where for one, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize(("of", "most"), [("modules", 130), ("functions", 9)])
def test_half_of_them_are_short(of: str, most: int) -> None:
    paths = list(modules("mailbot"))
    if of == "modules":
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in paths]
    else:
        functions = (one for path in paths for one in nodes(path))
        lines = [
            last_line(one) - one.lineno + 1
            for one in functions
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    assert median(lines) <= most


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py"}
    assert [name(path) for path in modules("mailbot", "tests") if path.name in drawers] == []


def test_only_the_daemon_the_intake_and_the_sandbox_swallow_everything() -> None:
    swallowing = {name(path) for path in modules("mailbot") if any(map(swallows_everything, nodes(path)))}
    assert swallowing <= MAY_CATCH_ALL


def swallows_everything(node: ast.AST) -> bool:
    """A broad except that does not raise again, as it is or as an error of ours."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
    return broad and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name(path)}: {match[0]}" for match in STRANGE_PLACES.finditer(text)]
    assert found == []
