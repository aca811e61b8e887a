"""No pattern of the house grows with the square of what a stranger writes."""

import re

from tests.house.patterns import Use, too_dear, uses


def test_every_pattern_costs_in_proportion_to_its_text() -> None:
    known = {(use.pattern.pattern, use.pattern.flags, use.methods): use for use in uses()}
    assert len(known) > 200
    assert {use.name: why for use in known.values() if (why := too_dear(use))} == {}


def test_a_pattern_that_grows_with_the_square_is_found() -> None:
    assert "1000" in too_dear(Use("blanks", re.compile(r"\s*:"), frozenset({"search"})))
    assert too_dear(Use("anchored", re.compile(r"\s*:"), frozenset({"match"}))) == ""
