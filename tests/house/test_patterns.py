"""No pattern of the house grows with the square of what a stranger writes."""

import ast
import re

import pytest

from tests.house.patterns import Building, Use, too_dear, uses


def test_every_pattern_costs_in_proportion_to_its_text() -> None:
    known = {(use.pattern.pattern, use.pattern.flags, use.methods): use for use in uses()}
    assert len(known) > 200
    assert {use.name: why for use in known.values() if (why := too_dear(use))} == {}


def test_a_pattern_that_grows_with_the_square_is_found() -> None:
    assert "1000" in too_dear(Use("blanks", re.compile(r"(?:\s|x)*:"), frozenset({"search"})))
    assert too_dear(Use("anchored", re.compile(r"(?:\s|x)*:"), frozenset({"match"}))) == ""
    assert "without measure" in too_dear(Use("ruled", re.compile(r"(?:-{2,}\s*)+$"), frozenset({"match"})))


def test_a_pattern_that_is_built_in_a_function_is_looked_at_with_a_word_in_its_gaps() -> None:
    built = ast.parse(r"""
def find(theme, pattern):
    name = f"(?i:{'|'.join(map(re.escape, theme))})"
    re.search(rf"{name}\s*{_MARK}", "")
    re.search(pattern, "")
""").body[0]
    assert isinstance(built, ast.FunctionDef)
    known, unknown = (
        one.args[0] for one in ast.walk(built) if isinstance(one, ast.Call) and ast.unparse(one.func) == "re.search"
    )
    building = Building({"_MARK": "[□]"}, built)
    assert building.whole(known) == r"(?i:高|端|升|级)\s*[□]"
    with pytest.raises(LookupError, match="pattern"):
        building.whole(unknown)
