"""The organizers are told of a link before it dies."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.ledger import links
from mailbot.ledger.connection import writing
from mailbot.model.linked import Linked
from mailbot.outgoing.organizers import owe_alert
from mailbot.session import Session
from mailbot.text.shown import shown_line


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
        lines = [line for linked in dying for line in _lines(linked, session)]
        owe_alert(session, key, "links", {"count": len(lines)}, lines)
        links.warned(session.ledger, dying)
    return len(dying)


def _ends(linked: Linked, session: Session) -> datetime:
    """When a link ends; one with a date alone may end as that day begins."""
    found = datetime.fromisoformat(linked.link.expires)
    return found if found.tzinfo else found.replace(tzinfo=session.settings.campaign.zone)


def _lines(linked: Linked, session: Session) -> Iterator[str]:
    link, over = linked.link, _ends(linked, session) <= session.now()
    for number, title, unit in zip(linked.numbers, linked.titles, linked.units, strict=True):
        yield session.writer.wording.word(
            "alert.link",
            number=number,
            title=shown_line(title).strip("《》"),
            unit=shown_line(unit),
            url=link.url,
            code=link.code,
            over=over,
            ends=link.expires,
        )
