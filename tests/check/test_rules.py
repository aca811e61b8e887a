"""The campaign's rules, bound by bound."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.check.rules import SLACK, deadline, is_late, is_phone, judge_row, judge_video, late_finding, moment
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.entry import Entry
from mailbot.model.rules import Campaign, VideoRules
from mailbot.model.video import VideoFacts, aspect_label
from tests.make.decisions import CHINA, GOOD, IN_TIME


def codes(facts: VideoFacts) -> set[str]:
    return {finding.code.value for finding in judge_video(facts, VideoRules())}


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59.49, "video-too-short"),
        (59.5, None),
        (60 - 0.5 - SLACK, None),
        (60, None),
        (480, None),
        (480.5, None),
        (480 + 0.5 + SLACK, None),
        (480.51, "video-too-long"),
        (0, "video-too-short"),
    ],
)
def test_duration_bounds_are_inclusive_with_tolerance(seconds: float, code: str | None) -> None:
    assert codes(replace(GOOD, duration=seconds)) == ({code} if code else set())


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [
        (1920, 1080, set()),
        (1080, 1920, set()),
        (3840, 2160, set()),
        (1918, 1080, {"video-low-resolution"}),
        (1920, 1079, {"video-low-resolution"}),
        (1280, 720, {"video-low-resolution"}),
        (1920, 1090, set()),
        (1920, 1200, {"video-wrong-aspect"}),
        (1440, 1080, {"video-low-resolution", "video-wrong-aspect"}),
        (2560, 1080, {"video-wrong-aspect"}),
        (1080, 1080, {"video-low-resolution", "video-wrong-aspect"}),
    ],
)
def test_size_and_aspect_are_judged_as_shown(width: int, height: int, found: set[str]) -> None:
    assert codes(replace(GOOD, width=width, height=height)) == found


@pytest.mark.parametrize(("height", "label"), [(1920 / 16 * 9 / 0.99, "16:9"), (1920 / 16 * 9 / 0.98, "8:5")])
def test_an_aspect_may_be_off_by_its_tolerance(height: float, label: str) -> None:
    shown = aspect_label(19200, round(height * 10), ("16:9", "9:16"), 0.0101)
    assert (shown == "16:9") is (label == "16:9")


@pytest.mark.parametrize("container", ["mov", "mkv", "avi", "webm", ""])
def test_another_container_is_named_with_what_is_allowed(container: str) -> None:
    (found,) = judge_video(replace(GOOD, container=container), VideoRules())
    assert (found.code, found.details) == ("video-not-mp4", {"container": container, "allowed": "mp4"})


def test_a_file_without_a_picture_or_of_a_container_that_tells_no_length_is_not_measured() -> None:
    assert codes(replace(GOOD, width=0, height=0, duration=3)) == set()
    assert codes(replace(GOOD, container="webm", duration=0)) == {"video-not-mp4"}
    assert codes(replace(GOOD, container="webm", duration=3)) == {"video-not-mp4", "video-too-short"}


@pytest.mark.parametrize(
    ("facts", "details"),
    [
        (replace(GOOD, duration=12.3456), {"duration": 12.35, "min_seconds": 60, "max_seconds": 480}),
        (
            replace(GOOD, duration=480.9),
            {"duration": 480.9, "min_seconds": 60, "max_seconds": 480, "shown": "8:00", "tolerance": 0.5},
        ),
        (replace(GOOD, duration=481.0), {"duration": 481.0, "min_seconds": 60, "max_seconds": 480}),
        (
            replace(GOOD, width=720, height=1280),
            {"width": 720, "height": 1280, "min_short_side": 1080, "min_long_side": 1920},
        ),
        (
            replace(GOOD, width=1920, height=1440),
            {"aspect": "4:3", "width": 1920, "height": 1440, "allowed": "16:9, 9:16"},
        ),
    ],
)
def test_a_finding_carries_what_was_measured_and_the_bound(facts: VideoFacts, details: dict[str, object]) -> None:
    (finding,) = judge_video(facts, VideoRules())
    assert finding.details == details


def test_what_is_allowed_is_listed() -> None:
    (finding,) = judge_video(replace(GOOD, container="avi"), VideoRules(containers=("mp4", "mov")))
    assert finding.details == {"container": "avi", "allowed": "mp4, mov"}


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("13800000001", True),
        ("+8613800000001", True),
        ("+86 13800000001", True),
        ("010-00000000", True),
        ("0571-0000000", True),
        ("010-00000000-801", True),
        ("400-000-0000", True),
        ("13800000001、13800000002", True),
        ("13800000001/010-00000000", True),
        ("13800000001 或 13800000002", True),
        ("1380000000", False),
        ("138000000011", False),
        ("12800000001", False),
        ("无", False),
        ("", False),
        ("、", False),
        ("13800000001、无", False),
    ],
)
def test_phone_numbers_are_told_from_other_words(text: str, valid: bool) -> None:  # noqa: FBT001
    assert is_phone(text) is valid


FULL = Entry("N-1", "a@example.com", 1, IN_TIME, title="题", themes=("绿色低碳",), unit="某某", contact="王",
             phone="13800000001", has_row=True)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"title": ""}, "row-title-missing"),
        ({"themes": ()}, "row-theme-missing"),
        ({"contact": ""}, "row-contact-missing"),
        ({"phone": ""}, "row-phone-missing"),
        ({"phone": "123"}, "row-phone-invalid"),
        ({"unit": ""}, "form-unit-missing"),
    ],
)
def test_each_blank_of_a_row_has_its_finding(change: dict[str, object], code: str | None) -> None:
    found = [finding.code.value for finding in judge_row(replace(FULL, **change), CampaignForm())]  # type: ignore[arg-type]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(("school", "missing"), [("云岭一中", []), ("", [("row-field-missing", "school", "学校")])])
def test_a_required_field_of_the_campaign_s_own_is_missed_by_its_label(
    school: str, missing: list[tuple[str, str, str]]
) -> None:
    form = CampaignForm(
        (
            FormField("title", "作品名称", FieldKind.TITLE, required=True),
            FormField("school", "学校", required=True),
            FormField("summary", "作品简介"),
        )
    )
    entry = replace(FULL, themes=(), unit="", contact="", phone="", extra={"school": school})
    found = judge_row(entry, form)
    assert [(one.code.value, one.details["field"], one.details["label"]) for one in found] == missing


def test_a_role_that_the_campaign_does_not_require_is_not_missed() -> None:
    form = CampaignForm((FormField("title", "作品名称", FieldKind.TITLE), FormField("phone", "电话", FieldKind.PHONE)))
    assert judge_row(replace(FULL, title="", phone="", themes=()), form) == ()


def test_an_entry_without_a_row_lacks_no_field_of_one() -> None:
    assert judge_row(replace(FULL, has_row=False, title=""), CampaignForm()) == ()


LAST = datetime(2024, 7, 31, 23, 59, 59, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("campaign", "at", "late"),
    [
        (Campaign(), LAST, False),
        (Campaign(), LAST + timedelta(seconds=1), True),
        (Campaign(), datetime(2024, 7, 31, 15, 59, 59, tzinfo=UTC), False),
        (Campaign(), datetime(2024, 7, 31, 16, tzinfo=UTC), True),
        (Campaign(grace_minutes=5), LAST + timedelta(minutes=5), False),
        (Campaign(grace_minutes=5), LAST + timedelta(minutes=5, seconds=1), True),
        (Campaign(deadline=datetime(2024, 7, 31, 18)), datetime(2024, 7, 31, 18, tzinfo=CHINA), False),  # noqa: DTZ001
        (Campaign(deadline=datetime(2024, 7, 31, 18)), datetime(2024, 7, 31, 18, 0, 1, tzinfo=CHINA), True),  # noqa: DTZ001
        (Campaign(deadline=datetime(2024, 7, 31, 10, tzinfo=UTC)), datetime(2024, 7, 31, 18, tzinfo=CHINA), False),
    ],
)
def test_late_is_late_by_the_campaigns_clock(campaign: Campaign, at: datetime, late: bool) -> None:  # noqa: FBT001
    assert is_late(at, campaign) is late


def test_extra_days_move_the_deadline() -> None:
    assert not is_late(LAST + timedelta(days=3), Campaign(), extra_days=3)
    assert is_late(LAST + timedelta(days=3, seconds=1), Campaign(), extra_days=3)


def test_a_late_finding_tells_both_times_in_the_campaigns_zone() -> None:
    told = late_finding(datetime(2024, 7, 31, 16, tzinfo=UTC), Campaign()).details
    assert told == {"received": "2024-08-01T00:00:00+08:00", "deadline": "2024-08-01T00:00:00+08:00"}


def test_a_day_begins_and_ends_in_the_campaigns_zone() -> None:
    day = date(2024, 6, 1)
    assert moment(day, Campaign(), end_of_day=False) == datetime(2024, 6, 1, tzinfo=CHINA)
    assert moment(day, Campaign(), end_of_day=True) == datetime(2024, 6, 2, tzinfo=CHINA)


@given(st.integers(0, 10_000), st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1)))  # noqa: DTZ001
def test_more_grace_never_makes_a_mail_late(minutes: int, at: datetime) -> None:
    came = at.replace(tzinfo=CHINA)
    assert deadline(Campaign(grace_minutes=minutes)) == deadline(Campaign()) + timedelta(minutes=minutes)
    assert is_late(came, Campaign()) or not is_late(came, Campaign(grace_minutes=minutes))


@given(st.builds(VideoFacts, st.text(), st.text(), st.integers(0, 9999), st.integers(1, 9999), st.floats(0, 1e6)))
def test_no_facts_raise(facts: VideoFacts) -> None:
    assert all(finding.details for finding in judge_video(facts, VideoRules()))


@pytest.mark.parametrize(("duration", "shown"), [(480.6, "8:00"), (59.2, "1:00"), (482.0, None), (30.0, None)])
def test_a_film_that_misses_a_bound_by_a_hair_is_told_what_a_player_shows(duration: float, shown: str | None) -> None:
    [finding] = judge_video(replace(GOOD, duration=duration), VideoRules())
    assert finding.details.get("shown") == shown
