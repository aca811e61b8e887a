"""A good configuration: defaults, secrets, paths, several mailboxes, warnings."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from mailbot.model.errors import ConfigError
from mailbot.model.rules import Clock, LatePolicy
from mailbot.settings.found import example_config, find_config
from mailbot.settings.keys import After, Hold, OnUnknown, Security, Settings
from mailbot.settings.loading import load, load_worker

LEAST = '[mailbox]\nuser = "a@example.com"\n'


def loaded(folder: Path, text: str = LEAST, **environment: str) -> tuple[Settings, tuple[str, ...]]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return load(file, environment)


def test_every_key_has_the_contracts_default(tmp_path: Path) -> None:
    settings, warnings = loaded(tmp_path)
    assert warnings == ()
    campaign, video, mailbox = settings.campaign, settings.video, settings.mailbox[0]
    assert campaign.name == "首届“工业强国·新型工业化”短视频征选活动"
    assert (campaign.timezone, campaign.deadline, campaign.clock) == (
        "Asia/Shanghai",
        date(2024, 7, 31),
        Clock.RECEIVED,
    )
    assert (campaign.grace_minutes, campaign.late, campaign.answer_from) == (0, LatePolicy.REJECT, None)
    assert campaign.themes == ("高端升级", "数智赋能", "绿色低碳")
    assert campaign.number == "GYQG-{year}-{seq:04d}"
    assert (video.containers, video.min_seconds, video.max_seconds, video.tolerance_seconds) == (("mp4",), 60, 480, 0.5)
    assert (video.min_short_side, video.min_long_side, video.aspects) == (1080, 1920, ("16:9", "9:16"))
    assert video.aspect_tolerance == 0.01
    assert (mailbox.kind, mailbox.host, mailbox.port, mailbox.security) == ("imap", "imap.163.com", 993, Security.TLS)
    assert (mailbox.folders, mailbox.after, mailbox.move_to) == (("INBOX",), After.KEEP, "已处理")
    smtp, outbox = settings.smtp, settings.outbox
    assert (smtp.kind, smtp.host, smtp.port, smtp.security) == ("smtp", "smtp.163.com", 465, Security.TLS)
    assert smtp.sender == "征选活动组委会 <submissions@163.com>"
    assert (outbox.pace_seconds, outbox.daily_cap, outbox.per_sender_daily) == (10, 100, 10)
    assert (outbox.on_unknown, outbox.hold, outbox.first_run_limit) == (OnUnknown.HOLD, Hold.NONE, 50)
    assert (settings.schedule.poll_every, settings.schedule.digest_time) == (120, time(8, 30))


def test_the_example_runs_as_it_stands() -> None:
    settings, _ = load(example_config(), {})
    assert (settings.mailbox[0].kind, settings.smtp.kind) == ("maildir", "folder")
    assert settings.organizers.digest_to == ("organizer@example.org",)


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    text = '[mailbox]\nkind = "maildir"\npath = "in"\n[smtp]\nkind = "folder"\npath = "/var/out"\n'
    settings, _ = loaded(tmp_path, text)
    assert settings.mailbox[0].path == tmp_path / "in"
    assert settings.smtp.path == Path("/var/out")
    assert settings.ledger_file == tmp_path / "var" / "ledger.sqlite"
    assert (settings.spool_dir, settings.files_dir) == (tmp_path / "var" / "spool", tmp_path / "var" / "files")


def test_a_relative_config_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(LEAST, encoding="utf-8")
    settings, _ = load(Path("config.toml"), {})
    assert settings.data_dir == tmp_path / "var"
    assert settings.file == tmp_path / "config.toml"


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    settings, _ = loaded(tmp_path, LEAST, MAILBOT_MAILBOX_PASSWORD="in", MAILBOT_SMTP_PASSWORD="out")
    assert (settings.mailbox[0].password, settings.smtp.password) == ("in", "out")
    assert "'in'" not in repr(settings)


@pytest.mark.parametrize("content", ["secret", "secret\n", "secret\r\nnote to self\n", "\ufeffsecret\n"])
def test_a_password_files_first_line_is_the_secret(tmp_path: Path, content: str) -> None:
    (tmp_path / "box.password").write_bytes(content.encode())
    text = f'{LEAST}password_file = "box.password"\n'
    settings, _ = loaded(tmp_path, text, MAILBOT_MAILBOX_PASSWORD="other")
    assert settings.mailbox[0].password == "secret"


def test_a_password_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    text = f'{LEAST}password = "secret"\n'
    assert loaded(tmp_path, text)[1] == ()
    (tmp_path / "config.toml").chmod(0o644)
    settings, (warning,) = load(tmp_path / "config.toml", {})
    assert settings.mailbox[0].password == "secret"
    assert "chmod 600" in warning


def test_a_password_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "box.password"
    file.write_text("secret")
    for mode, warned in ((0o600, 0), (0o640, 1), (0o604, 1)):
        file.chmod(mode)
        settings, warnings = loaded(tmp_path, f'{LEAST}password_file = "box.password"\n')
        assert settings.mailbox[0].password == "secret"
        assert [f"chmod 600 {file}" in warning for warning in warnings] == [True] * warned


def test_several_mailboxes_are_read(tmp_path: Path) -> None:
    text = '[[mailbox]]\nuser = "a@example.com"\n[[mailbox]]\nkind = "maildir"\npath = "in"\nname = "old"\n'
    settings, _ = loaded(tmp_path, text)
    assert [mailbox.label for mailbox in settings.mailbox] == ["a@example.com", "old"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-07-31", date(2024, 7, 31)),
        ('"2024-07-31"', date(2024, 7, 31)),
        ("2024-07-31T18:00:00", datetime(2024, 7, 31, 18)),  # noqa: DTZ001
        ("2024-07-31 18:00:00", datetime(2024, 7, 31, 18)),  # noqa: DTZ001
        ("2024-07-31T10:00:00Z", datetime(2024, 7, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_a_date_or_a_date_time(tmp_path: Path, written: str, read: date) -> None:
    settings, _ = loaded(tmp_path, f"{LEAST}[campaign]\ndeadline = {written}\n")
    assert settings.campaign.deadline == read
    assert type(settings.campaign.deadline) is type(read)


@pytest.mark.parametrize(
    ("written", "seconds"), [('"90s"', 90), ('"2m"', 120), ('"1h"', 3600), ('"1d"', 86400), ("7", 7)]
)
def test_spans_have_units(tmp_path: Path, written: str, seconds: float) -> None:
    settings, _ = loaded(tmp_path, f"{LEAST}[schedule]\npoll_every = {written}\n")
    assert settings.schedule.poll_every == seconds


def test_a_byte_order_mark_of_notepad_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert load(tmp_path / "config.toml", {})[0].mailbox[0].user == "a@example.com"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        load(tmp_path / "none.toml", {})


def test_plain_connections_are_for_loopback(tmp_path: Path) -> None:
    text = f'{LEAST}host = "127.0.0.1"\nsecurity = "none"\n[smtp]\nhost = "localhost"\nsecurity = "none"\n'
    assert loaded(tmp_path, text)[0].smtp.security is Security.NONE


def test_the_named_config_then_the_folders_then_the_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named, elsewhere = tmp_path / "named.toml", tmp_path / "elsewhere.toml"
    elsewhere.touch()
    environment = {"MAILBOT_CONFIG": str(elsewhere)}
    with pytest.raises(ConfigError, match=r"named\.toml: no such file"):
        find_config(str(named), environment)
    with pytest.raises(ConfigError, match="mailbot init"):
        find_config(None, {})
    assert find_config(None, environment) == elsewhere
    (tmp_path / "config.toml").touch()
    assert find_config(None, environment) == tmp_path / "config.toml"
    named.touch()
    assert find_config("named.toml", environment) == named


CLUSTER = """
[work]
engine = "dask"
scheduler = "tcp://127.0.0.1:8786"
[store]
kind = "s3"
url = "s3://campaign/2024"
"""


def test_a_worker_needs_no_mailbox_and_is_given_no_secret(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CLUSTER, encoding="utf-8")
    settings, warnings = load_worker(tmp_path / "config.toml")
    assert (settings.store.url, settings.data_dir, warnings) == ("s3://campaign/2024", tmp_path / "var", ())
    more = '[mailbox]\nuser = "a@example.com"\npassword = "secret"\n[smtp]\npassword_file = "gone"'
    whole = f"{CLUSTER}{more}"
    (tmp_path / "config.toml").write_text(whole, encoding="utf-8")
    settings, (warning,) = load_worker(tmp_path / "config.toml")
    assert "secret" not in str(vars(settings)) + settings.mailbox[0].password
    assert "mailbox, smtp" in warning


def test_what_a_worker_does_need_is_checked(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CLUSTER.replace("tcp:", "ftp:"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"work\.scheduler"):
        load_worker(tmp_path / "config.toml")
