"""Mail services by the address's domain: who knows the address need not know hosts.

Sources: the services' own help pages; NetEase's by its transcripts of 2019 to 2024.
"""

from dataclasses import dataclass
from typing import Final

from mailbot.settings.keys import Security


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a server listens.

    Attributes:
        host: its name.
        port: TCP port.
        security: how the connection is protected.
    """

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service.

    Attributes:
        imap: where mails come in.
        smtp: where letters go out.
    """

    imap: MailServer
    smtp: MailServer


def _service(imap: str, smtp: str, smtp_port: int = 465, security: Security = Security.TLS) -> Service:
    return Service(MailServer(imap, 993, Security.TLS), MailServer(smtp, smtp_port, security))


BUSINESS: Final = {
    "exmail": _service("imap.exmail.qq.com", "smtp.exmail.qq.com"),
    "qiye163": _service("imap.qiye.163.com", "smtp.qiye.163.com"),
    "aliyun": _service("imap.qiye.aliyun.com", "smtp.qiye.aliyun.com"),
}
"""Services for domains of one's own: Tencent's, NetEase's, Aliyun's."""
_OUTLOOK: Final = _service("outlook.office365.com", "smtp-mail.outlook.com", 587, Security.STARTTLS)
_QQ: Final = _service("imap.qq.com", "smtp.qq.com")
BY_DOMAIN: Final = {
    **{name: _service(f"imap.{name}", f"smtp.{name}") for name in (
        "163.com", "126.com", "yeah.net", "vip.163.com", "vip.126.com", "188.com", "qq.com", "sina.com", "sina.cn",
        "sohu.com", "139.com", "189.cn", "21cn.com", "aliyun.com", "gmail.com",
    )},
    "foxmail.com": _QQ,
    "vip.qq.com": _QQ,
    "outlook.com": _OUTLOOK,
    "hotmail.com": _OUTLOOK,
    "live.com": _OUTLOOK,
    "live.cn": _OUTLOOK,
    "icloud.com": _service("imap.mail.me.com", "smtp.mail.me.com", 587, Security.STARTTLS),
    "yahoo.com": _service("imap.mail.yahoo.com", "smtp.mail.yahoo.com"),
}  # fmt: skip


def service_of(address: str) -> Service | None:
    """The service of an address's domain; None where it is not known."""
    return BY_DOMAIN.get(address.rpartition("@")[2].lower())
