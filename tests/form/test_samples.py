"""Every sample form gives exactly what stands beside it, read through the bounded child or without one."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from mailbot.extract.kind import file_type
from mailbot.form.read import read_document, read_form
from mailbot.model.campaign_form import FormRules
from mailbot.model.finding import Code
from mailbot.model.form import Form
from mailbot.sandbox import Readers

SAMPLES = Path(__file__).parents[1] / "samples" / "forms"
NOT_HERE = {"packed.zip", "scan.jpg", "locked.docx"}
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".json" and path.name not in NOT_HERE)


def told(form: Form) -> dict[str, object]:
    rows = [
        {
            name: list(value) if name == "themes" else value
            for name, value in asdict(row).items()
            if name != "doubts" and (name not in {"unit", "extra"} or value)
        }
        for row in form.rows
    ]
    return {"unit": form.unit, "recommender": form.recommender, "rows": rows}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_exactly(name: str, rules: FormRules, readers: Readers) -> None:
    path = SAMPLES / name
    wanted = json.loads(path.with_name(f"{name}.json").read_text(encoding="utf-8"))
    reading = read_form(path, file_type(path), rules, readers)
    assert reading.form is not None
    assert told(reading.form) == {key: wanted[key] for key in ("unit", "recommender", "rows")}
    assert [finding.code for finding in reading.findings] == ([] if wanted["rows"] else [Code.FORM_EMPTY])
    assert replace(read_document(path, file_type(path), rules), pictures=()) == replace(reading, pictures=())


def test_a_locked_form_says_so(rules: FormRules, readers: Readers) -> None:
    path = SAMPLES / "locked.docx"
    reading = read_form(path, file_type(path), rules, readers)
    assert reading.form is None
    assert [finding.code for finding in reading.findings] == [Code.FORM_ENCRYPTED]
