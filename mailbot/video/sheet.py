"""The contact sheet: a few stills of a film with their times, one small JPEG."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from mailbot.video.stills import Still

TILES: Final = 6
COLUMNS: Final = 3
TILE: Final = 240
"""Pixels of a tile's longer side."""
GAP: Final = 4
CAPTION: Final = 12
"""Height of a caption's letters, pixels."""
QUALITY: Final = 70


def contact_sheet(stills: Sequence[Still]) -> bytes:
    """A JPEG of six stills spread over the film, each with its time; no stills, no bytes."""
    chosen = spread(stills)
    if not chosen:
        return b""
    tiles = [_tile(still) for still in chosen]
    width, height = tiles[0].size
    columns = min(COLUMNS, len(tiles)) if width >= height else len(tiles)
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), "white")
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def spread(stills: Sequence[Still]) -> list[Still]:
    """Six of them, the middle ones of six equal parts."""
    if len(stills) <= TILES:
        return list(stills)
    return [stills[int((number + 0.5) * len(stills) / TILES)] for number in range(TILES)]


def stamp(seconds: float) -> str:
    """A time as a person reads it: `1:05`."""
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    return f"{minutes}:{rest:02d}"


def _tile(still: Still) -> Image.Image:
    tile = Image.fromarray(still.pixels)
    tile.thumbnail((TILE, TILE))
    pen = ImageDraw.Draw(tile)
    font = ImageFont.load_default(CAPTION)
    left, top, right, bottom = pen.textbbox((4, tile.height - CAPTION - 5), stamp(still.time), font)
    pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), fill="black")
    pen.text((4, tile.height - CAPTION - 5), stamp(still.time), fill="white", font=font)
    return tile
