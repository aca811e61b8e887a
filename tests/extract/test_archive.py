"""Archives give their members under the names their senders saw, and nothing worse."""

import base64
import gzip
import io
import locale
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import libarchive
import pytest

from mailbot.extract.archive import Unpacked, unpack
from mailbot.extract.kind import file_type
from mailbot.model.filetype import FileType
from mailbot.model.finding import Code
from mailbot.model.limits import MIB, Bounds, Limits
from mailbot.sandbox import Readers
from mailbot.store import Store
from tests.make.archives import compound, encrypted_zip, msg, rar3, rar5

FORM = "推荐汇总表.docx"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(Bounds(20, 20, 1024 * MIB), 1, ["mailbot.extract.opening"], written_bytes=1024 * MIB) as pool:
        yield pool


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def gbk_zip(name: str, content: bytes) -> bytes:
    """A zip as Windows and WinRAR in China write it: GBK names, no UTF-8 flag."""
    raw = name.encode("gbk")
    placeholder = "N" * len(raw)
    return zipped({placeholder: content}).replace(placeholder.encode(), raw)


def tarred(members: list[tarfile.TarInfo], content: bytes = b"x", mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for member in members:
            member.size = len(content) if member.isfile() else 0
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class Bench:
    def __init__(self, folder: Path, readers: Readers) -> None:
        self.store = Store(folder / "store")
        self.folder = folder
        self.readers = readers

    def open(self, content: bytes, limits: Limits | None = None) -> Unpacked:
        path = self.folder / "packed.bin"
        path.write_bytes(content)
        return unpack(path, file_type(path), self.store, limits or Limits(), self.readers)


@pytest.fixture
def bench(tmp_path: Path, readers: Readers) -> Bench:
    return Bench(tmp_path, readers)


def names(unpacked: Unpacked) -> list[str]:
    return [member.filename for member in unpacked.members]


def codes(unpacked: Unpacked) -> list[tuple[str, object]]:
    return [
        (finding.code.value, finding.details.get("reason", finding.details.get("limit")))
        for finding in unpacked.findings
    ]


def test_a_zip_with_utf8_names_gives_its_members(bench: Bench) -> None:
    unpacked = bench.open(zipped({f"某公司/{FORM}": b"form", "智造未来.mp4": b"film"}))
    assert names(unpacked) == [f"某公司/{FORM}", "智造未来.mp4"]
    assert bench.store.path(unpacked.members[1].sha256).read_bytes() == b"film"
    assert unpacked.findings == ()


def test_a_zip_with_gbk_names_is_read_as_its_sender_saw_it(bench: Bench) -> None:
    assert names(bench.open(gbk_zip(FORM, b"form"))) == [FORM]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_opened_whatever_it_is_packed_with(bench: Bench, mode: str) -> None:
    assert names(bench.open(tarred([tarfile.TarInfo(FORM)], mode=mode))) == [FORM]


def test_a_single_gzipped_file_is_its_own_member(bench: Bench) -> None:
    unpacked = bench.open(gzip.compress(b"film"))
    assert [member.size for member in unpacked.members] == [4]


def test_a_7z_gives_its_members(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "made.7z"
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")  # the writer needs it too
    with libarchive.file_writer(str(path), "7zip") as archive:
        archive.add_file_from_memory(f"某公司/{FORM}", 4, b"form")
    unpacked = bench.open(path.read_bytes())
    assert names(unpacked) == [f"某公司/{FORM}"]
    assert bench.store.path(unpacked.members[0].sha256).read_bytes() == b"form"


def test_an_archive_in_an_archive_is_opened_once(bench: Bench) -> None:
    deepest = zipped({"c.txt": b"c"})
    unpacked = bench.open(zipped({"b.zip": zipped({"a.mp4": b"film", "d.zip": deepest})}))
    assert [(m.filename, m.inside) for m in unpacked.members] == [
        ("b.zip", ()),
        ("a.mp4", ("b.zip",)),
        ("d.zip", ("b.zip",)),
    ]
    assert codes(unpacked) == [("part-too-large", "depth")]


def test_a_mail_in_an_archive_gives_its_files(bench: Bench) -> None:
    mail = (
        b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pdf; name="form.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n'
    )
    unpacked = bench.open(zipped({"转发.eml": mail}))
    assert names(unpacked) == ["转发.eml", "form.pdf"]
    assert bench.store.path(unpacked.members[1].sha256).read_bytes() == b"%PDF-"


def test_a_password_is_told_and_the_rest_is_read(bench: Bench) -> None:
    unpacked = bench.open(encrypted_zip(b"secret.mp4"))
    assert unpacked.findings[0].code is Code.PART_ENCRYPTED
    assert names(unpacked) == []


def test_too_many_members_end_the_reading(bench: Bench) -> None:
    limits = replace(Limits(), archive_members=2)
    unpacked = bench.open(zipped({f"{n}.txt": b"x" for n in range(5)}), limits)
    assert (len(unpacked.members), codes(unpacked)) == (2, [("part-too-large", "members")])


def test_a_total_over_the_limit_ends_the_reading(bench: Bench) -> None:
    limits = replace(Limits(), archive_total_mb=1)
    content = {"a.bin": bytes(range(256)) * 2048, "b.bin": bytes(range(256)) * 4096}
    unpacked = bench.open(zipped(content, zipfile.ZIP_STORED), limits)
    assert (names(unpacked), codes(unpacked)) == (["a.bin"], [("part-too-large", "total")])


def test_a_bomb_is_stopped_and_leaves_nothing(bench: Bench) -> None:
    unpacked = bench.open(zipped({"bomb.mp4": bytes(40 * MIB)}))
    assert (unpacked.members, codes(unpacked)) == ((), [("part-unsafe", "bomb")])


def test_a_path_that_leaves_its_folder_is_refused(bench: Bench) -> None:
    unpacked = bench.open(tarred([tarfile.TarInfo("../../etc/x.mp4"), tarfile.TarInfo("/root/y.mp4")]))
    assert (names(unpacked), codes(unpacked)) == (["root/y.mp4"], [("part-unsafe", "path")])


def test_a_symlink_is_refused(bench: Bench) -> None:
    link = tarfile.TarInfo("up")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    unpacked = bench.open(tarred([link, tarfile.TarInfo("up/file.mp4")]))
    assert (names(unpacked), codes(unpacked)) == (["up/file.mp4"], [("part-unsafe", "link")])
    assert not (bench.folder / "up").exists()


def test_what_macos_leaves_beside_the_files_is_left_out(bench: Bench) -> None:
    packed = zipped({"a.mp4": b"film", "__MACOSX/._a.mp4": b"x", ".DS_Store": b"x", "b/._c": b"x"})
    assert names(bench.open(packed)) == ["a.mp4"]


def test_a_cut_archive_gives_what_is_whole(bench: Bench) -> None:
    content = {"a.txt": b"a" * 100, "b.bin": bytes(range(256)) * 400}
    unpacked = bench.open(zipped(content, zipfile.ZIP_STORED)[:5000])
    assert "a.txt" in names(unpacked)
    assert codes(unpacked) == [("part-unsafe", "broken")]


def test_noise_with_an_archives_magic_is_a_finding(bench: Bench) -> None:
    for magic in (b"Rar!\x1a\x07\x01\0", b"7z\xbc\xaf\x27\x1c\0\x04", b"\x1f\x8b\x08\0"):
        unpacked = bench.open(magic + bytes(range(200)))
        assert codes(unpacked) == [("part-unsafe", "broken")], magic


def contents(bench: Bench, unpacked: Unpacked) -> dict[str, bytes]:
    return {member.filename: bench.store.path(member.sha256).read_bytes() for member in unpacked.members}


def test_a_rar_5_gives_its_members(bench: Bench) -> None:
    members = {f"某公司/{FORM}": b"form", "智造未来.mp4": bytes(range(256)) * 40}
    unpacked = bench.open(rar5(members))
    assert (contents(bench, unpacked), unpacked.findings) == (members, ())


def test_a_rar_3_with_gbk_names_is_read_as_its_sender_saw_it(bench: Bench) -> None:
    unpacked = bench.open(rar3({FORM.encode("gbk"): b"form", "某公司\\智造未来.mp4".encode("gbk"): b"film"}))
    assert contents(bench, unpacked) == {FORM: b"form", "某公司/智造未来.mp4": b"film"}


def test_equal_files_that_winrar_keeps_as_references_are_all_there(bench: Bench) -> None:
    unpacked = bench.open(rar5({"a.mp4": b"film"}, {"终版/a.mp4": "a.mp4"}))
    assert contents(bench, unpacked) == {"a.mp4": b"film", "终版/a.mp4": b"film"}


def test_a_hard_link_in_a_tar_is_the_file_it_links_to(bench: Bench) -> None:
    link = tarfile.TarInfo("b.mp4")
    link.type, link.linkname = tarfile.LNKTYPE, "a.mp4"
    dangling = tarfile.TarInfo("c.mp4")
    dangling.type, dangling.linkname = tarfile.LNKTYPE, "../../etc/passwd"
    unpacked = bench.open(tarred([tarfile.TarInfo("a.mp4"), link, dangling], b"film"))
    assert contents(bench, unpacked) == {"a.mp4": b"film", "b.mp4": b"film"}
    assert codes(unpacked) == [("part-unsafe", "broken")]


def test_a_rar_3_that_nobody_here_can_unpack_is_not_called_broken(bench: Bench) -> None:
    unpacked = bench.open(rar3({b"a.mp4": b"film", b"b.mp4": b"film"}, solid=True))
    assert (names(unpacked), codes(unpacked)) == (["a.mp4"], [("part-unsafe", "unsupported")])


@pytest.mark.parametrize("packed", [rar5({}), rar5({}, volume=4), zipped({}), zipped({"__MACOSX/._a": b"x"})])
def test_an_archive_without_a_file_says_so(bench: Bench, packed: bytes) -> None:
    assert codes(bench.open(packed)) == [("part-unsafe", "empty")]


def test_a_rar_cut_in_its_middle_is_told(bench: Bench) -> None:
    packed = rar5({"a.txt": b"a" * 100, "b.mp4": bytes(range(256)) * 400})
    unpacked = bench.open(packed[:5000])
    assert names(unpacked) == ["a.txt"]
    assert codes(unpacked) == [("part-unsafe", "broken")]


def test_a_mail_that_outlook_saved_gives_its_files_and_those_of_mails_in_it(bench: Bench) -> None:
    big = bytes(range(256)) * 64
    inner = msg("企业来信", {FORM: b"form", "智造未来.mp4": big}, "请查收".encode("utf-16-le"))
    outer = msg("转报", {"说明.txt": b"note", "企业来信": inner}, "见附件".encode("gbk"), wide=False)
    unpacked = bench.open(compound(outer))
    assert contents(bench, unpacked) == {
        "说明.txt": b"note",
        f"企业来信/{FORM}": b"form",
        "企业来信/智造未来.mp4": big,
        "企业来信/body.txt": "请查收".encode(),
        "body.txt": "见附件".encode("gbk"),
    }
    assert unpacked.findings == ()


def test_an_outlook_mail_cut_short_is_told(bench: Bench) -> None:
    packed = compound(msg("转报", {"智造未来.mp4": bytes(range(256)) * 64}))
    unpacked = bench.open(packed[:8192])
    assert ("part-unsafe", "broken") in codes(unpacked)


def test_a_mail_in_an_archive_keeps_names_however_they_are_written(bench: Bench) -> None:
    def part(name: bytes) -> bytes:
        head = b'--b\r\nContent-Type: application/octet-stream; name="' + name + b'"\r\n'
        return head + b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n"

    words = [b"=?gb2312?B?" + base64.b64encode("镕喆.pdf".encode("gbk")) + b"?=", "推荐表.pdf".encode("gbk")]
    words += ["绿色.pdf".encode(), b"=?x-nothing?Q?plain=2Epdf?="]
    mail = b"From: a@example.com\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    unpacked = bench.open(zipped({"转发.eml": mail + b"".join(map(part, words)) + b"--b--\r\n"}))
    assert names(unpacked) == ["转发.eml", "镕喆.pdf", "推荐表.pdf", "绿色.pdf", "plain.pdf"]
    assert unpacked.findings == ()


def tnef(title: bytes, data: bytes) -> bytes:
    """A winmail.dat with one attachment (MS-OXTNEF 2.1.3)."""

    def attribute(level: int, number: int, content: bytes) -> bytes:
        return struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)

    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
        + attribute(1, 0x00069007, struct.pack("<II", 936, 0))
        + attribute(2, 0x00069002, bytes(14))
        + attribute(2, 0x00018010, title + b"\0")
        + attribute(2, 0x0006800F, data)
    )


def test_winmail_dat_gives_its_attachments_with_gbk_names(bench: Bench) -> None:
    unpacked = bench.open(tnef(FORM.encode("gbk"), b"form"))
    assert names(unpacked) == [FORM]
    assert bench.store.path(unpacked.members[0].sha256).read_bytes() == b"form"


def test_a_type_that_is_no_archive_gives_nothing(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"plain")
    assert unpack(path, FileType.TEXT, bench.store, Limits(), bench.readers).members == ()
