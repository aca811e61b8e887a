"""What a withdrawal brings besides: works of other entries."""

from collections.abc import Sequence
from dataclasses import replace

from mailbot.model.entry import Entry
from mailbot.model.works import FormFile, Works
from mailbot.text.folding import bare


def without(works: Works, taken: Sequence[Entry]) -> Works:
    """A withdrawal's works without those of the entries that it takes back: sent along, they are not sent anew."""
    titles = {bare(entry.title) for entry in taken} - {""}
    films = {entry.video.part.sha256 for entry in taken if entry.video}
    forms = [_form_without(file, titles) for file in works.forms]
    return replace(
        works,
        forms=tuple(file for file in forms if file.form is None or file.form.rows),
        videos=tuple(video for video in works.videos if video.part.sha256 not in films),
    )


def _form_without(file: FormFile, titles: set[str]) -> FormFile:
    if file.form is None:
        return file
    rows = tuple(row for row in file.form.rows if bare(row.title) not in titles)
    return replace(file, form=replace(file.form, rows=rows))
