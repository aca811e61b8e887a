"""Signed orders: bound to organizer, verb, target and version, good for 72 hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.order import Verb
from mailbot.orders.tokens import GOOD_FOR, TOKEN, Grant, Standing, standing, token, version

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
GRANT = Grant("organizer@example.org", Verb.ACCEPT, "GYQG-2024-0001", 3)
SIGNED = token(GRANT, SECRET, NOW)


def test_a_token_is_good_for_whom_and_what_it_was_made() -> None:
    assert standing(SIGNED, GRANT, SECRET, NOW) is Standing.GOOD
    assert standing(SIGNED, replace(GRANT, organizer="Organizer@EXAMPLE.org"), SECRET, NOW) is Standing.GOOD
    assert version(SIGNED) == 3


@pytest.mark.parametrize(
    "other",
    [
        replace(GRANT, organizer="other@example.org"),
        replace(GRANT, verb=Verb.REJECT),
        replace(GRANT, target="GYQG-2024-0002"),
    ],
)
def test_a_token_is_foreign_to_everybody_and_everything_else(other: Grant) -> None:
    assert standing(SIGNED, other, SECRET, NOW) is Standing.FOREIGN


@pytest.mark.parametrize(
    "forged", ["", "accept", SIGNED[:-1], SIGNED.upper(), SIGNED[:-32] + "0" * 32, "4" + SIGNED[1:]]
)
def test_an_altered_token_is_foreign(forged: str) -> None:
    assert standing(forged, GRANT, SECRET, NOW) is Standing.FOREIGN


def test_a_later_hour_cannot_be_written_into_a_token() -> None:
    number, hour, signature = SIGNED.split("-")
    later = f"{number}-{hour[:-1]}z-{signature}"
    assert standing(later, GRANT, SECRET, NOW) is Standing.FOREIGN


@pytest.mark.parametrize(("after", "found"), [(timedelta(hours=71), Standing.GOOD), (GOOD_FOR, Standing.GOOD),
                                              (timedelta(hours=73), Standing.EXPIRED)])  # fmt: skip
def test_a_token_expires_after_72_hours(after: timedelta, found: Standing) -> None:
    assert standing(SIGNED, GRANT, SECRET, NOW + after) is found


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert standing(text, GRANT, SECRET, NOW) is Standing.FOREIGN


@given(
    st.sampled_from(Verb),
    st.from_regex(r"[^\s]{1,40}", fullmatch=True),
    st.integers(0, 999_999_999),
    st.binary(min_size=1),
)
def test_every_token_is_good_by_its_own_key_only_and_found_in_a_line(
    verb: Verb, target: str, number: int, secret: bytes
) -> None:
    grant = Grant("a@example.org", verb, target, number)
    text = token(grant, secret, NOW)
    assert standing(text, grant, secret, NOW) is Standing.GOOD
    assert standing(text, grant, secret + b"x", NOW) is Standing.FOREIGN
    found = TOKEN.search(f"Re: {text} （补充）")
    assert found is not None
    assert found[0] == text
