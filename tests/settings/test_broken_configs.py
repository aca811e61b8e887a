"""Each broken configuration of tests/configs is refused with every error, its key and its cure.

A line `#! key: what is wrong` in such a file is an error that must be told, and there are no others.
"""

from pathlib import Path
from typing import Final

import pytest

from mailbot.model.errors import ConfigError
from mailbot.settings.loading import load

CONFIGS: Final = sorted((Path(__file__).parent.parent / "configs").glob("*.toml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_broken_config_is_refused_with_file_key_and_cure(path: Path) -> None:
    expected = [line[3:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#! ")]
    with pytest.raises(ConfigError) as refused:
        load(path, {})
    told = str(refused.value).splitlines()
    assert len(told) == len(expected), told
    for error in expected:
        (match,) = [line for line in told if error in line]
        assert match.startswith(str(path.parent)), "it names the file"
        assert match.endswith("."), "it ends with the cure"
        assert "48151623" not in match, "no secret is shown"


def test_there_are_broken_configs() -> None:
    assert len(CONFIGS) > 30
