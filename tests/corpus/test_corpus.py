"""One mail a behaviour: the file's name is the sentence, the mail and what must come out of it stand in the file.

`mail` is written as `tests/make/mails.py` reads it; a first line `...` stands for ordinary From, To, Date and
Message-ID. `[expect]` names fields of `Mail` (a text that begins with `~` must only be contained) and of the verdict;
`parts` are `[name, content]` or `[name, size]`, in their order. `works = true` asks for the verdict with works in it.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailbot.check.intent import triage
from mailbot.model.limits import Limits
from mailbot.model.mail import Address, Link, Mail, Part
from mailbot.model.works import FormFile, Works
from mailbot.parse.mail import parse_mail
from mailbot.store import Store
from tests.make.mails import written

FOLDER = Path(__file__).parent / "mails"
OWN = frozenset({"submissions@163.com"})
ORDINARY = (
    "From: {{b utf-8 张三}} <zhangsan@example.com>\nTo: submissions@163.com\n"
    "Date: Tue, 02 Jul 2024 09:30:00 +0800\nMessage-ID: <1@example.com>\n"
)
WORKS = Works(forms=(FormFile(Part("f.docx", "", "0" * 64, 1), None),))
CASES = sorted(FOLDER.glob("*.toml"))


def shown(address: Address | None) -> list[str] | None:
    return None if address is None else [address.name, address.addr]


def linked(link: Link) -> dict[str, object]:
    fields = {"url": link.url, "provider": link.provider, "code": link.code, "expires": link.expires}
    return {key: value for key, value in (fields | {"filename": link.filename, "size": link.size}).items() if value}


def content(part: Part, store: Store, expected: object) -> object:
    return part.size if isinstance(expected, int) else store.path(part.sha256).read_bytes().decode("utf-8", "replace")


FIELDS: dict[str, Callable[[Mail], object]] = {
    "from": lambda mail: shown(mail.sender),
    "to": lambda mail: [shown(one) for one in mail.to],
    "cc": lambda mail: [shown(one) for one in mail.cc],
    "reply_to": lambda mail: [shown(one) for one in mail.reply_to],
    "forwarded_from": lambda mail: shown(mail.forwarded_from) or [],
    "date": lambda mail: mail.date.isoformat() if mail.date else "",
    "sent_at": lambda mail: mail.sent_at.isoformat() if mail.sent_at else "",
    "references": lambda mail: list(mail.references),
    "bounced_ids": lambda mail: list(mail.bounced_ids),
    "bounced_recipients": lambda mail: list(mail.bounced_recipients),
    "links": lambda mail: [linked(link) for link in mail.links],
    "findings": lambda mail: [finding.code.value for finding in mail.findings],
    "automatic": lambda mail: mail.automatic.value if mail.automatic else "",
    "inside": lambda mail: [list(part.inside) for part in mail.parts],
    "kinds": lambda mail: [part.kind.value for part in mail.parts],
    "authentication": lambda mail: (
        [mail.authentication.server, mail.authentication.spf, mail.authentication.dkim, mail.authentication.dmarc]
        if mail.authentication
        else []
    ),
}


def found(mail: Mail, key: str, expected: list[Any], store: Store, case: dict[str, Any]) -> object:
    if key in {"triage", "answer", "reason"}:
        verdict = triage(mail, WORKS if case.get("works") else Works(), junk=case.get("junk", False))
        return {"triage": verdict.triage.value, "answer": verdict.answer, "reason": verdict.reason}[key]
    if key == "parts":
        wanted = [one[1] for one in expected] + [0] * len(mail.parts)
        return [[part.filename, content(part, store, want)] for part, want in zip(mail.parts, wanted, strict=False)]
    return FIELDS[key](mail) if key in FIELDS else getattr(mail, key)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_mail_comes_out_as_its_file_says(path: Path, tmp_path: Path) -> None:
    case = tomllib.loads(path.read_text("utf-8"))
    text = case["mail"].removeprefix("\n")
    text = ORDINARY + text.removeprefix("...\n") if text.startswith("...\n") else text
    raw = tmp_path / "mail.eml"
    raw.write_bytes(written(text, case.get("newline", "\r\n")))
    store = Store(tmp_path / "store")
    mail = parse_mail(raw, store, OWN, Limits())
    for key, expected in case["expect"].items():
        actual = found(mail, key, expected, store, case)
        if isinstance(expected, str) and expected.startswith("~"):
            assert isinstance(actual, str), key
            assert expected[1:] in actual, key
        else:
            assert actual == expected, key


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CASES) >= 120
