from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.video import aspect_label
from mailbot.video.facts import frame_rate, picture_stream, shown_size, turn, video_facts
from mailbot.video.stream import FFStream, build_stream


def stream(**told: Any) -> FFStream:  # noqa: ANN401
    base = {"index": 0, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080, "duration": "61.0"}
    return build_stream(base | told)


@pytest.mark.parametrize(
    ("told", "clockwise"), [(None, 0), (0, 0), (-90, 90), (90, 270), (180, 180), (-180, 180), (-89, 90), ("nan", 0)]
)
def test_the_display_matrix_turns_counter_clockwise(told: object, clockwise: int) -> None:
    sides = [] if told is None else [{"side_data_type": "Display Matrix", "rotation": told}]
    assert turn(stream(side_data_list=sides)) == clockwise


@pytest.mark.parametrize(
    ("width", "height", "aspect", "rotation", "shown"),
    [
        (1440, 1080, "4:3", 0, (1920, 1080)),
        (1440, 1080, "4:3", 90, (1080, 1920)),
        (1920, 1080, "0:1", 0, (1920, 1080)),
        (1920, 1080, "", 180, (1920, 1080)),
        (1920, 1080, "1:0", 0, (1920, 1080)),
        (720, 576, "64:45", 0, (1024, 576)),
    ],
)
def test_pixels_are_stretched_then_turned(
    width: int, height: int, aspect: str, rotation: int, shown: tuple[int, int]
) -> None:
    assert shown_size(width, height, aspect, rotation) == shown


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.text(max_size=12), st.sampled_from([0, 90, 180, 270]))
def test_no_sample_aspect_breaks_the_size(width: int, height: int, aspect: str, rotation: int) -> None:
    assert min(shown_size(width, height, aspect, rotation)) >= 1


def test_a_cover_is_no_picture_even_where_it_is_the_first_and_the_default() -> None:
    cover = stream(index=0, disposition={"attached_pic": 1, "default": 1})
    film = stream(index=1, disposition={"attached_pic": 0, "default": 0})
    assert picture_stream([cover, film]) is film
    assert picture_stream([cover]) is None


def test_a_film_without_a_stated_length_takes_the_files() -> None:
    facts = video_facts("mkv", [stream(duration="N/A")], {"duration": "61.5"})
    assert facts.duration == 61.5


def test_matroska_keeps_the_length_in_a_tag() -> None:
    facts = video_facts("mkv", [stream(duration="N/A", tags={"DURATION": "00:01:01.040000000"})], {"duration": "75"})
    assert facts.duration == 61.04


@pytest.mark.parametrize(
    ("average", "real", "expected"), [("30000/1001", "30/1", 29.97), ("0/0", "25/1", 25.0), ("x", "0/0", 0.0)]
)
def test_frame_rates_are_not_rounded_to_integers(average: str, real: str, expected: float) -> None:
    assert frame_rate(stream(avg_frame_rate=average, r_frame_rate=real)) == expected


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_no_tag_changes_what_was_measured(tags: dict[str, str]) -> None:
    facts = video_facts("mp4", [stream(tags=tags | {"a\nwidth": "10", "width": "10\nwidth=10"})], {})
    assert (facts.width, facts.height, facts.duration) == (1920, 1080, 61.0)


@pytest.mark.parametrize(
    ("size", "label"),
    [
        ((1920, 1080), "16:9"),
        ((1920, 1088), "16:9"),
        ((1080, 1920), "9:16"),
        ((1440, 1080), "4:3"),
        ((2560, 1080), "64:27"),
    ],
)
def test_the_label_is_the_nearest_allowed_aspect(size: tuple[int, int], label: str) -> None:
    assert aspect_label(*size, ("16:9", "9:16"), 0.01) == label
