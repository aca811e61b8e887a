"""A page of running text is told from a form by where its lines are and by a few of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from mailbot.ocr.scan import can_see

THEMES = ("高端升级", "数智赋能", "绿色低碳")
WIDE, HIGH = 1000, 1400
pytestmark = pytest.mark.skipif(not can_see(), reason="the extra `ocr` is not installed: pip install mailbot[ocr]")


class Reading:
    """An engine that reads the same in every line."""

    def __init__(self, text: str, score: float = 0.95) -> None:
        self.text, self.score = text, score

    def __call__(self, _part: object, **_how: bool) -> SimpleNamespace:
        return SimpleNamespace(txts=(self.text,), scores=(self.score,))


def lines(count: int, width: int) -> list[list[list[float]]]:
    return [
        [[50, top], [50 + width, top], [50 + width, top + 20], [50, top + 20]] for top in range(20, 20 + 30 * count, 30)
    ]


@pytest.mark.parametrize(
    ("width", "text", "score", "running"),
    [
        (800, "本单位郑重承诺作品为原创", 0.95, True),
        (150, "本单位郑重承诺作品为原创", 0.95, False),  # cells
        (800, "短视频推荐汇总表", 0.95, False),
        (800, "征选主题为高端升级", 0.95, False),
        (800, "本单位郑重承诺作品为原创", 0.5, False),  # on its head, perhaps
    ],
)
def test_running_text_is_told_by_a_few_lines(width: int, text: str, score: float, *, running: bool) -> None:
    from mailbot.ocr.glance import is_running_text  # noqa: PLC0415 - needs the extra

    page = np.full((HIGH, WIDE), 255, np.uint8)
    assert is_running_text(Reading(text, score), page, lines(30, width), 1.0, THEMES) is running
