"""A bureau forwards the works of many units: one address, many forms, many mails."""

from tests.journeys.clerk import FUTURE, GREEN, clips, codes, films, our_id, seen, table, text
from tests.journeys.material import Work, film, form, mail
from tests.journeys.stage import Stage

BUREAU = "云岭市工信局 <gxj@yunling.example.org>"
UNITS = (
    "云岭重工",
    "赤水化工",
    "青松机械",
    "白塔纺织",
    "金沙冶炼",
    "东湖电子",
    "西山水泥",
    "南渡造船",
    "北苑制药",
    "中兴路桥",
)
WORKS = ("企业宣传片", "绿色工厂", "匠心")


def of_unit(unit: str) -> tuple[str, bytes]:
    """A company's form with its three works."""
    return f"{unit}-推荐汇总表.docx", form(*(Work(title) for title in WORKS), unit=f"{unit}有限公司")


def film_names(unit: str) -> list[str]:
    """Its films, as a bureau names them."""
    return [f"{unit}-《{title}》.mp4" for title in WORKS]


def test_thirty_works_of_ten_units_come_in_three_mails(stage: Stage) -> None:
    stage.configure(outbox="[video]\nmin_short_side = 90\nmin_long_side = 160")
    for units in (UNITS[:4], UNITS[4:7], UNITS[7:]):
        names = [name for unit in units for name in film_names(unit)]
        works = clips(*names, size="192x108")
        stage.receive(mail(*map(of_unit, units), *works, sender=BUREAU, subject="【代报】短视频作品"))
    rows = stage.query("SELECT unit, title, status, video_filename FROM entries ORDER BY seq")
    assert len(rows) == 30, seen(stage)
    wrong = [
        row for row in rows
        if row["status"] != "accepted" or row["video_filename"] != f"{row['unit'][:4]}-《{row['title']}》.mp4"
    ]  # fmt: skip
    assert not wrong, wrong
    totals = stage.query("SELECT unit, received, accepted FROM maker_totals")
    assert sorted(row["unit"] for row in totals) == sorted(f"{unit}有限公司" for unit in UNITS)
    assert {(row["received"], row["accepted"]) for row in totals} == {(3, 3)}
    assert stage.query("SELECT unit, received FROM unit_totals") == [{"unit": "云岭市工信局", "received": 30}]


def test_all_forms_come_first_and_the_films_of_each_unit_later(stage: Stage) -> None:
    stage.receive(mail(*map(of_unit, UNITS[:3]), sender=BUREAU, subject="推荐表"))
    for unit in reversed(UNITS[:3]):
        stage.receive(mail(*clips(*film_names(unit)), sender=BUREAU, subject=f"{unit}视频"))
    rows = stage.query("SELECT unit, title, status, video_filename FROM entries ORDER BY seq")
    assert {row["status"] for row in rows} == {"accepted"}, seen(stage)
    assert all(row["video_filename"].startswith(row["unit"][:4]) for row in rows), rows


def test_a_title_that_two_units_share_gets_no_film_that_names_neither(stage: Stage) -> None:
    stage.receive(mail(of_unit(UNITS[0]), of_unit(UNITS[1]), sender=BUREAU))
    stage.receive(mail(*clips("企业宣传片.mp4"), sender=BUREAU, subject="视频"))
    assert "accepted" not in {row["status"] for row in stage.query("SELECT status FROM entries")}, seen(stage)


def test_the_mail_of_one_unit_gives_its_film_to_that_units_row(stage: Stage) -> None:
    for unit in UNITS[:2]:
        row = form(Work("企业宣传片"), unit=f"{unit}有限公司")
        stage.receive(
            mail(("推荐汇总表.docx", row), ("企业宣传片.mp4", film(unit)), sender=BUREAU, subject=f"【代报】{unit}")
        )
    rows = stage.query("SELECT unit, status FROM entries ORDER BY seq")
    assert [(row["unit"][:4], row["status"]) for row in rows] == [
        (UNITS[0], "accepted"), (UNITS[1], "accepted")
    ], seen(stage)  # fmt: skip


def test_a_second_units_form_never_overwrites_the_first_units_work_of_the_same_title(stage: Stage) -> None:
    stage.receive(
        mail(("表.docx", form(Work("企业宣传片"), unit="云岭重工有限公司")), ("1.mp4", film("a1")), sender=BUREAU)
    )
    stage.receive(mail(("表.docx", form(Work("企业宣传片"), unit="赤水化工有限公司")), sender=BUREAU))
    rows = {row["unit"]: row["status"] for row in stage.query("SELECT unit, status FROM entries")}
    assert rows == {"云岭重工有限公司": "accepted", "赤水化工有限公司": "incomplete"}, seen(stage)


