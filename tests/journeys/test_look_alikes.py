"""The same film in another dress: found, shown to a person, and no other film with it."""

import re

import pytest

from mailbot import prints
from mailbot.prints import Gallery
from mailbot.video.prints import can_print
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage
from tests.make.films import ffmpeg, laid_down
from tests.make.films import film as drawn

pytestmark = pytest.mark.skipif(not can_print(), reason="pdqhash is not installed (extra: prints)")


def again(content: bytes, *options: str) -> bytes:
    """The film encoded anew."""
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "38", "-g", "7")
    return ffmpeg("mp4", "-i", str(laid_down(content)), *options, *coding).read_bytes()


def plain() -> bytes:
    """A minute of one colour in which a square comes and goes."""
    square = "drawbox=enable='lt(mod(n,6),3)':x=100:y=100:w=60:h=60:color=white:t=fill"
    return drawn(source="color=teal", more=("-vf", square)).read_bytes()


def _submit(stage: Stage, title: str, content: bytes, sender: str) -> None:
    stage.receive(mail(("表.docx", form(Work(title), unit=f"{title}公司")), (f"{title}.mp4", content), sender=sender))


def test_a_film_encoded_anew_by_another_unit_goes_to_a_person(stage: Stage) -> None:
    original = film("a", seconds=70, stills=70)
    _submit(stage, "智造未来", original, "a@example.org")
    _submit(stage, "绿动厂房", film("b", seconds=70, stills=70), "b@example.org")
    _submit(stage, "未来智造", again(original, "-vf", "scale=2560:1440"), "c@example.org")
    assert stage.statuses() == {"智造未来": "accepted", "绿动厂房": "accepted", "未来智造": "review"}
    details = stage.query("SELECT details FROM findings WHERE code = 'video-similar'")
    assert len(details) == 1
    assert "GYQG-2024-0001" in details[0]["details"]


def test_a_late_find_turns_an_accepted_entry_into_review_with_an_event(stage: Stage) -> None:
    original = film("a", seconds=70, stills=70)
    copy = again(original, "-vf", "scale=2560:1440")
    for title, content, sender in (("智造未来", original, "a@example.org"), ("未来智造", copy, "b@example.org")):
        files = ("表.docx", form(Work(title))), (f"{title}.mp4", content)
        stage.imap.deliver(mail(*files, sender=sender).as_bytes(), received_at=IN_TIME)
    stage.receive()
    assert sorted(stage.statuses().values()) == ["accepted", "review"]
    [event] = stage.query("SELECT number, before, after FROM events WHERE kind = 'resembles'")
    assert event == {"number": "GYQG-2024-0002", "before": "accepted", "after": "review"}
    assert [kind for _, kind in stage.letters()] == ["accepted", "accepted"]
    assert [row["number"] for row in stage.query("SELECT number FROM attention")] == ["GYQG-2024-0002"]


def test_films_that_arrive_in_one_mail_are_compared_with_one_another(stage: Stage) -> None:
    original = film("a", seconds=70, stills=70)
    files = [("智造未来.mp4", original), ("绿动厂房.mp4", film("b", seconds=70, stills=70))]
    files.append(("未来智造.mp4", again(original, "-vf", "scale=2560:1440")))
    stage.receive(mail(("表.docx", form(*(Work(name.removesuffix(".mp4")) for name, _ in files))), *files))
    assert stage.statuses() == {"智造未来": "accepted", "绿动厂房": "accepted", "未来智造": "review"}
    assert len(stage.letters()) == 1
    assert re.findall(r"审核结果：(\w*)", stage.last_text()) == ["已受理", "已受理", "待人工复核"]
    assert "该视频与编号 GYQG-2024-0001 的作品高度相似" in stage.last_text()


def test_a_film_with_too_few_usable_frames_has_no_print_and_says_so(stage: Stage) -> None:
    """One that shows a plain colour, and a little square now and then, is not blank; nothing in it can be compared."""
    _submit(stage, "智造未来", film("a", seconds=70, stills=70), "a@example.org")
    _submit(stage, "留白", plain(), "b@example.org")
    assert stage.statuses() == {"智造未来": "accepted", "留白": "accepted"}
    assert stage.query("SELECT print FROM videos ORDER BY checked_at") == [{"print": "done"}, {"print": "none"}]
    assert stage.query("SELECT number FROM events WHERE kind = 'no-print'") == [{"number": "GYQG-2024-0002"}]


def test_prints_that_are_owed_survive_a_restart(stage: Stage) -> None:
    _submit(stage, "智造未来", film("a", seconds=70, stills=70), "a@example.org")
    with stage.house() as house, house.ledger() as db:
        db.execute("DELETE FROM prints")
        db.execute("UPDATE videos SET print = 'owed'")
        db.commit()
    with stage.house() as house, house.ledger() as db:
        assert prints.work_off(house.session(db), Gallery()) == 1
        assert prints.work_off(house.session(db), Gallery()) == 0
    assert stage.query("SELECT print FROM videos") == [{"print": "done"}]
