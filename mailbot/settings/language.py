"""What the commands may speak."""

from enum import StrEnum


class Language(StrEnum):
    """What the commands speak; what letters say is in the templates."""

    ZH = "zh"
    EN = "en"
