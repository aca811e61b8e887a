"""The organizers are told of a link before it dies."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from mailbot.ledger import links
from mailbot.ledger.connection import writing
from mailbot.model.linked import Linked
from mailbot.outgoing.organizers import owe_alert
from mailbot.session import Session

WHAT_TO_DO: Final = (
    "以下作品的视频以链接方式提供，尚未下载，链接即将失效。请尽快下载，并运行 mailbot attach 编号 文件 登记，"
    "或将文件命名为“编号.mp4”放入 inbox-files 文件夹；已失效的，请联系报送人重新提供。"
)


def warn_of_links(session: Session) -> int:
    """Owe the organizers one alert for all links that end within `links.warn_days`; each link is told of once.

    Returns:
        How many links.
    """
    soon = session.now() + timedelta(days=session.settings.links.warn_days)
    dying = [linked for linked in links.unwarned(session.ledger) if _ends(linked, session) <= soon]
    if not dying or not session.settings.organizers.digest_to:
        return 0
    key = f"alert:links:{','.join(str(linked.id) for linked in dying)}"
    with writing(session.ledger):
        owe_alert(session, key, WHAT_TO_DO, [line for linked in dying for line in _lines(linked, session)])
        links.warned(session.ledger, dying)
    return len(dying)


def _ends(linked: Linked, session: Session) -> datetime:
    """When a link ends; one with a date alone may end as that day begins."""
    found = datetime.fromisoformat(linked.link.expires)
    return found if found.tzinfo else found.replace(tzinfo=session.settings.campaign.zone)


def _lines(linked: Linked, session: Session) -> Iterator[str]:
    ends = _ends(linked, session)
    when = f"{linked.link.expires[:10]} {ends:%H:%M}" if "T" in linked.link.expires else linked.link.expires
    fate = "已失效" if ends <= session.now() else "有效期至"
    code = f"，提取码 {linked.link.code}" if linked.link.code else ""
    for number, title, unit in zip(linked.numbers, linked.titles, linked.units, strict=True):
        name = f"《{title.strip('《》')}》" if title else ""
        yield f"{number}{name}{f'（{unit}）' if unit else ''}：{linked.link.url}{code}，{fate} {when}"
