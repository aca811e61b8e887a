"""One mail brings at most so many works."""

from mailbot.extract.works import within
from tests.make.decisions import brought, film, form, row


def test_what_a_mail_brings_beyond_the_limit_is_left_out_and_told() -> None:
    works = brought(form(row("甲"), row("乙")), form(row("丙"), name="另表.docx"), film("甲.mp4"))
    cut = within(works, 2)
    assert [[row.title for row in file.form.rows] for file in cut.forms if file.form] == [["甲", "乙"], []]
    assert [(finding.code.value, finding.details["left_out"]) for finding in cut.findings] == [
        ("mail-too-many-works", 1)
    ]
    assert within(works, 3) == works
