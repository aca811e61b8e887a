"""A stamped scan of the form: what it says is a person's to confirm, or the typed form's."""

import io
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageDraw, ImageFont

from mailbot.ocr.scan import can_see
from tests.journeys.clerk import FUTURE, attention, clips, codes, command, entry, films, our_id, post, seen, table, text
from tests.journeys.material import mail
from tests.journeys.stage import Stage

FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FIRST: Final = "GYQG-2024-0001"
WIDTHS: Final = (330, 560, 260, 200, 300)
HEADS: Final = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")

pytestmark = pytest.mark.skipif(not can_see() or not FONT.exists(), reason="the extra `ocr` or a font is not there")


def scan(*titles: str, unit: str = "云岭重工有限公司") -> tuple[str, bytes]:
    """The filled form as a scanner gives it: a picture."""
    page = Image.new("RGB", (1754, 1240), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 34)
    pen.text((760, 60), "推荐汇总表", font=font, fill="black")
    pen.text((60, 140), f"单位名称：{unit}", font=font, fill="black")
    pen.text((60, 200), "推荐单位联系人及联系方式：陈晓岚 010-88880000", font=font, fill="black")
    rows = [HEADS, *((title, "☑数智赋能 □高端升级", "", "王一鸣", "13800000001") for title in titles)]
    for line, row in enumerate(rows):
        left = 50
        for width, cell in zip(WIDTHS, row, strict=True):
            top = 280 + line * 90
            pen.rectangle((left, top, left + width, top + 90), outline="black", width=3)
            pen.text((left + 12, top + 20), cell, font=font, fill="black")
            left += width
    out = io.BytesIO()
    page.save(out, "JPEG", quality=90)
    return "推荐汇总表（盖章扫描件）.jpg", out.getvalue()


def test_a_scan_beside_a_good_film_waits_for_a_person(stage: Stage) -> None:
    stage.receive(mail(scan(FUTURE), *clips("智造未来.mp4")))
    assert [status for _, _, status in stage.entries()] == ["review"], seen(stage)
    assert "form-scanned" in codes(stage), seen(stage)
    assert attention(stage)
    assert films(stage)[FUTURE] == "智造未来.mp4", seen(stage)
    assert "没有找到推荐汇总表" not in text(stage), text(stage)


def test_a_person_confirms_a_scan(stage: Stage) -> None:
    stage.receive(mail(scan(FUTURE), *clips("智造未来.mp4")))
    command(stage, "accept", FIRST)
    post(stage)
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)
    assert not attention(stage), seen(stage)
    assert "需人工核对" not in text(stage), text(stage)


def test_the_typed_form_in_the_next_mail_settles_a_scan(stage: Stage) -> None:
    stage.receive(mail(scan(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE), subject="Word版推荐表", answers=our_id(stage)))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_the_typed_form_beside_its_stamped_scan_is_one_form(stage: Stage) -> None:
    stage.receive(mail(scan(FUTURE), table(FUTURE), *clips("智造未来.mp4")))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)


def test_a_stamped_scan_that_follows_the_typed_form_changes_nothing(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(scan(FUTURE), subject="补充盖章扫描件", answers=our_id(stage)))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)
    assert entry(stage, FUTURE)["phone"] == "13800000001"


def test_a_photo_of_the_workshop_beside_the_form_is_no_form(stage: Stage) -> None:
    out = io.BytesIO()
    Image.effect_noise((1200, 800), 60).convert("RGB").save(out, "JPEG")
    stage.receive(mail(table(FUTURE), ("车间照片.jpg", out.getvalue()), *clips("智造未来.mp4")))
    assert stage.entries() == [(FIRST, FUTURE, "accepted")], seen(stage)
    assert "车间照片" not in text(stage), text(stage)
