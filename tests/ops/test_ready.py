"""What makes a configuration unfit for a real campaign, and that nothing else does."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mailbot.model.rules import Campaign
from mailbot.ops import ready
from mailbot.settings.keys import Extra, MailboxSettings, OrganizerSettings, Settings, SmtpSettings

NOW = datetime(2025, 5, 1, 12, 0, tzinfo=UTC)
FIT = Settings(
    campaign=Campaign(deadline=date(2025, 7, 31)),
    mailbox=(MailboxSettings(user="real@163.com"),),
    smtp=SmtpSettings(user="real@163.com", sender="组委会 <real@163.com>"),
    organizers=OrganizerSettings(("desk@gov.test",)),
)


def keys(settings: Settings) -> list[str]:
    return [key for key, _ in ready.unfit(settings, NOW)]


def test_a_filled_in_configuration_is_fit() -> None:
    assert keys(FIT) == []


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (replace(FIT, mailbox=(MailboxSettings(user="Submissions@163.com"),)), "mailbox.user"),
        (replace(FIT, smtp=SmtpSettings(user="submissions@163.com", sender="a@b.test")), "smtp.user"),
        (replace(FIT, smtp=SmtpSettings(user="real@163.com")), "smtp.from"),
        (replace(FIT, smtp=SmtpSettings(sender="组委会 <submissions@example.com>")), "smtp.from"),
        (
            replace(FIT, organizers=OrganizerSettings(("desk@gov.test", "organizer@example.org"))),
            "organizers.digest_to",
        ),
        (replace(FIT, organizers=OrganizerSettings()), "organizers.digest_to"),
        (replace(FIT, campaign=Campaign()), "campaign.deadline"),
        (replace(FIT, campaign=Campaign(deadline=date(2025, 4, 30))), "campaign.deadline"),
        (replace(FIT, campaign=Campaign(deadline=datetime(2025, 5, 1, 19, 59, tzinfo=UTC))), None),
        (replace(FIT, campaign=Campaign(deadline=date(2025, 4, 30), completion_days=5)), None),
        (replace(FIT, campaign=Campaign(deadline=date(2025, 5, 1))), None),
    ],
)
def test_what_the_example_has_or_what_is_past_is_told_by_its_key(settings: Settings, key: str | None) -> None:
    assert keys(settings) == ([key] if key else [])


def test_an_extra_that_is_not_installed_is_told_with_what_is_not_done_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ready, "MODULES", {Extra.OCR: ("no_such_module",), Extra.QR: ("json",)})
    told = dict(ready.unfit(replace(FIT, extras=(Extra.OCR, Extra.QR)), NOW))
    assert list(told) == ["extras"]
    assert "scanned forms are not read: pip install 'mailbot[ocr]'" in told["extras"]


def test_every_extra_is_known_by_what_it_installs() -> None:
    assert set(ready.MODULES) == set(ready.USE) == set(Extra)
