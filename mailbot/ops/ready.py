"""Whether a configuration is fit for a real campaign: nothing is left as the example has it, or goes against it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import Final

from mailbot.check.rules import deadline
from mailbot.model.rules import Campaign
from mailbot.reply.mime import sender_address
from mailbot.settings.keys import Extra, Settings

PLACEHOLDERS: Final = frozenset({"organizer@example.org", "submissions@163.com", "submissions@example.com"})
"""Addresses of the example configuration and of the defaults, which are nobody's."""
MODULES: Final[Mapping[Extra, tuple[str, ...]]] = {
    Extra.PRINTS: ("pdqhash",),
    Extra.OCR: ("rapidocr", "onnxruntime", "cv2", "PIL"),
    Extra.QR: ("zxingcpp",),
    Extra.FAISS: ("faiss",),
    Extra.ADMIN: ("datasette",),
    Extra.WATCH: ("prometheus_client",),
}
"""What each extra installs."""
USE: Final[Mapping[Extra, str]] = {
    Extra.PRINTS: "re-encoded copies of a film are not found",
    Extra.OCR: "scanned forms are not read",
    Extra.QR: "QR codes in forms are not read",
    Extra.FAISS: "many films are searched slowly",
    Extra.ADMIN: "'mailbot ledger' does not start",
    Extra.WATCH: "/metrics is not there",
}
"""What is not done without it."""


def unfit(settings: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    """Each key that makes a campaign go wrong, with what is wrong and the cure.

    Args:
        settings: the configuration.
        now: the clock.
    """
    for key, address in _addresses(settings):
        if address.lower() in PLACEHOLDERS:
            yield key, f"{address} is the example's address, nobody's. Write the real one."
    if not settings.organizers.digest_to:
        yield "organizers.digest_to", "is empty: nobody reads the digest and the alerts. Name an organizer's address."
    yield from _deadline(settings.campaign, now)
    for extra in missing_extras(settings.extras):
        yield "extras", f"{USE[extra]}: pip install 'mailbot[{extra}]', or take {extra} out of extras."


def missing_extras(wanted: tuple[Extra, ...]) -> tuple[Extra, ...]:
    """Those of some extras that are not installed whole."""
    return tuple(name for name in wanted if any(find_spec(module) is None for module in MODULES[name]))


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    for mailbox in settings.mailbox:
        yield "mailbox.user", mailbox.user
    yield "smtp.user", settings.smtp.user
    yield "smtp.from", sender_address(settings.smtp.sender)
    for address in settings.organizers.digest_to:
        yield "organizers.digest_to", address


def _deadline(campaign: Campaign, now: datetime) -> Iterator[tuple[str, str]]:
    if campaign.deadline == Campaign().deadline:
        yield "campaign.deadline", f"{campaign.deadline} is the example's. Write this campaign's."
    elif now >= deadline(campaign, campaign.completion_days):
        yield "campaign.deadline", f"{campaign.deadline} is past: whatever comes in is late. Write this campaign's."
