"""Links that a document holds outside the form's own cells: 视频下载地址.txt, a line below the table, a code. Pure."""

import re
from typing import Final

from mailbot.model.document import Document, distinct
from mailbot.model.form import Form
from mailbot.model.mail import Link
from mailbot.text.hosts import known_hosts
from mailbot.text.links import find_links

LONGEST: Final = 1500
"""Characters of a document that is there for its links alone; a notice or a brochure is longer, and has links too."""


def links_of(document: Document, form: Form | None) -> tuple[Link, ...]:
    """What a document's texts and hyperlinks lead to, but for what its works say themselves.

    Args:
        document: as its reader saw it.
        form: that it is; None for any other document, which counts where it says little besides.
    """
    cells = [cell for grid in document.grids for row in grid.rows for cell in distinct(row)]
    said = "\n".join((*document.paragraphs, *(cell.text for cell in cells)))
    if form is None and len(said) > LONGEST:
        return ()
    behind = "\n".join((*document.links, *(cell.link for cell in cells)))
    of_works = re.sub(r"\s", "", "".join(row.link for row in form.rows)) if form is not None else ""
    found = find_links(f"{said}\n{behind}", known_hosts(), html=False)
    return tuple(link for link in found if link.url.partition("://")[2] not in of_works)
