"""One mail, and what its submitter is told."""

from tests.journeys.material import TOO_LATE, Work, film, form, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"


def test_a_whole_submission_is_accepted(stage: Stage) -> None:
    stage.receive(mail(("推荐汇总表.docx", form(Work("智造未来"))), ("《智造未来》终版.mp4", film("a"))))
    assert stage.entries() == [("GYQG-2024-0001", "智造未来", "accepted")]
    assert stage.letters() == [(WANG, "accepted")]
    text = stage.last_text()
    assert "GYQG-2024-0001" in text
    assert "1 分 2 秒" in text
    assert "1920×1080" in text
    assert "数智赋能" in text


def test_the_answer_stays_in_the_thread_and_is_marked_automatic(stage: Stage) -> None:
    sent = mail(("表.docx", form(Work("智造未来"))), ("a.mp4", film("a")), subject="Re: 【报送】某某公司")
    stage.receive(sent)
    letter = stage.smtp.letters[0].message
    assert letter["In-Reply-To"] == sent["Message-ID"]
    assert sent["Message-ID"] in letter["References"]
    assert letter["Subject"] == "【已受理】GYQG-2024-0001 回复：【报送】某某公司"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["To"] == WANG


def test_a_second_round_changes_and_sends_nothing(stage: Stage) -> None:
    stage.receive(mail(("推荐汇总表.docx", form(Work("智造未来"))), ("a.mp4", film("a"))))
    before = stage.query("SELECT * FROM entries"), stage.query("SELECT * FROM replies")
    again = stage.receive()
    assert (again.fetched, again.processed, again.sent) == (0, 0, 0)
    assert (stage.query("SELECT * FROM entries"), stage.query("SELECT * FROM replies")) == before
    assert len(stage.smtp.letters) == 1


def test_every_fault_of_a_video_is_told_with_its_measure(stage: Stage) -> None:
    bad = film("short", seconds=42, size="1280x720")
    stage.receive(mail(("表.docx", form(Work("百年船坞"))), ("百年船坞.mp4", bad)))
    assert stage.statuses() == {"百年船坞": "rejected"}
    assert stage.codes("GYQG-2024-0001") == {"video-too-short", "video-low-resolution"}
    assert stage.letters() == [(WANG, "rejected")]
    assert "时长 42 秒，短于要求的 1 分钟" in stage.last_text()
    assert "1280×720" in stage.last_text()


def test_two_works_that_fare_differently_are_told_apart(stage: Stage) -> None:
    stage.receive(
        mail(
            ("表.docx", form(Work("智造未来"), Work("绿动厂房", ("绿色低碳",)))),
            ("01-智造未来.mp4", film("a")),
            ("02-绿动厂房.mp4", film("short", seconds=42)),
        )
    )
    assert stage.statuses() == {"智造未来": "accepted", "绿动厂房": "rejected"}
    assert stage.letters() == [(WANG, "partial")]


def test_a_video_without_a_form_gets_a_number_and_is_asked_for_its_form(stage: Stage) -> None:
    stage.receive(mail(("作品.mp4", film("a"))))
    assert stage.entries() == [("GYQG-2024-0001", "", "incomplete")]
    assert "video-row-missing" in stage.codes("GYQG-2024-0001")
    assert stage.letters() == [(WANG, "incomplete")]
    assert "没有找到推荐汇总表" in stage.last_text()


def test_a_form_without_its_video_is_asked_for_it(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来")))))
    assert stage.statuses() == {"智造未来": "incomplete"}
    assert stage.codes("GYQG-2024-0001") == {"row-video-missing"}
    assert stage.letters() == [(WANG, "incomplete")]


def test_a_row_with_a_link_waits_for_a_person_to_fetch_it(stage: Stage) -> None:
    link = "https://pan.baidu.com/s/1abcdefg 提取码：a1b2"
    stage.receive(mail(("表.docx", form(Work("智造未来", link=link)))))
    assert stage.codes("GYQG-2024-0001") == {"row-video-by-link"}
    assert [row["kind"] for row in stage.query("SELECT * FROM attention")] == ["link"]


def test_a_late_mail_is_refused_and_told_so(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("a.mp4", film("a"))), at=TOO_LATE)
    assert stage.statuses() == {"智造未来": "rejected"}
    assert stage.codes("GYQG-2024-0001") == {"mail-late"}
    assert stage.letters() == [(WANG, "late")]


def test_a_question_is_told_how_to_submit(stage: Stage) -> None:
    stage.receive(mail(subject="咨询", body="请问个人可以参加吗？"))
    assert stage.entries() == []
    assert stage.letters() == [(WANG, "nothing")]


def test_an_automatic_answer_is_entered_and_never_answered(stage: Stage) -> None:
    stage.receive(mail(subject="自动回复: 回复：报送", body="我正在休假。", Auto_Submitted="auto-replied"))
    assert [row["triage"] for row in stage.query("SELECT triage FROM mails")] == ["auto_reply"]
    assert stage.letters() == []


def test_a_file_that_only_calls_itself_mp4_is_named_as_unreadable(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", b"\x00\x01no film at all" * 999)))
    assert stage.statuses() == {"智造未来": "rejected"}
    assert "video-unreadable" in stage.codes("GYQG-2024-0001")
    assert "Traceback" not in stage.last_text()


def test_a_form_that_cannot_be_opened_is_asked_for_again(stage: Stage) -> None:
    broken = form(Work("智造未来"))[:3000]
    stage.receive(mail(("推荐汇总表.docx", broken), ("智造未来.mp4", film("a"))))
    assert stage.query("SELECT code FROM findings WHERE entry_id IS NULL")[0]["code"] == "form-unreadable"
    assert "无法打开" in stage.last_text()


def test_rows_and_videos_that_nobody_can_match_go_to_a_person(stage: Stage) -> None:
    stage.receive(
        mail(
            ("表.docx", form(Work("智造未来"), Work("绿动厂房"))),
            ("VID_20240601.mp4", film("a")),
            ("微信视频.mp4", film("b")),
        )
    )
    assert stage.statuses() == {"智造未来": "review", "绿动厂房": "review"}
    assert stage.letters() == [(WANG, "review")]


def test_the_answer_goes_to_one_sane_reply_to(stage: Stage) -> None:
    stage.receive(mail(subject="咨询", body="请问？", Reply_To="office@yunling.example.org", Cc="boss@example.org"))
    assert stage.letters() == [("office@yunling.example.org", "nothing")]
