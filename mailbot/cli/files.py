"""inspect: what mailbot makes of any file."""

import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from mailbot.cli.common import USAGE, as_json, complain, guarded, show_json
from mailbot.cli.tables import show_table
from mailbot.cli.tongue import speech
from mailbot.model.errors import ConfigError, ReadingFailed, Refused
from mailbot.ops.house import own_addresses, reading_bench
from mailbot.ops.inspect import inspect as inspect_file
from mailbot.settings.found import find_config
from mailbot.settings.keys import Settings
from mailbot.settings.loading import load


@click.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
@click.pass_context
@guarded
def inspect(context: click.Context, files: tuple[Path, ...], *, as_json: bool) -> None:
    """What mailbot makes of files, by their content: a mail, a form, a video, an archive.

    Touches neither mailbox nor ledger, sends nothing. Without a configuration the campaign's defaults apply.
    """
    settings = _settings(context)
    reports, unread = [], False
    with reading_bench(settings) as (bench, wording):
        for path in files:
            try:
                reports.append(inspect_file(path, bench, wording, own_addresses(settings)))
            except (Refused, ReadingFailed) as error:
                complain(str(error) if isinstance(error, Refused) else f"{path}: {error}")
                unread = True
    if as_json:
        show_json(reports)
    else:
        for report in reports:
            _show(report)
    if unread:
        sys.exit(USAGE)


def _settings(context: click.Context) -> Settings:
    try:
        path = find_config(context.obj, os.environ)
    except ConfigError:
        if context.obj is not None:
            raise
        return Settings()
    return load(path, keep=False)[0]  # looking at a file leaves nothing behind


def _show(report: dict[str, Any]) -> None:
    rows = [(name, report[name]) for name in ("kind", "size", "sha256")]
    for kind in ("mail", "form", "video"):
        rows += [(name, _short(value)) for name, value in report.get(kind, {}).items()]
    rows += [(f"form {form['filename']}", _short(form["form"])) for form in report.get("forms", [])]
    rows += [(f"video {video['filename']}", _short(video["video"])) for video in report.get("videos", [])]
    about = [report, *report.get("forms", []), *report.get("videos", [])]
    rows += [(finding["code"], finding["message"]) for one in about for finding in one.get("findings", [])]
    show_table(report["path"], ("what", "value"), [(speech().told(name), value) for name, value in rows])


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 500 else f"{text[:500]}…"  # a screen's worth


COMMANDS: Final = (inspect,)
