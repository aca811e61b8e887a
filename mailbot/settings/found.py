"""Where the configuration is, and what comes with mailbot: asked by every command, so nothing else is imported here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mailbot.model.errors import ConfigError

DEFAULT_FILE: Final = "config.toml"
EXAMPLE: Final = "config.example.toml"
ROSTER_EXAMPLE: Final = "units.example.csv"
FOLDER: Final = "templates"


def find_config(named: str | None, environment: Mapping[str, str]) -> Path:
    """Which file to read: `--config`, else ./config.toml, else $MAILBOT_CONFIG.

    Raises:
        ConfigError: there is none.
    """
    if named is not None:
        candidates = [Path(named)]
    else:
        candidates = [
            Path(DEFAULT_FILE),
            *([Path(environment["MAILBOT_CONFIG"])] if "MAILBOT_CONFIG" in environment else []),
        ]
    for candidate in candidates:
        if candidate.is_file():
            return candidate.absolute()
    raise ConfigError(
        f"{candidates[0]}: no such file. Run 'mailbot init' to write one here, "
        "name one with --config FILE, or set MAILBOT_CONFIG."
    )


def example_config() -> Path:
    """The example configuration that comes with mailbot."""
    return _example(EXAMPLE)


def example_roster() -> Path:
    """The example of a roster of units that comes with mailbot."""
    return _example(ROSTER_EXAMPLE)


def _example(name: str) -> Path:
    """A file in the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / name
    return inside if inside.is_file() else package.parent / name


def packaged_templates() -> Path:
    """The templates that come with mailbot: in the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / FOLDER
    return inside if inside.is_dir() else package.parent / FOLDER
