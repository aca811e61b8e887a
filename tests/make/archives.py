"""RAR archives, Outlook's .msg files and a locked zip, written by hand: no free library writes them.

RAR: stored members only (RAR 5.0 archive format note; RAR 3 technote). .msg: MS-CFB and MS-OXMSG.
"""

import struct
import zlib
from dataclasses import dataclass, field


def encrypted_zip(name: bytes) -> bytes:
    """A stored member with the encryption bit set (APPNOTE 4.4.4)."""
    data = bytes(32)
    fields = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0, 0, len(data), 20, len(name), 0)
    local = b"PK\x03\x04" + fields + name + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)


# --- RAR 5 ---

FILE_COPY = 5


def _vint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 127
        out.append(low | (128 if number else 0))
        if not number:
            return bytes(out)


def _block5(fields: bytes, data: bytes = b"") -> bytes:
    header = _vint(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(header)) + header + data


def _file5(name: str, content: bytes, copy_of: str = "") -> bytes:
    extra = b""
    if copy_of:
        target = copy_of.encode()
        record = _vint(5) + _vint(FILE_COPY) + _vint(0) + _vint(len(target)) + target
        extra, content = _vint(len(record)) + record, b""
    raw = name.encode()
    fields = _vint(2) + _vint(2 | (1 if extra else 0)) + (_vint(len(extra)) if extra else b"") + _vint(len(content))
    fields += _vint(4) + _vint(len(content)) + _vint(0o100644) + struct.pack("<I", zlib.crc32(content))
    fields += _vint(0) + _vint(1) + _vint(len(raw)) + raw + extra
    return _block5(fields, content)


def rar5(members: dict[str, bytes], copies: dict[str, str] | None = None, *, volume: int = -1) -> bytes:
    """A RAR 5 archive.

    Args:
        members: stored, in their order.
        copies: names behind them -> the equal member that WinRAR keeps a reference to.
        volume: it calls itself this part of several; -1 for a whole one.
    """
    flags = _vint(0) if volume < 0 else _vint(1 | (2 if volume else 0)) + (_vint(volume) if volume else b"")
    out = b"Rar!\x1a\x07\x01\x00" + _block5(_vint(1) + _vint(0) + flags)
    out += b"".join(_file5(name, content) for name, content in members.items())
    out += b"".join(_file5(name, b"", target) for name, target in (copies or {}).items())
    return out + _block5(_vint(5) + _vint(0) + _vint(0))


# --- RAR 3 ---


def _block3(kind: int, flags: int, fields: bytes, data: bytes = b"") -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header + data


def rar3(members: dict[bytes, bytes], *, solid: bool = False) -> bytes:
    """A RAR 3 archive of stored members; names are bytes in the sender's code page.

    Args:
        members: names and contents.
        solid: every member but the first calls itself part of a solid stream.
    """
    out = b"Rar!\x1a\x07\x00" + _block3(0x73, 8 if solid else 0, bytes(6))
    for index, (name, content) in enumerate(members.items()):
        size = len(content)
        fields = struct.pack("<IIBIIBBHI", size, size, 2, zlib.crc32(content), 0x58E20000, 29, 0x30, len(name), 0x20)
        out += _block3(0x74, 0x8000 | (0x10 if solid and index else 0), fields + name, content)
    return out + _block3(0x7B, 0x4000, b"")


# --- Outlook's .msg ---

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = _FREE
    right: int = _FREE
    start: int = 0


@dataclass
class _House:
    entries: list[_Entry] = field(default_factory=lambda: [_Entry("Root Entry", 5)])
    sectors: list[bytes] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)

    def add(self, tree: Tree, parent: int) -> None:
        """Enter what is in a storage, brothers in a row."""
        last = _FREE
        for name, content in tree.items():
            self.entries.append(_Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1))
            this = len(self.entries) - 1
            if last == _FREE:
                self.entries[parent].child = this
            else:
                self.entries[last].right = this
            last = this
            if not isinstance(content, bytes):
                self.add(content, this)

    def store(self, content: bytes) -> int:
        """Put a stream into sectors of its own; the first one's number."""
        start, count = len(self.sectors), -(-len(content) // _SECTOR)
        padded = content.ljust(count * _SECTOR, b"\0")
        self.sectors += [padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR)]
        self.chain += [start + index + 1 for index in range(count - 1)] + [_END] * min(count, 1)
        return start if count else _END


def _table(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def compound(tree: Tree) -> bytes:
    """A compound file (MS-CFB version 3) of storages (dicts) and streams (bytes)."""
    house = _House()
    house.add(tree, 0)
    mini = b""
    mini_chain: list[int] = []
    for entry in house.entries[1:]:
        if entry.kind != 2:
            continue
        if len(entry.content) >= _CUTOFF:
            entry.start = house.store(entry.content)
            continue
        count = -(-len(entry.content) // _MINI)
        first = len(mini_chain)
        entry.start = first if count else _END
        mini += entry.content.ljust(count * _MINI, b"\0")
        mini_chain += [first + index + 1 for index in range(count - 1)] + [_END] * min(count, 1)
    root = house.entries[0]
    root.content, root.start = mini, house.store(mini)
    mini_fat = house.store(_table(mini_chain + [_FREE] * (-len(mini_chain) % 128)))
    directory = house.store(b"".join(map(_directory, house.entries)))
    fat_sectors = 1
    while (len(house.sectors) + fat_sectors) > fat_sectors * 128:
        fat_sectors += 1
    fat_start = len(house.sectors)
    chain = house.chain + [_FAT] * fat_sectors
    chain += [_FREE] * (fat_sectors * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIII", 0, fat_sectors, directory, 0, _CUTOFF)
    header += struct.pack("<IIII", mini_fat, -(-len(mini_chain) // 128), _END, 0)
    header += _table([*range(fat_start, fat_start + fat_sectors), *[_FREE] * (109 - fat_sectors)])
    return header + b"".join(house.sectors) + _table(chain)


def _directory(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    out = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry.kind, 1)
    out += struct.pack("<III", _FREE, entry.right, entry.child) + bytes(36)
    return out + struct.pack("<IQ", entry.start, len(entry.content))


def msg(subject: str, files: dict[str, "bytes | Tree"], body: bytes = b"", *, wide: bool = True) -> Tree:
    """A mail as Outlook saves it, for `compound`; a file that is such a tree itself is a forwarded mail.

    Args:
        subject: its.
        files: names and contents.
        body: as it stands in the file.
        wide: the body is UTF-16, else in a code page that nothing names.
    """
    tree: Tree = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        f"__substg1.0_1000001{'F' if wide else 'E'}": body,
    }
    for index, (name, content) in enumerate(files.items()):
        data = "__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"
        named = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le"), data: content}
        tree[f"__attach_version1.0_#{index:08X}"] = named
    return tree
