"""Mails of one submitter complete, correct and repeat one another."""

from tests.journeys.material import TOO_LATE, Work, film, form, mail
from tests.journeys.stage import Stage

WANG = "wang@yunling.example.org"


def test_a_form_first_and_its_video_later(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来")))))
    stage.receive(mail(("智造未来.mp4", film("a")), subject="补发视频"))
    assert stage.entries() == [("GYQG-2024-0001", "智造未来", "accepted")]
    assert [kind for _, kind in stage.letters()] == ["incomplete", "accepted"]


def test_a_video_first_and_its_form_later(stage: Stage) -> None:
    stage.receive(mail(("智造未来.mp4", film("a"))))
    stage.receive(mail(("表.docx", form(Work("智造未来"))), subject="补发表格"))
    assert stage.entries() == [("GYQG-2024-0001", "智造未来", "accepted")]


def test_a_video_a_mail(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"), Work("绿动厂房")))))
    stage.receive(mail(("绿动厂房.mp4", film("b"))))
    assert stage.statuses() == {"智造未来": "incomplete", "绿动厂房": "accepted"}
    stage.receive(mail(("智造未来.mp4", film("a"))))
    assert stage.statuses() == {"智造未来": "accepted", "绿动厂房": "accepted"}


def test_a_mended_video_is_accepted_under_its_number(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("short", seconds=42))))
    assert stage.statuses() == {"智造未来": "rejected"}
    stage.receive(mail(("智造未来（修改版）.mp4", film("a"))))
    assert stage.entries() == [("GYQG-2024-0001", "智造未来", "accepted")]
    kinds = [row["kind"] for row in stage.query("SELECT kind FROM events ORDER BY id")]
    assert kinds == ["created", "video-replaced"]


