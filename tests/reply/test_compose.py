"""Decisions' answers into worded letters, by the packaged templates."""

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from mailbot.check.rules import deadline, judge_video
from mailbot.model.decision import Answer, FieldChange
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code, Finding
from mailbot.model.letter import Letter, LetterKind
from mailbot.model.mail import Address, Mail
from mailbot.model.rules import Rules, VideoRules
from mailbot.model.video import VideoFacts
from mailbot.ops.samples import sample_entries, sample_findings
from mailbot.reply.blank import DOCX
from mailbot.reply.compose import Writer
from mailbot.settings.keys import Settings
from mailbot.templating import Wording
from tests.make.decisions import GOOD, IN_TIME, LATE, film, rules, sha

TO_ORGANIZERS = {LetterKind.DIGEST, LetterKind.ALERT, LetterKind.ORDERS, LetterKind.CANARY}
TO_SUBMITTERS = [kind for kind in LetterKind if kind not in TO_ORGANIZERS]
HOSTILE = "<img src=x onerror=alert(1)>{{ 7*7 }}&“智”造\u202e"


WANG = Address("wang@example.org", "王一鸣")


@cache
def packaged(of: Rules) -> Wording:
    return Wording(None, of)


def writer(of: Rules | None = None, kept: list[bytes] | None = None) -> Writer:
    with_rules = of or Rules()
    settings = Settings(campaign=with_rules.campaign, video=with_rules.video, form=with_rules.form)
    last = deadline(with_rules.campaign)

    def keep(content: bytes) -> str:
        if kept is not None:
            kept.append(content)
        return sha("form")

    return Writer(packaged(with_rules), settings, last, last, keep)


def written(kind: LetterKind, note: str = "", subject: str = "报送短视频", **answer: object) -> Letter:
    said: dict[str, object] = {"entries": sample_entries(), "findings": sample_findings(), **answer}
    place = Mail("<1@mail.example.com>", WANG, subject)
    return writer().to_submitter(
        Answer(kind, **said),  # type: ignore[arg-type]
        place,
        WANG,
        key="k",
        at=IN_TIME,
        now=IN_TIME,
        note=note,
    )


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


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (LetterKind.ACCEPTED, "【已受理】GYQG-2024-0001 等 3 件 回复：报送短视频"),
        (LetterKind.INCOMPLETE, "【需补充】GYQG-2024-0001 等 3 件 回复：报送短视频"),
        (LetterKind.REJECTED, "【未通过】GYQG-2024-0001 等 3 件 回复：报送短视频"),
        (LetterKind.PARTIAL, "【部分受理】GYQG-2024-0001 等 3 件 回复：报送短视频"),
        (LetterKind.DECIDED, "【审核结果】GYQG-2024-0001 等 3 件 回复：报送短视频"),
    ],
)
def test_a_subject_tells_the_outcome_and_keeps_the_thread(kind: LetterKind, subject: str) -> None:
    assert written(kind).subject == subject
    assert written(kind, subject=f"Re: {subject}").subject == subject


def test_a_subject_of_one_work_tells_its_number_and_a_decision_what_it_came_to() -> None:
    first, *_ = sample_entries()
    assert written(LetterKind.DECIDED, entries=(first,)).subject == "【已受理】GYQG-2024-0001 回复：报送短视频"
    assert written(LetterKind.NOTHING, entries=(), subject="").subject == (
        "【未收到作品】回复：首届“工业强国·新型工业化”短视频征选活动参选邮件"
    )


def test_a_work_is_told_with_its_number_themes_measures_and_verdict() -> None:
    text = written(LetterKind.ACCEPTED, findings=()).text
    assert "1．智造未来\n   作品编号：GYQG-2024-0001\n   单位名称：某某公司\n   征选主题：数智赋能\n" in text
    assert "   联系人：王一鸣\n   手机号码：13800000000\n" in text
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
        assert HOSTILE[:-1] in "".join(words.seen)
        assert HOSTILE[:-1] in letter.text
    assert "&lt;" not in letter.text
    assert "\u202e" not in letter.text + letter.html


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
    made = writer(rules(contact="010-00000000（工作日）"))
    mail = Mail("<1@mail.example.com>", WANG, "")
    letter = made.to_submitter(Answer(LetterKind.STATE), mail, WANG, key="k", at=IN_TIME, now=IN_TIME)
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
    context = writer().about_works(Answer(LetterKind.PARTIAL, sample_entries()), IN_TIME, IN_TIME)
    assert context["counts"] == {
        "accepted": 1, "rejected": 1, "incomplete": 1, "review": 0, "withdrawn": 0, "replaced": 0, "fetching": 0,
    }  # fmt: skip


def test_every_status_has_its_label() -> None:
    assert set(packaged(Rules()).words("status")) == {*EntryStatus, "fetching"}


