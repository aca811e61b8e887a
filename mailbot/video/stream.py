"""ffprobe-python's stream objects, built from ffprobe's JSON.

The package's `FFProbe` is never called: it runs a shell without a time limit and reads a writer that tags can forge.
Its `FFStream` takes `key=value` lines, splits them at every `=` and lets the last one win; so values are folded to one
line without `=`, and what ffprobe measured comes after what the file says of itself.
"""

import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

# ffprobe-python 1.0.3 wants `pipes` for its `quote` alone; the module warns since Python 3.11 and is gone in 3.13
_OURS: Final = sys.modules.setdefault("pipes", shlex) is shlex
from ffprobe.exceptions import FFProbeError  # noqa: E402
from ffprobe.ffprobe import FFStream  # noqa: E402

if _OURS:
    del sys.modules["pipes"]

__all__ = ["FFProbeError", "FFStream", "build_stream"]

VALUE_CHARACTERS: Final = 1000
"""What is kept of one value: a title may be megabytes long."""


def build_stream(told: Mapping[str, Any]) -> FFStream:
    """One stream of ffprobe's JSON (`-show_streams`) as the package's object.

    Tags become `TAG:name`, dispositions `DISPOSITION:name`, as in ffprobe's default writer; `rotation` is taken from
    the display matrix in the side data (degrees counter-clockwise).
    """
    return FFStream([f"{_fold(key)}={_fold(value)}" for key, value in _pairs(told)])


def _pairs(told: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for prefix, group in (("TAG:", "tags"), ("DISPOSITION:", "disposition")):
        for key, value in told.get(group, {}).items():
            yield prefix + key, value
    for side in told.get("side_data_list", ()):
        if "rotation" in side:
            yield "rotation", side["rotation"]
    for key, value in told.items():
        if not isinstance(value, dict | list):
            yield key, value


def _fold(value: object) -> str:
    return " ".join(str(value)[:VALUE_CHARACTERS].replace("=", "＝").split())
