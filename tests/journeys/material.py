"""What submitters send: films made by ffmpeg, forms, mails."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import lru_cache
from typing import Final

import docx

from tests.make.films import ffmpeg

THEMES: Final = ("高端升级", "数智赋能", "绿色低碳")
STILLS: Final = 16
"""Pictures of a film, spread over its length: quick to write and to read; a dense print that finds copies needs 40."""
BEIJING: Final = timezone(timedelta(hours=8))
IN_TIME: Final = datetime(2024, 7, 1, 10, 0, tzinfo=BEIJING)
TOO_LATE: Final = datetime(2024, 8, 2, 9, 0, tzinfo=BEIJING)
_NUMBERS: Final[dict[str, int]] = {}
"""Name -> number of the film that it stands for in the present campaign."""


def number_films_anew() -> None:
    """A campaign begins: its films are the same as those of any other, so few are ever made and read."""
    _NUMBERS.clear()


def film(name: str, *, seconds: int = 62, size: str = "1920x1080", stills: int = STILLS) -> bytes:
    """A real mp4 of a few pictures; in a campaign each name gives pictures of its own, the same name the same bytes.

    The pictures are drawn small and scaled up: drawn full size, one film took 4 s of a processor.
    """
    digest = hashlib.sha256(f"film {_NUMBERS.setdefault(name, len(_NUMBERS))}".encode()).digest()
    seed = int.from_bytes(digest[:3])
    rate = f"{stills}/{seconds}"
    width, height = (int(side) for side in size.split("x"))
    small = f"{max(width // 8, 16)}x{max(height // 8, 16)}"
    pattern = f"gradients=s={small}:r={rate}:seed={seed}:speed=0.8:n=4,{_boxes(digest)}"
    made = ffmpeg(
        *("mp4", "-filter_threads", "1", "-f", "lavfi", "-i", f"{pattern},format=yuv420p"),
        *("-vf", f"scale={width}:{height}:flags=fast_bilinear,setsar=1", "-frames:v", str(stills), "-c:v", "libx264"),
        *("-threads", "1", "-preset", "ultrafast", "-crf", "45", "-pix_fmt", "yuv420p", "-g", "5"),
    )
    return made.read_bytes()


def _boxes(digest: bytes) -> str:
    """Boxes whose places and colours are the name's own: gradients alone look like one another."""
    fours = [digest[at : at + 4] for at in range(0, 32, 4)]
    return ",".join(
        f"drawbox=x=iw*{x / 320:.3f}:y=ih*{y / 320:.3f}:w=iw*{0.1 + size / 800:.3f}:h=ih*{0.1 + (x ^ size) / 800:.3f}"
        f":color={('black', 'white', 'red', 'blue')[colour % 4]}:t=fill"
        for x, y, size, colour in fours
    )


@dataclass(frozen=True)
class Work:
    """A form row."""

    title: str
    themes: tuple[str, ...] = ("数智赋能",)
    link: str = ""
    contact: str = "王一鸣"
    phone: str = "13800000001"


@lru_cache(64)
def form(*works: Work, unit: str = "云岭重工有限公司") -> bytes:
    """The official form as a .docx, filled in."""
    paper = docx.Document()
    paper.add_paragraph("推荐汇总表")
    paper.add_paragraph(f"单位名称：{unit}")
    paper.add_paragraph("推荐单位联系人及联系方式：陈晓岚 010-88880000")
    table = paper.add_table(rows=1, cols=5)
    heads = ("视频作品名称", "征选主题（可多选）", "视频链接", "联系人", "手机号码")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for work in works:
        ticks = "  ".join(f"{'☑' if theme in work.themes else '□'}{theme}" for theme in THEMES)
        for cell, text in zip(
            table.add_row().cells, (work.title, ticks, work.link, work.contact, work.phone), strict=True
        ):
            cell.text = text
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def mail(
    *files: tuple[str, bytes],
    subject: str = "【报送】短视频作品",
    body: str = "您好，附件为参赛作品及推荐汇总表，请查收。",
    sender: str = "王一鸣 <wang@yunling.example.org>",
    answers: str = "",
    **headers: str,
) -> EmailMessage:
    """A submitter's mail."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "submissions@163.example"
    message["Subject"] = subject
    message["Date"] = format_datetime(IN_TIME)
    message["Message-ID"] = make_msgid(domain="yunling.example.org")
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = answers
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    for filename, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=filename)
    return message
