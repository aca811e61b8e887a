"""Addresses that QR codes on a picture say. Needs the extra `qr`; without it no code is seen."""

import re
from collections.abc import Iterator
from typing import Any

from mailbot.layout.glyphs import Rectangle


def addresses_in(picture: Any) -> Iterator[tuple[str, Rectangle]]:  # noqa: ANN401 - a PIL image or an array
    """Each address and where its code lies, pixels.

    Args:
        picture: in grey.
    """
    try:
        import zxingcpp  # noqa: PLC0415 - an extra
    except ImportError:
        return
    for code in zxingcpp.read_barcodes(picture):
        text, at = str(code.text).strip(), code.position
        corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
        across, down = [corner.x for corner in corners], [corner.y for corner in corners]
        if re.match(r"https?://\S+$", text, re.IGNORECASE):
            yield text, Rectangle(min(across), min(down), max(across), max(down))
