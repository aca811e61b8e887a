"""Mails for tests, written as text: what stands in `{{…}}` becomes the bytes that mail programs send.

* `{{gbk 推荐}}`, `{{utf8 …}}` raw bytes; `{{hex ff fe}}` any bytes
* `{{b gb2312 推荐}}`, `{{q utf-8 …}}` an encoded word; `{{pct gbk 推荐}}` percent-encoded
* `{{b64 …}}`, `{{b64gbk …}}` base64 of the text; `{{qp …}}` quoted-printable; `{{zeros n}}` base64 of n zero bytes
* `{{uu name text}}`, `{{yenc name text}}` a file within the text; `{{lines n text}}` a line n times
"""

import base64
import binascii
import re
from email.message import EmailMessage
from typing import Final
from urllib.parse import quote

_SLOT: Final = re.compile(r"\{\{(\w+) ?(.*?)\}\}", re.DOTALL)


def written(text: str, newline: str = "\r\n") -> bytes:
    """A mail's bytes from its text; line ends become `newline`."""
    out = bytearray()
    position = 0
    for slot in _SLOT.finditer(text):
        out += text[position : slot.start()].encode().replace(b"\n", newline.encode())
        out += _slot(slot[1], slot[2], newline.encode())
        position = slot.end()
    return bytes(out + text[position:].encode().replace(b"\n", newline.encode()))


def _slot(verb: str, rest: str, newline: bytes) -> bytes:
    first, _, second = rest.partition(" ")
    if verb in {"gbk", "utf8", "big5", "gb18030"}:
        return rest.encode(verb)
    if verb == "hex":
        return bytes.fromhex(rest)
    if verb in {"b", "q"}:
        return encoded_word(second, first, verb)
    if verb in {"b64", "b64gbk"}:
        coded = base64.encodebytes(rest.encode("gbk" if verb == "b64gbk" else "utf-8"))
        return coded.rstrip(b"\n").replace(b"\n", newline)
    if verb == "zeros":
        return base64.encodebytes(bytes(int(rest))).rstrip(b"\n").replace(b"\n", newline)
    if verb == "qp":
        return binascii.b2a_qp(rest.encode())
    if verb == "pct":
        return quote(second.encode(first)).encode()
    if verb == "lines":
        return (second.encode() + newline) * int(first)
    return _embedded(verb, first, second.encode(), newline)


def _embedded(verb: str, name: str, content: bytes, newline: bytes) -> bytes:
    if verb == "uu":
        lines = [binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n") for at in range(0, len(content), 45)]
        return newline.join([b"begin 644 " + name.encode(), *lines, b"`", b"end"])
    if verb == "yenc":
        body = bytes((sign + 42) % 256 for sign in content)
        body = re.sub(rb"[\0\n\r=]", lambda sign: b"=" + bytes([(sign[0][0] + 64) % 256]), body)
        head = f"=ybegin line=128 size={len(content)} name={name}".encode()
        return newline.join([head, body, f"=yend size={len(content)}".encode()])
    raise ValueError(f"no such slot: {verb}")


def encoded_word(text: str, charset: str, encoding: str) -> bytes:
    """An RFC 2047 word; `gb2312` is encoded as GBK, as mail programs do."""
    data = text.encode("gbk" if charset.lower() == "gb2312" else charset)
    if encoding == "b":
        coded = base64.b64encode(data)
    else:
        coded = b"".join(bytes([sign]) if chr(sign).isalnum() and sign < 128 else b"=%02X" % sign for sign in data)
    return b"=?%s?%s?%s?=" % (charset.encode(), encoding.upper().encode(), coded)


def plain_mail(
    *,
    sender: str = "张三 <zhangsan@example.com>",
    to: str = "submissions@163.com",
    subject: str = "【报送】某某公司-工业强国短视频",
    body: str = "老师好：\n\n附件是我公司的参选作品和推荐汇总表，请查收。\n",
    files: tuple[tuple[str, bytes], ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    message_id: str = "<tencent_0123456789ABCDEF@qq.com>",
    date: str = "Tue, 02 Jul 2024 09:30:00 +0800",
) -> bytes:
    """A well-formed mail, as a careful program writes it.

    Args:
        files: names and contents; types follow from the names' endings.
        headers: more fields, in their order.
    """
    mail = EmailMessage()
    for name, value in (
        ("From", sender), ("To", to), ("Subject", subject), ("Date", date), ("Message-ID", message_id), *headers,
    ):  # fmt: skip
        if value:
            mail[name] = value
    mail.set_content(body)
    for name, content in files:
        main, _, sub = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


_TYPES: Final = {
    "mp4": "video/mp4",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
}
