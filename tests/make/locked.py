"""Old workbooks encrypted as Excel does it: RC4 with 40 bits over MD5 ([MS-OFFCRYPTO] 2.3.6, [MS-XLS] 2.2.10)."""

import hashlib
import struct

_FILEPASS, _BOUND = 0x2F, 0x85
_PLAIN = frozenset({0x809, _FILEPASS, 0xE1, 0xE2, 0x195, 0x196, 0x138})
"""Records that stay as they are."""
_SALT, _VERIFIER = bytes(range(16)), bytes(range(16, 32))
BLOCK = 1024


def encrypted(stream: bytes, password: str) -> bytes:
    """A workbook's stream, locked."""
    head = 4 + struct.unpack_from("<H", stream, 2)[0]
    verifier = _rc4(_key(password, 0), _VERIFIER + hashlib.md5(_VERIFIER).digest())  # noqa: S324 - the format's own
    lock = struct.pack("<5H", _FILEPASS, 54, 1, 1, 1) + _SALT + verifier
    whole = bytearray(stream[:head] + lock + stream[head:])
    mask = b"".join(_rc4(_key(password, block), bytes(BLOCK)) for block in range(len(whole) // BLOCK + 1))
    at = 0
    while at + 4 <= len(whole):
        code, size = struct.unpack_from("<HH", whole, at)
        start = at + 4
        if code == _BOUND:  # the place of a sheet, which moved, is not encrypted
            struct.pack_into("<I", whole, start, struct.unpack_from("<I", whole, start)[0] + len(lock))
            start += 4
        if code not in _PLAIN:
            for place in range(start, at + 4 + size):
                whole[place] ^= mask[place]
        at += 4 + size
    return bytes(whole)


def _key(password: str, block: int) -> bytes:
    first = hashlib.md5(password.encode("utf-16-le")).digest()[:5]  # noqa: S324
    second = hashlib.md5((first + _SALT) * 16).digest()[:5]  # noqa: S324
    return hashlib.md5(second + struct.pack("<I", block)).digest()  # noqa: S324


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    found, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        found.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(found)
