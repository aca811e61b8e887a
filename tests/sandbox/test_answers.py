"""What a child's answer may hold."""

import os
import pickle
from collections.abc import Callable

import pytest

from mailbot.model.mail import Address, Triage
from mailbot.sandbox.answers import Untrusted, unpickled

PACKAGES = frozenset({"mailbot"})


class Reduced:
    """Pickled as a call, as a child that was taken over might write it."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


@pytest.mark.parametrize(
    "plain", [Triage.OWN, Address("a@example.org", "王"), {"a": [1, (2.0, None)]}, frozenset({"x"})]
)
def test_records_and_words_come_back_as_they_were(plain: object) -> None:
    assert unpickled(pickle.dumps(plain), PACKAGES) == plain


def test_a_word_as_older_pythons_pickle_it_is_one() -> None:
    assert unpickled(pickle.dumps(Reduced(getattr, Triage, "OWN")), PACKAGES) is Triage.OWN


@pytest.mark.parametrize(
    "call",
    [
        Reduced(getattr, Triage, "__class__"),
        Reduced(getattr, Triage, "mro"),
        Reduced(getattr, Address("a@example.org"), "addr"),
        Reduced(getattr, Reduced(getattr, Triage, "OWN"), "value"),
        Reduced(os.system, "true"),
        Reduced(eval, "1"),
        Reduced(__import__, "os"),
    ],
)
def test_nothing_in_an_answer_is_called(call: Reduced) -> None:
    with pytest.raises(Untrusted):
        unpickled(pickle.dumps(call), PACKAGES)


@pytest.mark.parametrize("broken", [b"", b"no pickle", pickle.dumps([1])[:-1]])
def test_what_is_no_pickle_is_refused(broken: bytes) -> None:
    with pytest.raises(Untrusted):
        unpickled(broken, PACKAGES)
