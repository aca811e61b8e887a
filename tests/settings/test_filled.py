"""The example filled in: it loads, holds what was told, and its comments are kept."""

import json
from pathlib import Path

import pytest

from mailbot.settings.filled import SetupAnswers, filled_in
from mailbot.settings.found import example_config
from mailbot.settings.keys import Extra, Security
from mailbot.settings.language import Language
from mailbot.settings.loading import load
from mailbot.settings.services import BUSINESS, BY_DOMAIN, Service, service_of

EXAMPLE = example_config().read_text(encoding="utf-8")


def told(service: Service, contact: str = "010-00000000", address: str = "works@city.gov.test") -> SetupAnswers:
    extras = (Extra.OCR,)
    return SetupAnswers(
        Language.EN, address, service, "2099-12-31", contact, ("a@gov.test", "b@gov.test"), "2099-01-01", extras
    )


@pytest.mark.parametrize("service", [*BUSINESS.values(), *BY_DOMAIN.values()])
def test_the_filled_in_example_loads_with_what_was_told(tmp_path: Path, service: Service) -> None:
    (tmp_path / "mailbox.password").write_text("secret\n")
    (tmp_path / "config.toml").write_text(filled_in(EXAMPLE, told(service)), encoding="utf-8")
    settings, _ = load(tmp_path / "config.toml", {})
    (mailbox,) = settings.mailbox
    assert (mailbox.host, mailbox.port, mailbox.security) == (service.imap.host, 993, Security.TLS)
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.security) == (
        service.smtp.host, service.smtp.port, service.smtp.security,
    )  # fmt: skip
    assert mailbox.user == settings.smtp.user == "works@city.gov.test"
    assert mailbox.password == settings.smtp.password == "secret"
    assert settings.smtp.sender == "征选活动组委会 <works@city.gov.test>"
    assert settings.organizers.digest_to == ("a@gov.test", "b@gov.test")
    assert (settings.language, settings.extras) == (Language.EN, (Extra.OCR,))
    assert str(settings.campaign.deadline) == "2099-12-31"
    assert str(settings.campaign.answer_from) == "2099-01-01"


@pytest.mark.parametrize(
    "contact", ['"quoted"', "back\\slash", "#hash = 1", "", "张老师 010-1（9:00—17:00）", "a\\1b", "]["]
)
def test_any_text_is_kept_as_it_was_told(tmp_path: Path, contact: str) -> None:
    (tmp_path / "mailbox.password").write_text("secret\n")
    (tmp_path / "config.toml").write_text(filled_in(EXAMPLE, told(BUSINESS["exmail"], contact)), encoding="utf-8")
    assert load(tmp_path / "config.toml", {})[0].campaign.contact == contact


def test_comments_are_kept_and_the_example_of_a_163_mailbox_is_gone() -> None:
    text = filled_in(EXAMPLE, told(BUSINESS["exmail"]))
    assert "whom to ask" in text
    assert "submissions@" not in text
    assert json.dumps(["a@gov.test", "b@gov.test"]) in text


@pytest.mark.parametrize(
    ("address", "host"),
    [("a@163.com", "imap.163.com"), ("A@126.COM", "imap.126.com"), ("1@qq.com", "imap.qq.com"),
     ("a@foxmail.com", "imap.qq.com"), ("a@aliyun.com", "imap.aliyun.com"), ("a@gmail.com", "imap.gmail.com"),
     ("a@outlook.com", "outlook.office365.com"), ("a@vip.163.com", "imap.vip.163.com"), ("a@city.gov.cn", None)],
)  # fmt: skip
def test_a_known_services_hosts_need_not_be_known(address: str, host: str | None) -> None:
    service = service_of(address)
    assert (service.imap.host if service else None) == host
