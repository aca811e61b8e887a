"""Signed orders: forged, altered, replayed, wrapped by mail programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.digest.tokens import Order, Verb, read, subject

SECRET = b"0123456789abcdef0123456789abcdef"
ORDER = Order(Verb.ACCEPT, "GYQG-2024-0001", 3)
SIGNED = subject(ORDER, SECRET)
SIGNATURE = SIGNED.rpartition("-")[2]


@pytest.mark.parametrize("wrapped", ["{}", "Re: {}", "转发：{}", "{} （补充说明）"])
def test_a_signed_order_is_read_back(wrapped: str) -> None:
    assert read(wrapped.format(SIGNED), SECRET) == ORDER


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "accept GYQG-2024-0001",
        f"[mailbot] reject GYQG-2024-0001 3-{SIGNATURE}",
        f"[mailbot] accept GYQG-2024-0002 3-{SIGNATURE}",
        f"[mailbot] accept GYQG-2024-0001 4-{SIGNATURE}",
        f"[mailbot] withdraw GYQG-2024-0001 3-{SIGNATURE}",
        f"[mailbot] accept GYQG-2024-0001 3-{'0' * 32}",
        f"[mailbot] accept GYQG-2024-0001 3-{SIGNATURE[:-1]}",
        f"[mailbot] accept GYQG-2024-0001 3-{SIGNATURE.upper()}",
    ],
)
def test_a_forged_or_altered_order_is_none(forged: str) -> None:
    assert read(forged, SECRET) is None


def test_another_mailbots_order_is_none() -> None:
    assert read(SIGNED, b"another secret") is None


@given(st.text())
def test_no_subject_raises(text: str) -> None:
    assert read(text, SECRET) is None


@given(
    st.sampled_from(Verb),
    st.from_regex(r"[^\s]{1,40}", fullmatch=True),
    st.integers(0, 999_999_999),
    st.binary(min_size=1),
)
def test_every_order_is_read_back_by_its_own_key_only(verb: Verb, number: str, version: int, secret: bytes) -> None:
    order = Order(verb, number, version)
    assert read(subject(order, secret), secret) == order
    assert read(subject(order, secret), secret + b"x") is None
