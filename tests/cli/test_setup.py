"""`mailbot setup` on a real Dovecot and a real SMTP receiver that delivers to it: asked, written, tried, flown."""

import stat
import tomllib
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailbot.cli import cli
from mailbot.settings.loading import load
from tests.journeys.material import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver


@dataclass
class Desk:
    """A new admin before an empty folder, and the mailbox's servers."""

    folder: Path
    imap: Dovecot
    smtp: SmtpReceiver

    def type(self, *lines: str, options: tuple[str, ...] = ("--language", "zh")) -> Result:
        with chdir(self.folder.parent):
            return CliRunner().invoke(cli, ["setup", str(self.folder), *options], input="\n".join(lines) + "\n")

    def answers(self, password: str = "", deadline: str = "2099-12-31") -> tuple[str, ...]:
        """What the questions are answered with, in their order."""
        servers = ("other", "127.0.0.1", str(self.imap.port), "none", "127.0.0.1", str(self.smtp.port), "none")
        known = (deadline, "010-00000000（工作日）", "desk@gov.test，boss@gov.test", "")
        return (self.imap.user, *servers, *known, password or self.imap.password)


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot, smtp_receiver: SmtpReceiver) -> Desk:
    smtp_receiver.user = dovecot.user
    smtp_receiver.forward = lambda letter: dovecot.deliver(letter.raw)
    return Desk(tmp_path / "campaign", dovecot, smtp_receiver)


def modes(folder: Path) -> dict[str, int]:
    names = (".", "config.toml", "mailbox.password", "var")
    return {name: stat.S_IMODE((folder / name).stat().st_mode) for name in names}


def test_the_questions_make_a_campaign_that_works_and_the_canary_comes_back(desk: Desk) -> None:
    desk.imap.deliver(mail(subject="很早以前的来信", body="请问？").as_bytes())
    done = desk.type(*desk.answers())
    assert done.exit_code == 0, done.output
    settings, warnings = load(desk.folder / "config.toml", {})
    assert warnings == ()
    assert (settings.mailbox[0].user, settings.mailbox[0].password) == (desk.imap.user, desk.imap.password)
    assert settings.campaign.contact == "010-00000000（工作日）"
    assert settings.organizers.digest_to == ("desk@gov.test", "boss@gov.test")
    assert settings.campaign.answer_from is not None
    assert modes(desk.folder) == {".": 0o700, "config.toml": 0o600, "mailbox.password": 0o600, "var": 0o700}
    assert (desk.folder / "templates" / "accepted.txt.j2").is_file()
    canary, answer = desk.smtp.letters
    assert {canary.recipients, answer.recipients} == {(desk.imap.user,)}
    assert "【自检】" in str(canary.message["Subject"])
    assert "【自检回执】" in str(answer.message["Subject"])
    assert desk.imap.password not in done.output
    assert list(desk.folder.glob(".canary-*")) == [], "the canary's own ledger is gone"
    with chdir(desk.folder):
        once = CliRunner().invoke(cli, ["run", "--once"])
        assert once.exit_code == 0, once.output
        entries = CliRunner().invoke(cli, ["entries", "--json"])
        days = CliRunner().invoke(cli, ["mails", "--json"])
    assert entries.stdout.strip() == "[]"
    assert days.stdout.count('"triage": "own"') == 2
    assert len(desk.smtp.letters) == 2, "neither the canary nor the early mail is answered"


def test_a_wrong_password_is_asked_again_and_nothing_is_written_without_a_right_one(desk: Desk) -> None:
    *before, right = desk.answers()
    done = desk.type(*before, "wrong", "wrong", "wrong")
    assert done.exit_code == 1
    assert not desk.folder.exists()
    again = desk.type(*before, "wrong", right, options=("--language", "zh", "--quick"))
    assert again.exit_code == 0, again.output
    assert (desk.folder / "mailbox.password").read_text() == f"{right}\n"


def test_an_answer_that_cannot_be_used_is_asked_again(desk: Desk) -> None:
    address, *servers, _, contact, organizers, since, password = desk.answers()
    deadlines = ("2020-01-01", "31.12.2099", "2099-12-31T18:00:00")
    lines = (
        "nobody",
        "a b@c.test",
        address,
        *servers,
        *deadlines,
        contact,
        "nobody",
        organizers,
        "gestern",
        since,
        password,
    )
    done = desk.type(*lines, options=("--language", "en", "--quick"))
    assert done.exit_code == 0, done.output
    config = tomllib.loads((desk.folder / "config.toml").read_text(encoding="utf-8"))
    assert config["campaign"]["deadline"].isoformat() == "2099-12-31T18:00:00"
    assert config["language"] == "en"


def test_what_is_there_is_never_overwritten_unasked_and_kept_beside(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "config.toml").write_text("# mine\n")
    done = desk.type("n")
    assert done.exit_code == 1
    assert (desk.folder / "config.toml").read_text() == "# mine\n"
    done = desk.type("y", *desk.answers(), options=("--language", "zh", "--quick"))
    assert done.exit_code == 0, done.output
    assert (desk.folder / "config.toml.before-setup").read_text() == "# mine\n"


def test_a_server_that_cannot_be_reached_is_told_and_nothing_is_written(desk: Desk) -> None:
    lines = list(desk.answers())
    lines[3] = "1"
    done = desk.type(*lines)
    assert done.exit_code == 1
    assert not desk.folder.exists()


def test_a_canary_that_the_server_refuses_is_told_and_the_files_stay(desk: Desk) -> None:
    desk.smtp.answer("rcpt", "550 5.1.1 Invalid User")
    done = desk.type(*desk.answers())
    assert done.exit_code == 1
    assert "550 5.1.1 Invalid User" in done.output
    assert (desk.folder / "config.toml").is_file()
