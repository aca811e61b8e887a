"""Files that programs send beside files, and files that only call themselves the form."""

import pytest

from mailbot.extract.works import _calls_itself_form, _is_litter
from mailbot.model.filetype import FileType
from mailbot.model.mail import Part, PartKind


def part(name: str, content_type: str = "application/octet-stream", size: int = 282) -> Part:
    return Part(name, content_type, "0" * 64, size, PartKind.OTHER)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (part("光的重量.mp4", "application/applefile"), FileType.APPLE_DOUBLE),
        (part("光的重量.mp4"), FileType.APPLE_DOUBLE),
        (part("._光的重量.mp4", "video/mp4"), FileType.OTHER),
        (part("作品/._光的重量.mp4"), FileType.OTHER),
        (part("Deleted: 光的重量.mp4", "text/x-moz-deleted"), FileType.TEXT),
    ],
)
def test_what_stands_beside_a_film_is_no_film(one: Part, kind: FileType) -> None:
    assert _is_litter(one, kind)


@pytest.mark.parametrize("one", [part("光的重量.mp4"), part("._光的重量.mp4", size=90_000_000), part(".光.mp4")])
def test_a_film_is_no_litter(one: Part) -> None:
    assert not _is_litter(one, FileType.MP4)


@pytest.mark.parametrize(
    ("name", "kind", "calls"),
    [
        ("推荐汇总表.docx", FileType.EMPTY, True),
        ("附件2：推荐汇总表.doc", FileType.OTHER, True),
        ("推荐汇总表.xls", FileType.TEXT, True),  # an office system's encryption begins with words
        ("推荐汇总表", FileType.OTHER, True),
        ("材料/参选作品推荐表.wps", FileType.OTHER, True),
        ("推荐汇总表.txt", FileType.TEXT, False),
        ("推荐汇总表.docx", FileType.DOCX, False),  # opened, and no form
        ("版权承诺书.docx", FileType.EMPTY, False),
        ("推荐汇总表.jpg", FileType.JPEG, False),
    ],
)
def test_a_file_that_cannot_be_read_is_a_form_by_its_name(name: str, kind: FileType, *, calls: bool) -> None:
    assert _calls_itself_form(part(name), kind) is calls
