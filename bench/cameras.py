"""Works of one camera that never moves: a photograph, and what moves before it. For `bench/lookalikes.py`.

Two works a camera, on other days: the same place and the same kind of movement, at other moments.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

Draw = ImageDraw.ImageDraw
Movement = Callable[[Draw, float], None]
"""Draws what is there at a time, seconds."""

WORKS: Final = 2
SKIN: Final = (205, 170, 140)
NOISE: Final = 3.0
"""Grey levels of a sensor's noise."""


def people(random: np.random.Generator, size: tuple[int, int]) -> Movement:
    """Seven people who cross the picture."""
    width, height = size
    starts, lanes = random.uniform(-width, width, 7), random.uniform(0.35, 0.8, 7) * height
    speeds, tall = random.uniform(30, 90, 7) * random.choice([-1, 1], 7), random.uniform(0.06, 0.13, 7) * height
    colours = random.integers(0, 255, (7, 3))

    def draw(on: Draw, time: float) -> None:
        for start, y, speed, half, colour in zip(starts, lanes, speeds, tall, colours, strict=True):
            x = (start + speed * time) % (2 * width) - width / 2
            on.ellipse((x - half / 4, y - half, x + half / 4, y - half * 0.6), fill=SKIN)
            on.rectangle((x - half * 0.3, y - half * 0.6, x + half * 0.3, y + half * 0.6), fill=tuple(colour.tolist()))

    return draw


def speaker(random: np.random.Generator, size: tuple[int, int]) -> Movement:
    """One who speaks into the camera: a head that sways a little, a mouth, now and then a hand."""
    width, height = size
    phases, speeds, opens = random.uniform(0, 6, 5), random.uniform(0.2, 0.9, 5), random.choice([0.2, 0.8], 1000)

    def draw(on: Draw, time: float) -> None:
        sway = np.sin(speeds * time * np.array([2, 5, 3, 1, 4]) + phases)
        x, y, unit = width * (0.45 + 0.01 * sway[0] + 0.006 * sway[1]), height * (0.42 + 0.012 * sway[2]), height / 27
        on.rectangle((width * 0.28, height * 0.68, width * 0.62, height), fill=(40, 50, 90))
        on.ellipse((x - 4.5 * unit, y - 6 * unit, x + 4.5 * unit, y + 6 * unit), fill=SKIN)
        for eye in (x - 1.9 * unit, x + 1.9 * unit):
            on.ellipse((eye - 0.6 * unit, y - 1.5 * unit, eye + 0.6 * unit, y - 0.8 * unit), fill=(20, 20, 20))
        mouth = opens[int(time * 10) % len(opens)] * unit
        on.ellipse((x - 1.5 * unit, y + 2.8 * unit - mouth, x + 1.5 * unit, y + 2.8 * unit + mouth), fill=(120, 40, 40))
        if sway[3] > 0.6:  # now and then
            hand = 2 * unit * sway[4]
            left, top = width * 0.62 + hand, height * 0.6 + hand
            on.ellipse((left, top, left + 4 * unit, top + 4 * unit), fill=SKIN)

    return draw


def conveyor(random: np.random.Generator, size: tuple[int, int]) -> Movement:
    """A line on which bottles pass, each like the last one: nearly the same picture every two seconds."""
    width, height = size
    every, late = random.uniform(1.4, 2.6), random.uniform(-0.3, 0.3, 400)

    def draw(on: Draw, time: float) -> None:
        for number in range(-4, 400):
            x = (time - number * every - late[number]) * width / 5
            if -width / 10 < x < width * 1.1:
                on.rectangle((x - width / 27, height * 0.55, x + width / 27, height * 0.8), fill=(190, 190, 200))
                on.rectangle((x - width / 60, height * 0.48, x + width / 60, height * 0.55), fill=(60, 90, 60))

    return draw


MOVEMENTS: Final[Mapping[str, Callable[[np.random.Generator, tuple[int, int]], Movement]]] = {
    "people": people,
    "speaker": speaker,
    "conveyor": conveyor,
}


def frames(kind: str, work: int, photo: Path, size: tuple[int, int], rate: int, seconds: int) -> Iterator[bytes]:
    """One work's frames, RGB; the light changes a little from end to end."""
    with Image.open(photo) as opened:
        place = opened.convert("RGB").resize(size)
    random = np.random.default_rng(100 * work + list(MOVEMENTS).index(kind))
    draw, light = MOVEMENTS[kind](random, size), random.uniform(-0.06, 0.06)
    for number in range(rate * seconds):
        picture = place.copy()
        draw(ImageDraw.Draw(picture), number / rate)
        lit = np.asarray(picture, np.float32) * (1 + light * number / (rate * seconds))
        noise = random.normal(0, NOISE, (size[1], size[0], 1)).astype(np.float32)
        yield np.clip(lit + noise, 0, 255).astype(np.uint8).tobytes()
