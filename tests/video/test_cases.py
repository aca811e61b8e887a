from pathlib import Path

import pytest

from mailbot.check.rules import judge_video
from mailbot.extract.kind import file_type
from mailbot.model.limits import Limits
from mailbot.model.rules import VideoRules
from mailbot.model.tools import Tools
from mailbot.store import Store
from mailbot.video.read import read_video
from tests.video.cases import CASES, Case, fragmented, good, of_hours


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_film_is_seen_as_its_viewer_sees_it(case: Case, tmp_path: Path) -> None:
    path = case.make()
    store = Store(tmp_path / "store")
    reading = read_video(path, file_type(path), store, Limits(), Tools())
    judged = judge_video(reading.facts, VideoRules()) if reading.facts else ()
    assert {finding.code for finding in (*reading.findings, *judged)} == case.codes, reading
    if case.facts is None:
        assert reading.facts is None
        return
    assert reading.facts is not None
    seen = {name: getattr(reading.facts, name) for name in case.facts}
    assert seen == {
        name: pytest.approx(value, abs=0.02) if isinstance(value, float) else value
        for name, value in case.facts.items()
    }
    assert not reading.contact_sheet or store.path(reading.contact_sheet).read_bytes().startswith(b"\xff\xd8")


def test_there_are_at_least_forty_five_films() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 45


def test_a_whole_film_in_fragments_plays_as_long_as_its_packets_say(tmp_path: Path) -> None:
    path = of_hours(fragmented(good()))
    facts = read_video(path, file_type(path), Store(tmp_path / "store"), Limits(), Tools()).facts
    assert facts is not None
    assert 60.5 < facts.duration < 61.5
