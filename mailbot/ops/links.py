"""Videos behind links: what may be fetched is fetched, and the organizers are told of links that are about to die."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from mailbot import arrivals, outgoing, review
from mailbot.fetch.link import DownloadTerms
from mailbot.fetch.reach import Admits, is_listed, is_public, web_address
from mailbot.ledger import links
from mailbot.ledger.connection import Ledger
from mailbot.model.errors import LinkRefused, TemporaryError
from mailbot.model.limits import MIB
from mailbot.model.linked import Linked, LinkState
from mailbot.ops.house import House, now
from mailbot.settings.keys import LinkFetch

LOG: Final = logging.getLogger(__name__)
GIVE_UP: Final = 12
"""Downloads of one link that were begun, after which a person must see to it: about a day of tries."""
SHARED: Final = "several works share this link: which film is whose a person must say"


def follow_links(house: House, admits: Admits = is_public) -> int:
    """Fetch what is due, then warn of what is about to die.

    Args:
        house: the rooms.
        admits: whether an address may be connected to.

    Returns:
        How many links there is news of: fetched, or told of.
    """
    done = 0
    with house.ledger() as db:
        if house.settings.links.fetch is LinkFetch.ALLOW:
            done = sum(_fetch(house, db, linked, admits) for linked in _due(house, db) if _may(house, linked))
        return done + outgoing.warn_of_links(house.session(db))


def _due(house: House, db: Ledger) -> Iterator[Linked]:
    """What is due, each once; asked anew after each download, so that another sender's waits for no more than one."""
    passed: set[int] = set()
    while not house.stop.is_set():
        linked = next((due for due in links.to_fetch(db, now()) if due.id not in passed), None)
        if linked is None:
            return
        passed.add(linked.id)
        yield linked


def _may(house: House, linked: Linked) -> bool:
    found = web_address(linked.link.url)
    return found is not None and is_listed(found.hostname or "", house.settings.links.hosts)


def _fetch(house: House, db: Ledger, linked: Linked, admits: Admits) -> bool:
    if len(linked.numbers) > 1:
        links.settle(db, linked, LinkState.FAILED, SHARED)
        return False
    if linked.attempts >= GIVE_UP:
        links.settle(db, linked, LinkState.FAILED, "given up after many tries; see the log")
        return False
    links.begun(db, linked, now() + _delay(linked.attempts))
    try:
        _take(house, db, linked, admits)
    except LinkRefused as error:
        links.settle(db, linked, LinkState.FAILED, str(error))
        LOG.warning("link-refused link=%d", linked.id)
        return False
    except TemporaryError as error:
        links.settle(db, linked, LinkState.OPEN, str(error))
        LOG.warning("link-waits link=%d attempts=%d reason=%s", linked.id, linked.attempts + 1, type(error).__name__)
        return False
    links.settle(db, linked, LinkState.FETCHED)
    LOG.info("link-fetched link=%d entry=%s", linked.id, linked.numbers[0])
    return True


def _take(house: House, db: Ledger, linked: Linked, admits: Admits) -> None:
    wanted = house.settings.links
    terms = DownloadTerms(wanted.hosts, wanted.max_mb * MIB, wanted.seconds, wanted.timeout, admits)
    session = house.session(db)
    video = arrivals.take_linked(linked.link.url, house.settings.downloads_dir, terms, session)
    review.put_fetched(session, linked.numbers[0], video)


def _delay(attempts: int) -> timedelta:
    """One minute, doubling, six hours at most: the time of the download itself comes to it."""
    return timedelta(minutes=min(2**attempts, 360))
