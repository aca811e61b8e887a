"""One sender's hundreds of mails, films and links hold up nobody else."""

from datetime import timedelta

from mailbot.ledger import links, prints
from mailbot.ledger.connection import writing
from mailbot.ledger.turns import BURST
from mailbot.model.prints import PrintState
from mailbot.ops.house import now
from tests.journeys.material import IN_TIME, Work, film, form, mail
from tests.journeys.stage import Stage

MANY = "many@bureau.example.org"
OTHER = "other@example.org"


def flood(stage: Stage, count: int) -> None:
    """So many mails of one sender within a second, and one of another's a second later."""
    senders = [MANY] * count + [OTHER]
    for number, sender in enumerate(senders):
        came = mail(("表.docx", form(Work(f"作品{number}"), unit=f"{sender[:4]}公司")), sender=sender)
        stage.imap.deliver(came.as_bytes(), received_at=IN_TIME + timedelta(seconds=sender == OTHER))
    stage.receive()


def test_a_mail_behind_a_flood_on_the_server_is_fetched_and_decided_before_it(stage: Stage) -> None:
    flood(stage, 3 * BURST)
    fetched = [row["sender"] for row in stage.query("SELECT sender FROM mails ORDER BY id")]
    decided = [row["sender"] for row in stage.query("SELECT sender FROM entries ORDER BY seq")]
    assert fetched == decided == [*[MANY] * BURST, OTHER, *[MANY] * 2 * BURST]


def test_prints_and_downloads_are_owed_to_each_sender_in_turn(stage: Stage) -> None:
    for number, sender in enumerate((MANY, MANY, MANY, OTHER)):
        title, content = f"作品{number}", film(f"turn{number}", size="192x108", stills=6)
        linked = Work(f"链接{number}", link=f"https://pan.baidu.com/s/1abcDE{number} 提取码：x2y3")
        films = (f"{title}.mp4", content), ("表.docx", form(Work(title), linked, unit=f"{sender[:4]}公司"))
        stage.imap.deliver(mail(*films, sender=sender).as_bytes(), received_at=IN_TIME + timedelta(seconds=number))
    stage.receive()
    with stage.house() as house, house.ledger() as db:
        with writing(db):
            db.execute("UPDATE videos SET print = ?", [PrintState.OWED])
        of = {row[0]: row[1] for row in db.execute("SELECT video_sha256, sender FROM entries")}
        waiting = {row[0]: row[1] for row in db.execute("SELECT link_id, sender FROM entries")}
        assert [of[sha256] for sha256 in prints.owed(db)] == [MANY, OTHER, MANY, MANY]
        assert [waiting[linked.id] for linked in links.to_fetch(db, now())] == [MANY, OTHER, MANY, MANY]
