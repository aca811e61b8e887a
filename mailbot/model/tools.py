"""Foreign programs that mailbot starts. `[tools]` in the config."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tools:
    """`[tools]`: a name on the PATH, or an absolute path.

    Attributes:
        ffprobe: reads a video's facts.
        ffmpeg: decodes frames.
    """

    ffprobe: str = "ffprobe"
    ffmpeg: str = "ffmpeg"
