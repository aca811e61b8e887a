"""What submitters send: films made by ffmpeg, forms, mails."""

import hashlib
import io
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Final

import docx

THEMES: Final = ("高端升级", "数智赋能", "绿色低碳")
CACHE: Final = Path(__file__).parents[2] / ".cache" / "journey-films"
BEIJING: Final = timezone(timedelta(hours=8))
IN_TIME: Final = datetime(2024, 7, 1, 10, 0, tzinfo=BEIJING)
TOO_LATE: Final = datetime(2024, 8, 2, 9, 0, tzinfo=BEIJING)


def film(name: str, *, seconds: int = 62, size: str = "1920x1080") -> bytes:
    """A real mp4 at 1 frame a second; each name gives pictures of its own, the same name always the same bytes."""
    CACHE.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(name.encode()).digest()
    seed = int.from_bytes(digest[:3])
    target = CACHE / f"{seed:06x}-{seconds}-{size}-boxes.mp4"
    if not target.exists():
        descriptor, unfinished = tempfile.mkstemp(dir=CACHE, suffix=".part")
        os.close(descriptor)
        pattern = f"gradients=s={size}:r=1:seed={seed}:speed=0.2:n=4,{_boxes(digest)}"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", pattern, "-t", str(seconds), "-c:v", "libx264",
             "-preset", "ultrafast", "-crf", "45", "-pix_fmt", "yuv420p", "-g", "5", "-bitexact", "-f", "mp4",
             unfinished],
            check=True,
        )  # fmt: skip
        Path(unfinished).replace(target)
    return target.read_bytes()


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
    themes: Sequence[str] = ("数智赋能",)
    link: str = ""
    contact: str = "王一鸣"
    phone: str = "13800000001"


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