def test_many_works_are_told_in_a_table_and_those_that_need_something_at_length() -> None:
    whole, _, lacking = sample_entries()
    entries = [replace(whole, number=f"GYQG-2024-001{digit}", title=f"作品{digit}") for digit in range(5)]
    lacking = replace(lacking, findings=(Finding(Code.ROW_VIDEO_MISSING),))
    text = written(LetterKind.PARTIAL, entries=(*entries, lacking), findings=()).text
    assert "3. GYQG-2024-0012 作品2：已受理\n" in text
    assert "6. GYQG-2024-0003 绿动厂房：材料不全（缺视频）\n" in text
    assert text.count("作品编号：") == 1
    assert "6．绿动厂房\n   作品编号：GYQG-2024-0003\n" in text


def test_a_late_letter_says_so_at_the_work_and_does_not_repeat_it() -> None:
    first, *_ = sample_entries()
    late = Finding(Code.MAIL_LATE)
    work = replace(first, status=EntryStatus.REJECTED, findings=(late,))
    text = written(LetterKind.LATE, entries=(work,), findings=(late,)).text
    assert "审核结果：逾期未受理" in text
    assert text.count("邮件送达本邮箱的时间晚于申报截止时间") == 1
    assert "关于本次来信的说明" not in text


def test_a_letter_ends_with_who_wrote_it_and_when() -> None:
    letter = written(LetterKind.ACCEPTED)
    assert "\n征选活动组委会\n2024年6月1日\n\n--\n" in letter.text
    assert re.search(r"text-align: right[^>]*>征选活动组委会<br>2024年6月1日</p>", letter.html)


def test_nobody_is_addressed_by_an_accounts_name() -> None:
    nameless = [replace(entry, contact="") for entry in sample_entries()]
    place = Mail("<1@mail.example.com>", Address("admin@example.org", "admin"), "报送")
    answer = Answer(LetterKind.STATE, tuple(nameless))
    letter = writer().to_submitter(answer, place, place.sender, key="k", at=IN_TIME, now=IN_TIME)
    assert letter.text.startswith("老师，您好：\n")


@pytest.mark.parametrize("kind", [LetterKind.INCOMPLETE, LetterKind.PARTIAL, LetterKind.NOTHING, LetterKind.REMINDER])
def test_the_form_goes_with_a_letter_that_asks_for_it(kind: LetterKind) -> None:
    kept: list[bytes] = []
    place = Mail("<1@mail.example.com>", WANG, "报送")
    answer = Answer(kind, sample_entries() if kind is not LetterKind.NOTHING else ())
    letter = writer(kept=kept).to_submitter(answer, place, WANG, key="k", at=IN_TIME, now=IN_TIME)
    assert [(one.filename, one.content_type, one.sha256) for one in letter.attachments] == [
        ("推荐汇总表.docx", DOCX, sha("form"))
    ]
    assert len(kept) == 1
    assert "随信附上" in letter.text
    late = writer(kept=kept).to_submitter(answer, place, WANG, key="k", at=LATE, now=LATE)
    assert (late.attachments, len(kept), "随信附上" in late.text) == ((), 1, False)


def test_no_form_goes_with_a_letter_about_works_that_lack_nothing() -> None:
    whole, refused, by_link = sample_entries()
    fetching = replace(by_link, findings=(Finding(Code.ROW_VIDEO_BY_LINK),))
    letter = written(LetterKind.PARTIAL, entries=(whole, refused, fetching), findings=())
    assert (letter.attachments, "随信附上" in letter.text) == ((), False)


def test_a_rule_is_told_as_the_campaign_has_it() -> None:
    of = replace(Rules(), video=VideoRules(("mp4", "mov"), 30, 180, 0.5, 720, 960, ("16:9", "4:3")))
    place = Mail("<1@mail.example.com>", WANG, "咨询")
    answer = Answer(LetterKind.NOTHING)
    text = writer(of).to_submitter(answer, place, WANG, key="k", at=IN_TIME, now=IN_TIME).text
    assert "格式 mp4 或 mov，时长 30 秒至 3 分钟，分辨率不低于 720P，画幅比例 16:9 或 4:3；" in text
    small = judge_video(VideoFacts("avi", "mpeg4", 640, 360, 300.0, 25.0, has_audio=False), of.video)
    told = " ".join(packaged(of).message(finding) for finding in small)
    assert "1080" not in told
    assert "要求为 mp4 或 mov" in told
    assert "短边 720、长边 960 像素及以上重新导出，画幅比例为 16:9 或 4:3" in told


@pytest.mark.parametrize("kind", TO_SUBMITTERS)
def test_a_chinese_letter_holds_no_english_word(kind: LetterKind) -> None:
    letter = written(kind, waiting=sample_entries())
    own = re.sub(r"https?://\S+|\S+@\S+|GYQG-[-0-9]+|[^\s“]+\.(?:docx|mp4)", "", f"{letter.subject}\n{letter.text}")
    assert set(re.findall("[A-Za-z]{2,}", own)) <= {"Word", "Excel", "MB", "mp", "mov", "xlsx", "zip"}


def test_a_correction_is_told_with_before_and_after() -> None:
    change = FieldChange("GYQG-2024-0001", "phone", "1380000", "13800000009")
    letter = written(LetterKind.ACCEPTED, changes=(change,))
    assert "- GYQG-2024-0001 手机号码：1380000 → 13800000009" in letter.text
    assert "手机号码：1380000 → 13800000009" in "".join(Words(letter.html).seen)
