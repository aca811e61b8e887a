"""The spool: whole or not at all, whatever came before."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model.errors import MailboxError, TemporaryError
from mailbot.model.mail import MailRef
from mailbot.spool import HEAD, OVERLAP, MailTooLarge, NotWhole, Spool

REF = MailRef("box", "INBOX", 1, 7, datetime(2024, 7, 1, tzinfo=UTC))
MAIL = bytes(range(256)) * 1000

Read = Callable[[MailRef, int], Iterator[bytes]]


def giving(raw: bytes, *, cut_after: int | None = None, asked: list[int] | None = None) -> Read:
    """A source that gives this mail in blocks of 10 kB, and breaks after so many of them."""

    def read(_ref: MailRef, offset: int) -> Iterator[bytes]:
        if asked is not None:
            asked.append(offset)
        for number, start in enumerate(range(offset, len(raw), 10_000)):
            if number == cut_after:
                raise MailboxError("cut")
            yield raw[start : min(start + 10_000, len(raw))]
        if cut_after is not None and cut_after * 10_000 >= len(raw) - offset:
            raise MailboxError("cut")

    return read


def kept(spool: Spool, sha256: str) -> bytes:
    return spool.path(sha256).read_bytes()


def partials(spool: Spool) -> list[Path]:
    return list((spool.root / "partial").iterdir())


def test_a_mail_lies_under_its_hash_and_no_partial_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    raw = spool.keep(giving(MAIL), REF)
    assert (raw.sha256, raw.size) == (hashlib.sha256(MAIL).hexdigest(), len(MAIL))
    assert kept(spool, raw.sha256) == MAIL
    assert partials(spool) == []


def test_a_fetch_cut_short_goes_on_near_its_offset(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    asked: list[int] = []
    for _ in range(2):
        with pytest.raises(MailboxError):
            spool.keep(giving(MAIL, cut_after=12, asked=asked), REF)
    assert kept(spool, spool.keep(giving(MAIL, asked=asked), REF).sha256) == MAIL
    assert asked[0] == 0
    assert asked[1] == 120_000 - OVERLAP
    assert asked[2] > asked[1]


def test_a_mail_cut_right_at_its_end_is_not_taken_twice(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(MailboxError):
        spool.keep(giving(MAIL, cut_after=26), REF)
    assert partials(spool)[0].stat().st_size == len(MAIL)
    assert kept(spool, spool.keep(giving(MAIL), REF).sha256) == MAIL


@pytest.mark.parametrize("other", [b"another mail\r\n", MAIL[:100_000], MAIL[:150_000] + b"!" + MAIL[150_001:]])
def test_what_an_earlier_try_left_of_another_mail_is_dropped(tmp_path: Path, other: bytes) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(MailboxError):
        spool.keep(giving(MAIL, cut_after=20), REF)
    assert kept(spool, spool.keep(giving(other), REF).sha256) == other


def test_a_mail_over_the_limit_keeps_its_head_and_says_so(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    endless = (b"x" * 100_000 for _ in iter(int, 1))
    with pytest.raises(MailTooLarge, match=r"limits\.mail_mb") as refusal:
        spool.keep(lambda _ref, _offset: endless, REF, limit=3_000_000)
    assert refusal.value.head.size == HEAD
    assert kept(spool, refusal.value.head.sha256) == b"x" * HEAD
    assert partials(spool) == []


def test_a_mail_of_just_the_limit_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    assert spool.keep(giving(MAIL), REF, limit=len(MAIL)).size == len(MAIL)
    with pytest.raises(MailTooLarge):
        spool.keep(giving(MAIL), REF, limit=len(MAIL) - 1)


@pytest.mark.parametrize("came", [b"", MAIL[:-1], MAIL + b"!"])
def test_a_mail_that_is_empty_or_of_another_size_than_stated_is_not_kept(tmp_path: Path, came: bytes) -> None:
    spool = Spool(tmp_path)
    stated = replace(REF, size=len(MAIL))
    with pytest.raises(NotWhole) as doubt:
        spool.keep(giving(came), stated)
    assert doubt.value.came.size == len(came)
    assert partials(spool) == []
    assert kept(spool, spool.keep(giving(MAIL), stated).sha256) == MAIL


def test_the_same_bytes_a_second_time_are_whole_whatever_size_is_stated(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    stated = replace(REF, size=7)
    with pytest.raises(NotWhole) as doubt:
        spool.keep(giving(MAIL), stated)
    assert spool.keep(giving(MAIL), stated, confirmed=[doubt.value.came.sha256]) == doubt.value.came


def test_a_disk_that_takes_nothing_is_our_trouble(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    with pytest.raises(TemporaryError, match="data_dir"):
        Spool(tmp_path / "spool").keep(giving(MAIL), REF)


def test_a_forgotten_partial_is_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(MailboxError):
        spool.keep(giving(MAIL, cut_after=3), REF)
    spool.forget_partial(REF)
    spool.forget_partial(REF)
    assert partials(spool) == []


@given(mail=st.binary(min_size=1, max_size=300_000), cuts=st.lists(st.integers(0, 30), max_size=4))
def test_any_cuts_end_in_the_same_mail(mail: bytes, cuts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool") / os.urandom(4).hex())
    for cut in cuts:
        try:
            raw = spool.keep(giving(mail, cut_after=cut), REF)
        except MailboxError:
            continue
        assert kept(spool, raw.sha256) == mail
    assert kept(spool, spool.keep(giving(mail), REF).sha256) == mail
