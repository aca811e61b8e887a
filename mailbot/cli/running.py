"""init, doctor, run, demo: setting mailbot up and letting it work."""

import getpass
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from mailbot.cli.common import REFUSED, complain, guarded, log_to_stderr, settings_of, show_line, tell
from mailbot.cli.rooms import house_of
from mailbot.cli.tongue import speech
from mailbot.daemon import run as run_daemon
from mailbot.demo import campaign as demo_campaign
from mailbot.ops import service
from mailbot.ops.doctor import examine
from mailbot.ops.heartbeat import Heart
from mailbot.ops.house import now, open_house
from mailbot.ops.lock import only_one
from mailbot.ops.pulse import Pulse
from mailbot.ops.purge import go_on
from mailbot.ops.round import run_once
from mailbot.ops.scrub import refuse_damaged
from mailbot.ops.worker import work
from mailbot.settings.found import (
    DEFAULT_FILE,
    FOLDER,
    ROSTER_EXAMPLE,
    example_config,
    example_roster,
    find_config,
    packaged_templates,
)
from mailbot.settings.loading import load_worker

LAST_BEAT_SECONDS: Final = 5.0
"""How long the end of `run --once` may be told to the heartbeat's address."""


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--systemd", is_flag=True, help="Write nothing; print a systemd unit for the present configuration.")
@click.pass_context
@guarded
def init(context: click.Context, folder: Path, *, systemd: bool) -> None:
    """Write config.toml and a copy of templates/ to edit; never overwrites."""
    if systemd:
        click.echo(service.unit(settings_of(context)[0], getpass.getuser()), nl=False)
        return
    config, templates = folder / DEFAULT_FILE, folder / FOLDER
    there = [str(path) for path in (config, templates) if path.exists()]
    if there:
        complain(f"{', '.join(there)}: there already; nothing was written. Name another folder: mailbot init DIR.")
        sys.exit(REFUSED)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(example_config(), config)
    shutil.copytree(packaged_templates(), templates)
    shutil.copyfile(example_roster(), folder / ROSTER_EXAMPLE)
    tell(f"Wrote {config} and {templates}/. Next: edit {config}, then run 'mailbot doctor'.", err=False)


@click.command()
@click.option("--deep", is_flag=True, help="Also read every stored and spooled file, and check the whole ledger.")
@click.pass_context
@guarded
def doctor(context: click.Context, *, deep: bool) -> None:
    """Try every outside thing with the real credentials, one line each, with the cure."""
    settings, warnings = settings_of(context)
    well = True
    with open_house(settings) as house:
        for line in examine(house, warnings, deep=deep):
            well = well and line.well
            show_line(line)
    sys.exit(0 if well else REFUSED)


@click.command()
@click.option("--once", is_flag=True, help="One whole round: poll, process everything pending, send everything due.")
@click.option("--debug", is_flag=True, help="Log more, personal data among it.")
@click.pass_context
@guarded
def run(context: click.Context, *, once: bool, debug: bool) -> None:
    """The daemon: polls, checks, answers, until SIGTERM or SIGINT ends it cleanly."""
    log_to_stderr(debug=debug)
    with house_of(context) as house, only_one(house.settings.data_dir):
        house.bench.store.sweep(now() - timedelta(days=1))
        refuse_damaged(house)
        go_on(house.settings)
        if not once:
            run_daemon(house)
            return
        heart = Heart(house.settings.watch.heartbeat)
        with Pulse(heart).round() as verdict:
            outcome = run_once(house)
            verdict.well = outcome.well
        heart.close(LAST_BEAT_SECONDS)
    for trouble in outcome.troubles:
        complain(trouble)
    tell(
        f"{outcome.fetched} mails fetched, {outcome.processed} processed, {outcome.failed} failed, "
        f"{outcome.sent} letters sent",
    )
    sys.exit(0 if outcome.well else REFUSED)


@click.command()
@click.option("--debug", is_flag=True, help="Log more.")
@click.pass_context
@guarded
def worker(context: click.Context, *, debug: bool) -> None:
    """Read files for a deciding node on another machine, until SIGTERM or SIGINT."""
    log_to_stderr(debug=debug)
    settings, warnings = load_worker(find_config(context.obj, os.environ))
    for warning in warnings:
        complain(f"warning: {warning}")
    work(settings)


@click.command()
@click.option("--dir", "folder", metavar="DIR", default="demo-out", type=click.Path(file_okay=False, path_type=Path))
@guarded
def demo(folder: Path) -> None:
    """The whole job on an embedded mailbox; everything stays in DIR to look at."""
    demo_campaign.run(folder, speech().say)


COMMANDS: Final = (init, doctor, run, demo, worker)
