"""ledger: the ledger in a browser."""

import asyncio
import signal
import socket
from contextlib import closing
from typing import Final

import click

from mailbot.cli.common import books_of, guarded, settings_of
from mailbot.model.errors import Refused
from mailbot.ops.bench import stores
from mailbot.ops.shown import labels_of

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8001
MISSING: Final = "mailbot ledger needs Datasette. Install it: pip install 'mailbot[admin]'"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.pass_context
@guarded
def ledger(context: click.Context, *, port: int) -> None:
    """The ledger in a browser, on this machine alone; nothing there can change it."""
    try:
        import uvicorn  # noqa: PLC0415 - of an extra

        from mailbot.browse import DATABASE, Shelf, site  # noqa: PLC0415 - likewise
    except ModuleNotFoundError as error:
        raise Refused(MISSING) from error
    settings, _ = settings_of(context)
    if not settings.ledger_file.exists():
        raise Refused(f"{settings.ledger_file}: there is no ledger yet. 'mailbot run' makes it.")
    with books_of(context) as (_, wording):
        store, _ = stores(settings, settings.data_dir)
        shelf = Shelf(settings.ledger_file, store, settings.campaign.name, wording, labels_of(wording))
    with closing(_listening(port)) as heard:
        click.echo(f"http://{LOOPBACK}:{heard.getsockname()[1]}/{DATABASE}")
        server = uvicorn.Server(uvicorn.Config(site(shelf), lifespan="off", log_level="warning"))
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them once more when it has ended
            signal.signal(number, lambda _number, _frame: None)
        asyncio.run(server.serve(sockets=[heard]))


def _listening(port: int) -> socket.socket:
    heard = socket.socket()
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        heard.bind((LOOPBACK, port))
        heard.listen()  # from here on a browser waits instead of being refused
    except OSError as error:
        heard.close()
        raise Refused(f"port {port} is taken ({error.strerror}). Name another: mailbot ledger --port 0") from error
    return heard


COMMANDS: Final = (ledger,)
