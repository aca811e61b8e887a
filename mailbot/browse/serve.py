"""Datasette over the ledger: opened read-only, heard on loopback alone, told by the templates' words and by docs."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from mailbot.browse.description import described
from mailbot.browse.pages import Pages
from mailbot.browse.queries import FACETS, PLUMBING, QUERIES
from mailbot.store import Store
from mailbot.templating import Wording

DATABASE: Final = "ledger"
DOCS: Final = "docs/ledger.md"
SETTINGS: Final = {
    "allow_download": False,
    "default_cache_ttl": 0,
    "default_page_size": 100,
    "facet_time_limit_ms": 2000,
    "num_sql_threads": 2,
    "sql_time_limit_ms": 10_000,
    "suggest_facets": False,
    "truncate_cells_html": 200,
}
HERE: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names by which a browser on this machine asks; a page elsewhere that reaches for it asks by its own name."""
HEADERS: Final = (
    (b"content-security-policy", b"default-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Nothing is fetched from elsewhere, and no link tells where it was clicked."""
TELLTALE: Final = "datasette.handle_exception"
"""Datasette's own: at each mistake in a question it prints all values in hand, names and phones among them."""
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is shown.

    Attributes:
        ledger: the file.
        store: has the contact sheets.
        campaign: its name.
        wording: every word.
        labels: each list of codes -> code -> its word.
    """

    ledger: Path
    store: Store
    campaign: str
    wording: Wording
    labels: Mapping[str, Mapping[str, str]]


def ledger_docs() -> Path:
    """docs/ledger.md: in the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / DOCS
    return inside if inside.is_file() else package.parent / DOCS


def metadata(shelf: Shelf) -> dict[str, Any]:
    """Datasette's metadata: titles from the words, descriptions from docs/ledger.md, queries and facets."""
    words = shelf.wording
    tables, queries = words.words("tables"), words.words("queries")
    told = {
        name: {
            "title": tables.get(name, name),
            "description": one.text.replace("`", ""),
            "columns": one.columns,
            "hidden": name in PLUMBING,
            **({"facets": FACETS[name]} if name in FACETS else {}),
        }
        for name, one in described(ledger_docs().read_text(encoding="utf-8")).items()
    }
    asked = {
        name: {"sql": "\n".join(line.strip() for line in sql.strip().splitlines()), "title": queries[name],
               "hide_sql": True}
        for name, sql in QUERIES.items()
    }  # fmt: skip
    title = shelf.campaign
    told["_sqlite_migrations"] = {"hidden": True}
    return {"title": title, "databases": {DATABASE: {"title": title, "tables": told, "queries": asked}}}


def site(shelf: Shelf) -> App:
    """The site, as an ASGI application: every page of Datasette, and `/-/sheet/<sha256>`."""
    words = shelf.wording
    pages = Pages(DATABASE, shelf.store, shelf.labels, words.words("columns"), words.words("tables"),
                  words.words("folds"))  # fmt: skip
    for old in [plugin for plugin in pm.get_plugins() if isinstance(plugin, Pages)]:
        pm.unregister(old)
    pm.register(pages, name="mailbot")
    if pm.has_plugin(TELLTALE):
        pm.unregister(name=TELLTALE)
    datasette = Datasette(files=[], metadata=metadata(shelf), settings=SETTINGS)
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(shelf.ledger), is_mutable=True), name=DATABASE)  # mode=ro, WAL
    return _from_here_alone(datasette.app())


def _from_here_alone(app: App) -> App:
    """The application for browsers that ask for this machine by its own name."""

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if _name(host) not in HERE:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"Ask for 127.0.0.1 or localhost."})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        await app(scope, receive, with_headers)

    return serve


def _name(host: str) -> str:
    """A Host header without its port; an IPv6 address keeps its brackets."""
    address, bracket, _ = host.partition("]")
    return (address + bracket if bracket else host.partition(":")[0]).lower()
