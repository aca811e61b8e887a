"""A stamped scan of the form: what it says is a person's to confirm, or the typed form's."""

import io
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from mailbot.ocr.scan import can_see
from tests.journeys.clerk import TABLE, attention, clips, codes, command, entry, films, our_id, post, seen, text
from tests.journeys.material import Work, form, mail
from tests.journeys.stage import Stage

SCAN: Final = Path(__file__).parents[1] / "samples" / "forms" / "scan.jpg"
BELOW: Final = 472
"""Pixels from the top of the sample to below its first work."""
TITLE: Final = "“芯”火相传"
FILM: Final = f"{TITLE}.mp4"
FIRST: Final = "GYQG-2024-0001"

pytestmark = pytest.mark.skipif(not can_see(), reason="the extra `ocr` is not installed")


@cache
def scan() -> tuple[str, bytes]:
    """The sample's stamped scan with its first work alone."""
    out = io.BytesIO()
    with Image.open(SCAN) as sample:
        sample.paste("white", (0, BELOW, *sample.size))
        sample.crop((0, 0, sample.width, BELOW + 60)).save(out, "JPEG", quality=90)
    return "推荐汇总表（盖章扫描件）.jpg", out.getvalue()


def typed() -> tuple[str, bytes]:
    """The same form, typed."""
    work = Work(TITLE, ("高端升级",), contact="王一鸣", phone="13800023000")
    return TABLE, form(work, unit="云岭市工业和信息化局")


def test_a_scan_beside_a_good_film_waits_for_a_person(stage: Stage) -> None:
    stage.receive(mail(scan(), *clips(FILM)))
    assert [status for _, _, status in stage.entries()] == ["review"], seen(stage)
    assert "form-scanned" in codes(stage), seen(stage)
    assert attention(stage)
    assert films(stage)[TITLE] == FILM, seen(stage)
    assert "没有找到推荐汇总表" not in text(stage), text(stage)


def test_a_person_confirms_a_scan(stage: Stage) -> None:
    stage.receive(mail(scan(), *clips(FILM)))
    command(stage, "accept", FIRST)
    post(stage)
    assert stage.entries() == [(FIRST, TITLE, "accepted")], seen(stage)
    assert not attention(stage), seen(stage)
    assert "需人工核对" not in text(stage), text(stage)


def test_the_typed_form_in_the_next_mail_settles_a_scan(stage: Stage) -> None:
    stage.receive(mail(scan(), *clips(FILM)))
    stage.receive(mail(typed(), subject="Word版推荐表", answers=our_id(stage)))
    assert stage.entries() == [(FIRST, TITLE, "accepted")], seen(stage)


def test_the_typed_form_beside_its_stamped_scan_is_one_form(stage: Stage) -> None:
    stage.receive(mail(scan(), typed(), *clips(FILM)))
    assert stage.entries() == [(FIRST, TITLE, "accepted")], seen(stage)


def test_a_stamped_scan_that_follows_the_typed_form_changes_nothing(stage: Stage) -> None:
    stage.receive(mail(typed(), *clips(FILM)))
    stage.receive(mail(scan(), subject="补充盖章扫描件", answers=our_id(stage)))
    assert stage.entries() == [(FIRST, TITLE, "accepted")], seen(stage)
    assert entry(stage, TITLE)["phone"] == "13800023000"


def test_a_photo_of_the_workshop_beside_the_form_is_no_form(stage: Stage) -> None:
    out = io.BytesIO()
    Image.effect_noise((1200, 800), 60).convert("RGB").save(out, "JPEG")
    stage.receive(mail(typed(), ("车间照片.jpg", out.getvalue()), *clips(FILM)))
    assert stage.entries() == [(FIRST, TITLE, "accepted")], seen(stage)
    assert "车间照片" not in text(stage), text(stage)
