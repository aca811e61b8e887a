import itertools
from pathlib import Path

import numpy as np
import pytest

from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.limits import Limits
from mailbot.model.tools import Tools
from mailbot.store import Store
from mailbot.video.blank import Blank, blank
from mailbot.video.probe import Packet, probe
from mailbot.video.read import read_video
from mailbot.video.sheet import contact_sheet, spread, stamp
from mailbot.video.stills import PLACES, Film, FrameChoice, Still, look, places, way_to_look
from tests.make.films import film
from tests.video.cases import filled, noise

HD = 1920 * 1080


def packets(count: int, group: int) -> list[Packet]:
    """A film at 25 frames a second with a key frame every `group`."""
    return [
        Packet(number / 25, 0.04, number * 100, 100, key=number % group == 0, dropped=False) for number in range(count)
    ]


def still(time: float, value: int, mark: int | None = None) -> Still:
    pixels = np.full((180, 320, 3), value, np.uint8)
    if mark is not None:
        pixels[40:60, mark : mark + 20] = 255
    return Still(time, pixels)


@pytest.mark.parametrize(
    ("count", "group", "size", "full", "way"),
    [
        (61, 10, HD, False, FrameChoice.ALL),
        (1500, 75, HD, False, FrameChoice.KEYS),
        (1500, 75, HD, True, FrameChoice.ALL),
        (1500, 1500, HD, False, FrameChoice.ALL),
        (1500, 1, HD, False, FrameChoice.PLACES),
        (12_000, 25, HD, False, FrameChoice.KEYS),
        (12_000, 25, 4 * HD, False, FrameChoice.PLACES),
        (12_000, 125, 4 * HD, False, FrameChoice.KEYS),
    ],
)
def test_the_cheapest_way_that_sees_enough(count: int, group: int, size: int, full: bool, way: FrameChoice) -> None:  # noqa: FBT001
    assert way_to_look(packets(count, group), count / 25, size, full=full) is way


def test_places_fall_on_no_grid() -> None:
    times = places(60)
    gaps = {round(after - before, 2) for before, after in itertools.pairwise(times)}
    assert len(times) == PLACES
    assert 0 <= min(times) <= max(times) < 60
    assert len(gaps) > 1


def test_each_still_carries_its_own_time() -> None:
    at = [0, 3, 4, 9, 20, 21, 22, 40, 41, 55]
    uneven = ("-g", "1000", "-sc_threshold", "0", "-force_key_frames", ",".join(map(str, at)))
    path = film("192x108", 61, "10", more=uneven)
    table = probe(path, FileType.MP4, 20, "ffprobe", table=True).packets
    sight = look(Film(path, FileType.MP4, 0, 192, 108, 61.0), table, 60, "ffmpeg")
    assert [round(one.time, 1) for one in sight.stills] == at


def test_a_film_of_key_frames_only_is_seen_at_places(tmp_path: Path) -> None:
    path = film("192x108", 30, "25", more=("-g", "1"))
    reading = read_video(path, FileType.MP4, Store(tmp_path), Limits(), Tools())
    assert reading.findings == ()
    assert reading.contact_sheet


@pytest.mark.parametrize("full", [False, True])
def test_noise_is_found_and_a_good_film_passes(tmp_path: Path, full: bool) -> None:  # noqa: FBT001
    broken = read_video(
        filled(0.3, 0.9, "noise", noise), FileType.MP4, Store(tmp_path), Limits(), Tools(), full_decode=full
    )
    whole = read_video(film(), FileType.MP4, Store(tmp_path), Limits(), Tools(), full_decode=full)
    assert [finding.code for finding in broken.findings] == [Code.VIDEO_UNREADABLE]
    assert whole.findings == ()


def test_blank_is_black_or_frozen_throughout() -> None:
    assert blank([]) is None
    assert blank([still(0, 3), still(1, 5)]) is Blank.BLACK
    assert blank([still(0, 90), still(1, 93)]) is Blank.FROZEN
    assert blank([still(0, 90, 10), still(1, 90, 40)]) is None
    assert blank([*(still(number, 2) for number in range(20)), still(20, 200)]) is None


def test_a_sheet_is_a_small_jpeg_of_six_stills() -> None:
    stills = [still(number, 10 * number, 10 * number) for number in range(20)]
    sheet = contact_sheet(stills)
    assert sheet.startswith(b"\xff\xd8")
    assert len(sheet) < 60_000
    assert len(spread(stills)) == 6
    assert contact_sheet([]) == b""
    assert [stamp(0), stamp(65.9), stamp(480)] == ["0:00", "1:05", "8:00"]
