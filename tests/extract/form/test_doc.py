"""What an old .doc keeps outside its text: the state of a form field's check box ([MS-DOC] 2.9.78)."""

import struct

import pytest

from mailbot.extract.form.doc import _box

SPRMS = struct.pack("<HI", 0x6A03, 4)


def stream(result: int, default: int, name: str = "Check1") -> bytes:
    field = b"\xff\xff\xff\xff" + struct.pack("<HHHH", 1 | result << 2, 0, 20, len(name))
    field += name.encode("utf-16-le") + b"\0\0" + struct.pack("<H", default)
    return b"junk" + struct.pack("<IH", 0x44 + len(field), 0x44) + b"\0" * 62 + field


@pytest.mark.parametrize(
    ("result", "default", "mark"), [(1, 0, "☑"), (0, 1, "□"), (25, 1, "☑"), (25, 0, "□")]
)  # fmt: skip
def test_a_check_box(result: int, default: int, mark: str) -> None:
    assert _box(SPRMS, stream(result, default)) == mark


@pytest.mark.parametrize(("sprms", "data"), [(b"", stream(1, 0)), (SPRMS, b""), (SPRMS, b"\xff" * 30)])
def test_no_check_box(sprms: bytes, data: bytes) -> None:
    assert _box(sprms, data) == ""
