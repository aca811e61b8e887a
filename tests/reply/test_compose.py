"""Decisions' answers into worded letters, by the packaged templates."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from mailbot.check.rules import deadline
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import Envelope, Letter, LetterKind
from mailbot.model.rules import Rules
from mailbot.ops.samples import sample_entries, sample_findings
from mailbot.reply.compose import Writer
from mailbot.templating import Wording
from tests.make.decisions import CHINA, GOOD, IN_TIME, film, rules

TO_SUBMITTERS = [kind for kind in LetterKind if kind not in {LetterKind.DIGEST, LetterKind.ALERT}]
HOSTILE = "<img src=x onerror=alert(1)>{{ 7*7 }}&“智”造\u202e"


@cache
def packaged() -> Wording:
    return Wording(None, CHINA)


def writer(of: Rules | None = None) -> Writer:
    with_rules = of or Rules()
    return Writer(packaged(), with_rules, deadline(with_rules.campaign), deadline(with_rules.campaign))


def written(kind: LetterKind, note: str = "", **more: object) -> Letter:
    made = writer()
    entries = more.pop("entries", sample_entries())
    findings = more.pop("findings", sample_findings())
    context = made.about_works("王一鸣", entries, findings, IN_TIME, note=note)  # type: ignore[arg-type]
    said: dict[str, object] = {"envelope": Envelope("a@example.org", subject_of="报送短视频"), **more}
    return made.letter(key="k", message_id="<k@example.org>", kind=kind, context=context, **said)  # type: ignore[arg-type]


class Words(HTMLParser):
    """What a reader of a page sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


@pytest.mark.parametrize("kind", TO_SUBMITTERS)
def test_every_kind_is_worded_in_text_and_page_alike(kind: LetterKind) -> None:
    letter = written(kind)
    seen = "".join(Words(letter.html).seen)
    for part in ("王一鸣，您好：", "征选活动组委会"):
        assert part in letter.text
        assert part in seen
    if kind is not LetterKind.NOTHING:
        for number in ("GYQG-2024-0001", "GYQG-2024-0002", "GYQG-2024-0003"):
            assert number in letter.text
            assert number in seen
    assert "{{" not in letter.text + letter.html
    assert "\n\n\n\n" not in letter.text


@pytest.mark.parametrize("kind", TO_SUBMITTERS)
def test_a_subject_is_one_line_that_keeps_the_thread(kind: LetterKind) -> None:
    assert written(kind).subject == "回复：报送短视频"
    alone = written(kind, envelope=Envelope("a@example.org"))
    assert "短视频征选活动" in alone.subject
    assert "\n" not in alone.subject


def test_a_work_is_told_with_its_number_themes_measures_and_verdict() -> None:
    text = written(LetterKind.ACCEPTED, findings=()).text
    assert "1．智造未来\n   作品编号：GYQG-2024-0001\n   单位名称：某某公司\n   征选主题：数智赋能\n" in text
    assert "智造未来.mp4（时长 42 秒，1920×1080，16:9，85.0 MB）" in text
    assert "审核结果：已受理" in text
    assert "尚未受理" not in text


@pytest.mark.parametrize("kind", TO_SUBMITTERS)
def test_a_hostile_title_is_only_text(kind: LetterKind) -> None:
    (first, *_) = sample_entries()
    entry = replace(first, title=HOSTILE, unit=HOSTILE, video=film(HOSTILE), findings=(
        Finding(Code.VIDEO_ROW_MISSING, {"filename": HOSTILE}),
    ))  # fmt: skip
    letter = written(kind, entries=(entry,), note=HOSTILE)
    words = Words(letter.html)
    assert "img" not in words.tags
    assert "script" not in words.tags
    if kind is not LetterKind.NOTHING:
        assert HOSTILE in "".join(words.seen)
        assert HOSTILE in letter.text


def test_a_persons_note_is_quoted() -> None:
    letter = written(LetterKind.DECIDED, note="画面有水印")
    assert "工作人员说明：画面有水印" in letter.text
    assert "工作人员说明：画面有水印" in "".join(Words(letter.html).seen)


def test_no_letter_names_a_deadline_in_another_zone() -> None:
    assert "2024年7月31日 24:00" in written(LetterKind.INCOMPLETE).text


def test_a_page_holds_nothing_that_is_fetched_or_run() -> None:
    page = written(LetterKind.ACCEPTED).html
    assert not {"script", "link", "img", "iframe", "form"} & set(Words(page).tags)
    assert not re.search(r"url\(|@import|javascript:", page)


def test_the_campaigns_contact_line_is_told_where_there_is_one() -> None:
    with_contact = rules(contact="010-00000000（工作日）")
    made = writer(with_contact)
    context = made.about_works("王一鸣", (), (), IN_TIME)
    letter = made.letter(
        key="k", message_id="<k@x>", kind=LetterKind.STATE, envelope=Envelope("a@example.org"), context=context
    )
    assert "咨询联系方式：010-00000000（工作日）" in letter.text
    assert "咨询联系方式" not in written(LetterKind.STATE).text


@pytest.mark.parametrize(
    "facts", [None, replace(GOOD, width=0, height=0), replace(GOOD, duration=0.0), replace(GOOD, width=1, height=9999)]
)
def test_a_video_of_odd_measures_is_told_all_the_same(facts: object) -> None:
    (first, *_) = sample_entries()
    letter = written(LetterKind.REJECTED, entries=(replace(first, video=film(facts=facts)),))  # type: ignore[arg-type]
    assert "作品视频：智造未来.mp4" in letter.text


def test_counts_are_of_the_works_shown() -> None:
    context = writer().about_works("王", sample_entries(), (), IN_TIME)
    assert context["counts"] == {
        "accepted": 1, "rejected": 1, "incomplete": 1, "review": 0, "withdrawn": 0, "replaced": 0, "fetching": 0,
    }  # fmt: skip


def test_every_status_has_its_label() -> None:
    assert set(Wording(None, CHINA).words("status")) == {*EntryStatus, "fetching"}