def test_a_corrected_row_replaces_the_old_one(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来", themes=()))), ("智造未来.mp4", film("a"))))
    assert stage.statuses() == {"智造未来": "incomplete"}
    stage.receive(mail(("表.docx", form(Work("智造未来", ("高端升级", "绿色低碳"))))))
    assert stage.query("SELECT themes, status FROM entry_list") == [
        {"themes": "高端升级、绿色低碳", "status": "accepted"}
    ]


def test_the_same_again_changes_nothing_and_is_answered_with_the_state(stage: Stage) -> None:
    files = ("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))
    stage.receive(mail(*files))
    before = stage.query("SELECT * FROM entries")
    stage.receive(mail(*files, subject="再次发送"))
    assert stage.query("SELECT * FROM entries") == before
    assert [kind for _, kind in stage.letters()] == ["accepted", "state"]


def test_the_same_film_from_another_unit_goes_to_a_person(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    stage.receive(
        mail(
            ("表.docx", form(Work("未来智造"), unit="江海造船厂")),
            ("未来智造.mp4", film("a")),
            sender="赵启明 <zhao@jianghai.example.org>",
        )
    )
    assert stage.statuses() == {"智造未来": "accepted", "未来智造": "review"}
    details = stage.query("SELECT details FROM findings WHERE code = 'video-duplicate'")[0]["details"]
    assert "GYQG-2024-0001" in details
    assert "GYQG-2024-0001" not in stage.last_text()


def test_the_same_mail_in_another_folder_is_one_mail(stage: Stage) -> None:
    one = mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a")))
    stage.receive(one)
    stage.receive(one, folder="Junk")
    assert len(stage.query("SELECT * FROM mails")) == 1
    assert len(stage.letters()) == 1


def test_a_withdrawal_with_a_number_withdraws(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    stage.receive(mail(subject="撤回 GYQG-2024-0001", body="因故撤回，谢谢。"))
    assert stage.statuses() == {"智造未来": "withdrawn"}
    assert [kind for _, kind in stage.letters()] == ["accepted", "withdrawn"]


def test_nobody_withdraws_another_ones_entry(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    stage.receive(mail(subject="撤回 GYQG-2024-0001", body="请撤回。", sender="li@elsewhere.example.org"))
    assert stage.statuses() == {"智造未来": "accepted"}


def test_a_question_of_a_known_submitter_gets_the_state(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    stage.receive(mail(subject="请问收到了吗？", body="请确认是否收到。"))
    assert stage.letters()[-1] == (WANG, "state")
    assert "GYQG-2024-0001" in stage.last_text()


def test_a_bureau_forwards_for_many_companies(stage: Stage) -> None:
    stage.receive(
        mail(
            ("云岭重工.docx", form(Work("智造未来"))),
            ("江海造船.docx", form(Work("百年船坞"), unit="江海造船厂")),
            ("智造未来.mp4", film("a")),
            ("百年船坞.mp4", film("b")),
            subject="转发：短视频作品报送",
            sender="市工信局 <bureau@gov.example.org>",
        )
    )
    rows = stage.query("SELECT unit, received, accepted FROM maker_totals ORDER BY unit")
    assert rows == [
        {"unit": "云岭重工有限公司", "received": 1, "accepted": 1},
        {"unit": "江海造船厂", "received": 1, "accepted": 1},
    ]
    rows = stage.query("SELECT unit, received, accepted FROM unit_totals")
    assert rows == [{"unit": "市工信局", "received": 2, "accepted": 2}], "who recommends both sent them"
    assert len(stage.letters()) == 1


def test_a_late_correction_leaves_an_accepted_entry_alone(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    stage.receive(mail(("智造未来.mp4", film("b")), subject="更换视频"), at=TOO_LATE)
    assert stage.statuses() == {"智造未来": "accepted"}
    assert stage.letters()[-1] == (WANG, "late")


def test_a_begun_entry_may_be_completed_in_the_days_after(stage: Stage) -> None:
    stage.configure(campaign="completion_days = 5")
    stage.receive(mail(("表.docx", form(Work("智造未来")))))
    stage.receive(mail(("智造未来.mp4", film("a"))), at=TOO_LATE)
    assert stage.statuses() == {"智造未来": "accepted"}


def test_a_colleague_completes_the_thread_from_another_address(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来")))))
    ours = str(stage.smtp.letters[-1].message["Message-ID"])
    stage.receive(mail(("智造未来.mp4", film("a")), sender="li@yunling.example.org", answers=ours))
    assert stage.entries() == [("GYQG-2024-0001", "智造未来", "accepted")]


def test_traditional_characters_name_the_same_work(stage: Stage) -> None:
    files = ("表.docx", form(Work("绿动厂房"), Work("智造未来")))
    stage.receive(mail(files, ("綠動廠房.mp4", film("a")), ("智造未來.mp4", film("b"))))
    assert stage.statuses() == {"绿动厂房": "accepted", "智造未来": "accepted"}


def test_a_withdrawal_whose_sender_fails_the_servers_checks_waits_for_an_answer_of_the_sender(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    forged = mail(subject="撤回 GYQG-2024-0001", body="请撤回。")
    forged["Authentication-Results"] = "mx.163.example; spf=fail smtp.mailfrom=wang@yunling.example.org; dmarc=fail"
    stage.receive(forged)
    assert stage.statuses() == {"智造未来": "accepted"}
    assert [kind for _, kind in stage.letters()] == ["accepted", "state"]
    assert [row["why"] for row in stage.query("SELECT why FROM attention")] == ["withdrawal-unconfirmed"]


def test_what_a_correction_overwrites_stands_in_the_history(stage: Stage) -> None:
    stage.receive(mail(("表.docx", form(Work("智造未来", contact="甲"))), ("智造未来.mp4", film("a"))))
    stage.receive(mail(("表.docx", form(Work("智造未来", contact="乙")))))
    details = stage.query("SELECT details FROM events WHERE kind = 'corrected'")[0]["details"]
    assert details == '{"contact_was":"甲"}'


def test_only_the_configured_servers_authentication_results_are_believed(stage: Stage) -> None:
    stage.configure(mailbox='authserv_id = "mx.163.example"')
    stage.receive(mail(("表.docx", form(Work("智造未来"))), ("智造未来.mp4", film("a"))))
    withdrawal = mail(subject="撤回 GYQG-2024-0001", body="请撤回。")
    withdrawal["Authentication-Results"] = "relay.elsewhere.example; dmarc=fail"
    stage.receive(withdrawal)
    assert stage.statuses() == {"智造未来": "withdrawn"}
