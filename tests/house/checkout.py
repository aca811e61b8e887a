"""The checkout that the tests stand in."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("mailbot", "tests", "bench", "templates", "docs", "scripts", ".ci")


def committed() -> Iterator[Path]:
    """Every file that is, or would be, committed."""
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")  # a worktree has a file


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file below folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """What a Python file says, parsed once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    """A file of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")
