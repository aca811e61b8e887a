"""What Datasette's pages show beside rows: words for codes, contact sheets as pictures, titles of columns."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, ClassVar, Final

from datasette import hookimpl
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from mailbot.browse.queries import LISTS, QUERIED, SHEETS
from mailbot.store import Store

LOG: Final = logging.getLogger(__name__)
SCRIPT: Final = "titles.js"
KNOWN_SHEET: Final = "SELECT 1 FROM videos WHERE contact_sheet = ? LIMIT 1"
COMMA: Final = "、"
ESCAPED: Final = "\\u003c"
"""A `<` within JSON within a script."""


@dataclass(frozen=True, eq=False)
class Pages:
    """A plugin of one site.

    Attributes:
        database: the ledger's name in addresses.
        store: where contact sheets lie.
        labels: each list of codes -> code -> its word.
        columns: a column's name -> its title.
        titles: a table's or view's name -> its title.
        folds: what opens at a click -> its title.
    """

    database: str
    store: Store
    labels: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, str]
    titles: Mapping[str, str]
    folds: Mapping[str, str]

    __name__: ClassVar[str] = "mailbot.browse"  # Datasette tells plugins by the names of their modules

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Any]]:
        """Contact sheets, by the hash of their content, and nothing else of the store."""
        return [(r"^/-/sheet/(?P<sha256>[0-9a-f]{64})$", self.sheet)]

    async def sheet(self, request: Request, datasette: Any) -> Response:  # noqa: ANN401 - Datasette's own
        """One contact sheet, as the JPEG that it is."""
        sha256 = request.url_vars["sha256"]
        known = await datasette.get_database(self.database).execute(KNOWN_SHEET, [sha256])
        if not known.rows or sha256 not in self.store:
            return Response("no such contact sheet", status=404)
        picture = self.store.path(sha256).read_bytes()
        return Response(picture, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})

    @hookimpl  # type: ignore[untyped-decorator]
    def handle_exception(self, exception: Exception) -> Callable[[], Awaitable[Response]]:
        """What is wrong with a question, in a line."""

        async def told() -> Response:
            status = getattr(exception, "status", 0)
            if not status:
                LOG.error("ledger-page-failed reason=%s", type(exception).__name__)
            return Response.text(str(getattr(exception, "message", None) or exception), status=status or 500)

        return told

    @hookimpl  # type: ignore[untyped-decorator]
    def render_cell(self, value: Any, column: str, table: str | None) -> Markup | None:  # noqa: ANN401 - any column's
        """A cell in words; None where it stays as it is."""
        if not value:
            return None
        if column in SHEETS:
            return Markup('<img src="/-/sheet/{0}" alt="" loading="lazy" height="72">').format(value)
        if column in {"number", "other"}:
            return Markup('<a href="/{0}/letters?number={1}">{1}</a>').format(self.database, value)
        told = LISTS.get((table or QUERIED, column))
        if told is None:
            return None
        words = self._words(told)
        text = COMMA.join(words.get(code, code) for code in str(value).split(COMMA))
        return Markup('<span title="{0}">{1}</span>').format(value, text)

    def _words(self, told: str) -> Mapping[str, str]:
        """A list's words; a cause may be a finding too."""
        return {**self.labels["finding"], **self.labels[told]} if told == "cause" else self.labels[told]

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_body_script(self, table: str | None) -> str:
        """Titles in place of names, in the page itself."""
        codes = {column: dict(self._words(told)) for (of, column), told in LISTS.items() if of == table}
        told = {"columns": dict(self.columns), "tables": dict(self.titles), "folds": dict(self.folds), "codes": codes}
        script = files("mailbot.browse").joinpath(SCRIPT).read_text(encoding="utf-8")
        return f"const told = {json.dumps(told, ensure_ascii=False).replace('<', ESCAPED)};\n{script}"
