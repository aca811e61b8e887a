"""A video that lay behind a link comes to its entry."""

from mailbot.check.changes import give
from mailbot.check.rules import is_answered
from mailbot.ledger.record import record_review
from mailbot.model.decision import Event, EventKind
from mailbot.model.entry import OPEN, Field
from mailbot.model.works import VideoFile
from mailbot.reply.envelope import is_sane
from mailbot.review.change import decided_again
from mailbot.review.find import find
from mailbot.review.letters import verdict
from mailbot.session import Session


def put_fetched(session: Session, number: str, video: VideoFile) -> bool:
    """Give an entry the video that lay behind its link; the entry is decided again and its submitter is told.

    Returns:
        False where the entry needs none any more.

    Raises:
        Overtaken: it was changed meanwhile.
    """
    before = find(session, number)
    if before.video is not None or before.status not in OPEN or Field.VIDEO in before.set_by_person:
        return False
    after = decided_again(session, give(before, video))
    event = Event(EventKind.FETCHED, number, before=before.status, after=after.status,
                  details={"url": before.link.url if before.link else "", "sha256": video.part.sha256})  # fmt: skip
    letters = (
        [verdict(session, after)]
        if is_sane(after.sender) and is_answered(after.received_at, session.settings.campaign)
        else []
    )
    record_review(session.ledger, [after], [event], letters, session.writer.wording.message, session.now())
    return True