def test_a_correction_for_one_unit_leaves_the_other_units_alone(stage: Stage) -> None:
    stage.receive(mail(of_unit(UNITS[0]), of_unit(UNITS[1]), sender=BUREAU))
    mended = form(*(Work(title, phone="13900000009") for title in WORKS), unit="赤水化工有限公司")
    stage.receive(mail(("赤水化工-推荐汇总表.docx", mended), sender=BUREAU, answers=our_id(stage)))
    rows = stage.query("SELECT unit, phone, count(*) AS n FROM entries GROUP BY unit, phone ORDER BY unit")
    assert [(row["unit"][:4], row["phone"], row["n"]) for row in rows] == [
        ("云岭重工", "13800000001", 3), ("赤水化工", "13900000009", 3)
    ], seen(stage)  # fmt: skip


def test_a_forwarded_mail_is_the_bureaus_submission(stage: Stage) -> None:
    body = (
        '请查收我市推荐作品。\n\n-------- 转发邮件信息 --------\n发件人："王一鸣" <wang@yunling.example.org>\n'
        "发送日期：2024-06-30 09:00:00\n收件人：gxj@yunling.example.org\n主题：报送作品\n\n"
        "您好，附件为参赛作品，请查收。"
    )
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), sender=BUREAU, subject="Fw:报送作品", body=body))
    assert stage.statuses() == {FUTURE: "accepted"}, seen(stage)
    assert stage.letters() == [("gxj@yunling.example.org", "accepted")]


def test_mails_forwarded_as_attachments_bring_their_works(stage: Stage) -> None:
    outer = mail(sender=BUREAU, subject="【代报】两家企业作品", body="两家企业的报送邮件见附件，请查收。")
    for title, unit in ((FUTURE, "云岭重工有限公司"), (GREEN, "赤水化工有限公司")):
        outer.add_attachment(mail(table(title, unit=unit), *clips(f"{title}.mp4"), subject=f"报送{title}"))
    stage.receive(outer)
    rows = stage.query("SELECT title, unit, status FROM entries ORDER BY title")
    assert [tuple(row.values()) for row in rows] == [
        (FUTURE, "云岭重工有限公司", "accepted"), (GREEN, "赤水化工有限公司", "accepted")
    ], seen(stage)  # fmt: skip


def test_a_maker_and_its_bureau_send_the_same_film_and_only_one_entry_counts(stage: Stage) -> None:
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4")))
    stage.receive(mail(table(FUTURE), *clips("智造未来.mp4"), sender=BUREAU, subject="【代报】"))
    found = [row["status"] for row in stage.query("SELECT status FROM entries ORDER BY seq")]
    assert found == ["accepted", "review"], seen(stage)
    assert "video-duplicate" in codes(stage)
    assert "GYQG-2024-0001" not in text(stage), text(stage)


def test_one_bad_work_of_a_batch_is_told_by_its_unit_and_title(stage: Stage) -> None:
    good = clips(*film_names(UNITS[0]), *film_names(UNITS[1])[:2])
    bad = (film_names(UNITS[1])[2], film("bad", seconds=20))
    stage.receive(mail(of_unit(UNITS[0]), of_unit(UNITS[1]), *good, bad, sender=BUREAU))
    rows = stage.query("SELECT unit, title FROM entries WHERE status <> 'accepted'")
    assert [tuple(row.values()) for row in rows] == [("赤水化工有限公司", "匠心")], seen(stage)
    assert "已受理 5 件" in text(stage)
    assert "20 秒" in text(stage)


def test_a_film_named_by_unit_alone_goes_to_the_units_only_work(stage: Stage) -> None:
    forms = [
        (f"{unit}.docx", form(Work(title), unit=f"{unit}有限公司")) for unit, title in zip(UNITS, WORKS, strict=False)
    ]
    stage.receive(mail(*forms, *clips("赤水化工.mp4", "青松机械.mp4", "云岭重工.mp4"), sender=BUREAU))
    found = films(stage)
    uncertain = "row-match-uncertain" in codes(stage)
    assert uncertain or found == dict(zip(WORKS, ("云岭重工.mp4", "赤水化工.mp4", "青松机械.mp4"), strict=True)), seen(
        stage
    )


def test_works_of_five_units_with_titles_of_their_own_come_in_two_mails(stage: Stage) -> None:
    for units in (UNITS[:3], UNITS[3:5]):
        forms = [
            (f"{unit}.docx", form(Work(f"{unit[:2]}之光"), Work(f"{unit[2:]}匠人"), unit=f"{unit}有限公司"))
            for unit in units
        ]
        names = [f"{unit}_{title}（定稿）.mp4" for unit in units for title in (f"{unit[:2]}之光", f"{unit[2:]}匠人")]
        stage.receive(mail(*forms, *reversed(clips(*names)), sender=BUREAU, subject="【代报】短视频作品"))
    rows = stage.query("SELECT unit, title, status, video_filename FROM entries ORDER BY seq")
    assert {row["status"] for row in rows} == {"accepted"}, seen(stage)
    assert all(row["video_filename"] == f"{row['unit'][:4]}_{row['title']}（定稿）.mp4" for row in rows), rows
