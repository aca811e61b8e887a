"""Word packages written part by part: what python-docx cannot make."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
HEAD = ("视频作品名称", "征选主题", "视频链接", "联系人", "手机号码")


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def text_box(text: str) -> str:
    """A box as Word 2010 and later write it: the shape, and an older drawing of the same."""
    inner = f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{inner}</wps:txbx>'
        f"</wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str) -> str:
    marks = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:r><w:instrText>{code}</w:instrText></w:r>".join(marks)


def table(*rows: Sequence[str]) -> str:
    """A table; each cell is the XML of its one paragraph."""
    lines = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def form(*works: Sequence[str]) -> str:
    """The form with works: title, themes, link, contact, phone, each the XML of a paragraph."""
    return paragraph(run("单位名称：云岭机械厂")) + table(tuple(map(run, HEAD)), *works)


def saved(path: Path, body: str, parts: Mapping[str, tuple[str, bytes]] = {}) -> Path:
    """A package with a body and parts by their relation's id: the part's name with its type's last word, its bytes."""
    relations = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{name.partition(":")[0]}" Target="{name.partition(":")[2]}"/>'
        for key, (name, _) in parts.items()
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, data in parts.values():
            package.writestr(f"word/{name.partition(':')[2]}", data)
    return path
