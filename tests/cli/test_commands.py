"""The commands as people type them; a round, the daemon and an error also in a process of their own."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from mailbot.cli import cli
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.configs import ON_FOLDERS
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_receiver import SmtpReceiver

ROOT = Path(__file__).parents[2]
OPEN = "deadline = 2099-12-31"


@pytest.fixture
def stage(tmp_path: Path, dovecot: Dovecot, smtp_receiver: SmtpReceiver) -> Stage:
    made = Stage(tmp_path, dovecot, smtp_receiver)
    made.configure(campaign=OPEN)
    return made


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def mailbot(*arguments: str | Path, cwd: Path, environment: dict[str, str] | None = None) -> Done:
    """Type a command in a folder. It runs in this process: importing mailbot anew takes longer than most commands."""
    with chdir(cwd):
        result = CliRunner(env=environment).invoke(cli, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def process(*arguments: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mailbot", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=120,
    )


def listed(stage: Stage, *arguments: str) -> Any:  # noqa: ANN401 - any JSON
    done = mailbot(*arguments, "--json", cwd=stage.folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def submit(stage: Stage, title: str = "智造未来", seconds: int = 62, sender: str = "王一鸣 <wang@example.org>") -> None:
    files = ("表.docx", form(Work(title))), (f"{title}.mp4", film(title, seconds=seconds))
    stage.imap.deliver(mail(*files, sender=sender).as_bytes())


def test_run_once_twice_gives_the_same_ledger_and_sends_nothing_the_second_time(stage: Stage) -> None:
    submit(stage)
    first = process("run", "--once", cwd=stage.folder)
    assert first.returncode == 0, first.stderr
    before = listed(stage, "entries")
    assert [entry["status"] for entry in before] == ["accepted"]
    assert mailbot("run", "--once", cwd=stage.folder).returncode == 0
    assert listed(stage, "entries") == before
    assert len(stage.smtp.letters) == 1


def test_the_daemon_polls_answers_and_stops_on_sigterm(stage: Stage) -> None:
    submit(stage)
    daemon = subprocess.Popen(
        [sys.executable, "-m", "mailbot", "run"],
        cwd=stage.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not stage.smtp.letters and time.monotonic() < deadline:
        time.sleep(0.2)
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=30)
    assert daemon.returncode == 0, log.decode()
    assert [letter.recipients for letter in stage.smtp.letters] == [("wang@example.org",)]
    assert b"Traceback" not in log


def test_run_once_ends_with_1_where_the_mailbox_cannot_be_reached(stage: Stage) -> None:
    config = stage.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(f"port = {stage.imap.port}", "port = 1"))
    done = process("run", "--once", cwd=stage.folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_bad_config_names_file_key_and_cure_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[video]\nmin_secnds = 3\n[mailbox]\nkind = "maildir"\n')
    done = mailbot("entries", cwd=tmp_path)
    assert done.returncode == 2
    assert "config.toml：video.min_secnds：没有这个配置项" in done.stderr


def test_a_missing_config_says_what_to_do_and_ends_with_2(tmp_path: Path) -> None:
    done = mailbot("entries", cwd=tmp_path, environment={"MAILBOT_CONFIG": ""})
    assert done.returncode == 2
    assert "mailbot init" in done.stderr


def test_init_writes_a_config_that_runs_and_never_overwrites(tmp_path: Path) -> None:
    assert mailbot("init", cwd=tmp_path).returncode == 0
    assert (tmp_path / "templates" / "accepted.txt.j2").is_file()
    assert mailbot("run", "--once", cwd=tmp_path).returncode == 0
    examined = mailbot("doctor", cwd=tmp_path)
    assert examined.returncode == 1, "the example's addresses and deadline are nobody's"
    failed = [line.split()[1] for line in examined.stdout.splitlines() if line.startswith("失败")]
    assert failed == ["smtp.from:", "organizers.digest_to:", "campaign.deadline:"]
    assert "读取程序受内存、CPU、时间和输出限制" in examined.stdout
    assert "可识别经转码的雷同视频" in examined.stdout
    assert mailbot("init", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("_letter.txt.j2", '{{ say("letter.salutation") }}'), ("digest.html.j2", "<tr><td>{{ cause.label }}"),
        ("digest.txt.j2", "{% for work in page.new %}"), ("alert.html.j2", '<li class="item">{{ item }}</li>'),
    ],
)  # fmt: skip
def test_doctor_names_file_and_line_of_an_undefined_name(tmp_path: Path, template: str, place: str) -> None:
    mailbot("init", cwd=tmp_path)
    file = tmp_path / "templates" / template
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(place, place + "\n{{ no_such_name }}"), encoding="utf-8")
    line = text[: text.index(place)].count("\n") + 2
    done = mailbot("doctor", cwd=tmp_path)
    assert done.returncode == 1
    told = " ".join((done.stdout + done.stderr).split())
    assert f"{template}, line {line}" in told or f"{template}:{line}" in told, told


def test_the_example_config_runs_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text((ROOT / "config.example.toml").read_text(encoding="utf-8"), encoding="utf-8")
    done = mailbot("run", "--once", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_person_settles_mends_and_takes_back(stage: Stage) -> None:
    submit(stage, seconds=42)
    mailbot("run", "--once", cwd=stage.folder)
    [entry] = listed(stage, "entries")
    assert (entry["status"], entry["reasons"]) == ("rejected", ["video-too-short"])
    number = entry["number"]
    assert mailbot("accept", number, "--say", "组委会特批。", cwd=stage.folder).returncode == 0
    whole = listed(stage, "entry", number)
    assert whole["status"] == "accepted"
    assert whole["events"][-1]["say"] == "组委会特批。"
    assert mailbot("edit", number, "--theme", "绿色低碳", cwd=stage.folder).returncode == 0
    assert listed(stage, "entry", number)["themes"] == ["绿色低碳"]
    mailbot("run", "--once", cwd=stage.folder)
    last = stage.smtp.letters[-1].message
    assert last["X-Mailbot"] == "decided"
    body = last.get_body(("plain",))
    assert body is not None
    assert "组委会特批。" in body.get_content()
    assert mailbot("withdraw", number, cwd=stage.folder).returncode == 0
    assert listed(stage, "entries")[0]["status"] == "withdrawn"


def test_an_unknown_number_ends_with_1(stage: Stage) -> None:
    for command in ("accept", "reject", "withdraw", "entry"):
        assert mailbot(command, "GYQG-2024-9999", cwd=stage.folder).returncode == 1
    assert mailbot("outbox", "release", "99", cwd=stage.folder).returncode == 1


def test_a_video_that_came_by_disk_is_attached_and_checked(stage: Stage, tmp_path: Path) -> None:
    stage.imap.deliver(mail(("表.docx", form(Work("智造未来", link="https://pan.baidu.com/s/1abc")))).as_bytes())
    mailbot("run", "--once", cwd=stage.folder)
    file = tmp_path / "下载.mp4"
    file.write_bytes(film("a"))
    [entry] = listed(stage, "entries")
    assert entry["status"] == "incomplete"
    assert mailbot("attach", entry["number"], file, cwd=stage.folder).returncode == 0
    assert listed(stage, "entries")[0]["status"] == "accepted"


def test_redecide_previews_and_then_flips_after_a_change_of_rules(stage: Stage) -> None:
    submit(stage, seconds=42)
    mailbot("run", "--once", cwd=stage.folder)
    stage.configure(campaign=f"{OPEN}\n[video]\nmin_seconds = 30")
    preview = listed(stage, "redecide", "--preview")
    assert [(flip["before"], flip["after"]) for flip in preview] == [("rejected", "accepted")]
    assert listed(stage, "entries")[0]["status"] == "rejected"
    assert listed(stage, "redecide") == preview
    assert listed(stage, "entries")[0]["status"] == "accepted"
    assert listed(stage, "redecide") == []


def test_held_letters_wait_until_they_are_released(stage: Stage) -> None:
    stage.configure(campaign=OPEN, outbox='hold = "all"')
    submit(stage)
    mailbot("run", "--once", cwd=stage.folder)
    assert stage.smtp.letters == []
    [letter] = listed(stage, "outbox")
    assert (letter["state"], letter["kind"]) == ("held", "accepted")
    assert mailbot("outbox", "release", "--all", cwd=stage.folder).returncode == 0
    mailbot("run", "--once", cwd=stage.folder)
    assert len(stage.smtp.letters) == 1


def test_a_first_round_that_owes_too_much_holds_everything(stage: Stage) -> None:
    stage.configure(campaign=OPEN, outbox="first_run_limit = 2")
    for index in range(3):
        stage.imap.deliver(mail(subject="咨询", body="请问？", sender=f"a{index}@example.org").as_bytes())
    mailbot("run", "--once", cwd=stage.folder)
    assert {letter.recipients[0] for letter in stage.smtp.letters} == {"organizer@example.org"}
    assert [letter["state"] for letter in listed(stage, "outbox", "--state", "held")] == ["held"] * 3


def test_the_digest_is_previewed_with_its_workbook(stage: Stage, tmp_path: Path) -> None:
    submit(stage)
    mailbot("run", "--once", cwd=stage.folder)
    done = mailbot("digest", "--preview", tmp_path / "out", cwd=stage.folder)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"digest.html", "digest.txt", "推荐汇总表.xlsx", "GYQG-2099-0001.jpg"}
    assert "智造未来" in (tmp_path / "out" / "digest.txt").read_text(encoding="utf-8")


def test_a_package_is_brought_up_to_date_by_a_second_run(stage: Stage, tmp_path: Path) -> None:
    submit(stage)
    mailbot("run", "--once", cwd=stage.folder)
    judges = tmp_path / "judges"
    assert mailbot("export", judges, cwd=stage.folder).returncode == 0
    film_file = judges / "works" / "GYQG-2099-0001-智造未来.mp4"
    assert film_file.read_bytes() == film("智造未来")
    assert {path.name for path in (judges / "数智赋能").iterdir()} == {"GYQG-2099-0001-智造未来.html", "作品清单.csv"}
    assert (judges / "推荐汇总表.xlsx").is_file()
    mailbot("withdraw", "GYQG-2099-0001", cwd=stage.folder)
    again = mailbot("export", judges, cwd=stage.folder)
    assert (again.returncode, again.stdout) == (0, "")
    assert "stale: works/GYQG-2099-0001-智造未来.mp4" in again.stderr
    assert "removed: works/" in mailbot("export", judges, "--prune", cwd=stage.folder).stderr
    assert not film_file.exists()


def test_replay_shows_what_todays_rules_would_change(stage: Stage) -> None:
    submit(stage, seconds=42)
    mailbot("run", "--once", cwd=stage.folder)
    same = listed(stage, "replay", "1")
    assert same["entries"] == []
    stage.configure(campaign=f"{OPEN}\n[video]\nmin_seconds = 30")
    changed = listed(stage, "replay", "1")
    assert [(entry["before"], entry["after"]) for entry in changed["entries"]] == [("rejected", "accepted")]
    assert listed(stage, "entries")[0]["status"] == "rejected"
    listed(stage, "replay", "1", "--apply")
    assert listed(stage, "entries")[0]["status"] == "accepted"


def photograph() -> bytes:
    """What a phone takes when its owner meant to film."""
    out = io.BytesIO()
    Image.effect_noise((800, 600), 60).save(out, "JPEG")
    return out.getvalue()


def test_inspect_tells_mails_forms_and_videos_apart_without_a_config(tmp_path: Path) -> None:
    files = {
        "a.eml": mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))).as_bytes(),
        "b.bin": form(Work("智造未来")),
        "c.bin": film("short", seconds=42),
        "d.bin": b"hello",
        "e.mp4": photograph(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    done = mailbot("inspect", "--json", *files, cwd=tmp_path, environment={"MAILBOT_CONFIG": ""})
    assert done.returncode == 0, done.stderr
    a, b, c, d, e = json.loads(done.stdout)
    assert [one["kind"] for one in (a, b, c, d, e)] == ["mail", "form", "video", "other", "video"]
    assert a["mail"]["triage"] == "submission"
    assert [part["kind"] for part in a["mail"]["parts"]] == ["form", "video"]
    assert b["form"]["rows"][0]["title"] == "智造未来"
    assert {finding["code"] for finding in c["findings"]} == {"video-too-short"}
    assert {finding["code"] for finding in e["findings"]} == {"video-unreadable"}
    assert list(tmp_path.glob("var")) == []


def test_inspect_of_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    assert mailbot("inspect", "nowhere.mp4", cwd=tmp_path).returncode == 2


def test_inspect_of_a_mail_that_no_reader_bears_ends_with_2_and_the_others_are_told(stage: Stage) -> None:
    config = stage.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + "\n[limits]\nmail_seconds = 0.05\n", "utf-8")
    mail = stage.folder / "one.eml"
    mail.write_bytes(b"From: a@example.org\r\nSubject: one\r\n\r\n" + b"pan.baidu.com/s/1 " * 120_000)
    other = stage.folder / "notes.txt"
    other.write_text("words", "utf-8")
    done = mailbot("inspect", "--json", str(mail), str(other), cwd=stage.folder)
    assert done.returncode == 2, done.stderr
    assert [report["path"] for report in json.loads(done.stdout)] == [str(other)]
    assert "one.eml" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_config_is_named_before_or_behind_the_command(stage: Stage, tmp_path: Path) -> None:
    config = stage.folder / "config.toml"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before, behind, group = (
        ("--config", config, "entries"),
        ("entries", "--config", config),
        ("outbox", "--config", config),
    )
    for arguments in (before, behind, group):
        done = mailbot(*arguments, cwd=elsewhere, environment={"MAILBOT_CONFIG": ""})
        assert done.returncode == 0, done.stderr
    assert mailbot("outbox", "drop", "--all", "--config", config, cwd=elsewhere).returncode == 0


def test_new_mail_is_answered_within_seconds_where_the_server_offers_idle(stage: Stage) -> None:
    config = stage.folder / "config.toml"
    hourly = config.read_text(encoding="utf-8") + '\n[schedule]\npoll_every = "1h"\n'
    config.write_text(hourly, encoding="utf-8")
    daemon = subprocess.Popen(
        [sys.executable, "-m", "mailbot", "run"],
        cwd=stage.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        stage.imap.deliver(mail(subject="咨询", body="请问？", sender="first@example.org").as_bytes())
        assert _within(60, lambda: len(stage.smtp.letters) == 1)
        stage.imap.deliver(mail(subject="咨询", body="请问？", sender="second@example.org").as_bytes())
        assert _within(60, lambda: len(stage.smtp.letters) == 2)
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0


def _within(seconds: float, so: Callable[[], bool]) -> bool:
    """Whether it becomes so in time: generous, since the machine may be busy."""
    deadline = time.monotonic() + seconds
    while not so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return so()


def test_doctor_fails_where_others_can_read_the_password(tmp_path: Path) -> None:
    config, secret = tmp_path / "config.toml", tmp_path / "mailbox.password"
    config.write_text(ON_FOLDERS.replace('path = "var/inbox"', f'path = "var/inbox"\npassword_file = "{secret.name}"'))
    secret.write_text("geheim\n")
    secret.chmod(0o644)
    told = f"{secret}: the password can be read by others. Run: chmod 600 {secret}"
    done = mailbot("doctor", cwd=tmp_path)
    assert done.returncode == 1
    assert told in done.stdout
    assert "geheim" not in done.stdout + done.stderr
    secret.chmod(0o600)
    assert told not in mailbot("doctor", cwd=tmp_path).stdout
