"""When the queue of letters will be out. Pure."""

from datetime import date, timedelta


def out_on(due: int, sent_today: int, daily_cap: int, today: date) -> date | None:
    """The day on which the last of the due letters leaves at the day's quota; None where none is due."""
    if not due:
        return None
    beyond = max(due - max(daily_cap - sent_today, 0), 0)
    return today + timedelta(days=-(-beyond // daily_cap))
