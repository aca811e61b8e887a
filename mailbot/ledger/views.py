"""The views that people read. They are made anew when their text, or the campaign's themes, change."""

from collections.abc import Sequence
from typing import Final

from mailbot.model.decision import Concern
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Code
from mailbot.model.letter import LetterState
from mailbot.model.linked import LinkState
from mailbot.model.mail import MailState, Triage
from mailbot.model.tally import MOST_URGENT, UNCLEAR_RECOMMENDER, OpenKind

UNFETCHED_TRIES: Final = 3
"""Rounds in which a mail could not be fetched whole, after which a person hears of it."""
COUNTED: Final = f"status NOT IN ('{EntryStatus.REPLACED}', '{EntryStatus.WITHDRAWN}')"
"""What counts as received: neither taken back nor given way to another entry."""


def here(moment: str) -> str:
    """A moment of the ledger, an SQL expression, in the campaign's time zone."""
    return f"""coalesce((SELECT strftime('%Y-%m-%dT%H:%M:%S', {moment}, z.minutes || ' minutes') || z.clock
        FROM zone_offsets z WHERE z.begins <= {moment} ORDER BY z.begins DESC LIMIT 1), {moment})"""


def called(unit: str) -> str:
    """What persons call a unit, an SQL expression for its name."""
    return f"coalesce((SELECT n.unit FROM unit_names n WHERE n.name = {unit}), {unit})"


ENTRY_LIST: Final = f"""
    SELECT e.number, e.title,
        coalesce((SELECT group_concat(theme, '、') FROM
            (SELECT theme FROM entry_themes WHERE entry_id = e.id ORDER BY position)), '') AS themes,
        e.unit, e.recommender, e.contact, e.phone, e.sender, e.status,
        v.duration, v.width, v.height, coalesce(v.aspect, '') AS aspect, e.received_at,
        coalesce((SELECT group_concat(code, '、') FROM
            (SELECT code FROM findings WHERE entry_id = e.id GROUP BY code ORDER BY min(position))), '') AS reasons,
        e.extra, {called("e.maker")} AS maker, {called("e.recommending_unit")} AS recommending_unit,
        coalesce(r.city, '') AS city, coalesce(r.province, '') AS province,
        {here("e.status_since")} AS status_since, coalesce(l.url, '') AS link, e.video_filename AS file, e.mail_id,
        coalesce(v.contact_sheet, '') AS contact_sheet
    FROM entries e LEFT JOIN videos v ON v.sha256 = e.video_sha256 LEFT JOIN links l ON l.id = e.link_id
    LEFT JOIN roster r ON r.unit = e.recommending_unit
    ORDER BY e.seq
"""

ENTRY_LETTERS: Final = f"""
    SELECT t.number, r.id AS letter, r.kind, r.state, {here("r.created_at")} AS owed_at,
        {here("r.sent_at")} AS sent_at, r.recipient, r.subject, r.error
    FROM reply_entries t JOIN replies r ON r.id = t.reply_id
    ORDER BY t.number, r.id
"""

THEME_TOTALS: Final = f"""
    SELECT t.theme, count(*) AS received, sum(e.status = '{EntryStatus.ACCEPTED}') AS accepted
    FROM entry_themes t JOIN entries e ON e.id = t.entry_id
    WHERE {COUNTED}
    GROUP BY t.theme
"""

DAY_TOTALS: Final = f"""
    SELECT day, sum(mails) AS mails, sum(entries) AS entries, sum(accepted) AS accepted, sum(rejected) AS rejected
    FROM (
        SELECT received_day AS day, 1 AS mails, 0 AS entries, 0 AS accepted, 0 AS rejected
        FROM mails WHERE state <> '{MailState.COPY}' AND coalesce(triage, '') <> '{Triage.OWN}'
        UNION ALL
        SELECT received_day, 0, 1, status = '{EntryStatus.ACCEPTED}', status = '{EntryStatus.REJECTED}'
        FROM entries WHERE {COUNTED}
    )
    GROUP BY day ORDER BY day
"""

_URGENCY = " ".join(f"WHEN '{cause}' THEN {place}" for place, cause in enumerate(MOST_URGENT))
URGENCY: Final = f"CASE cause {_URGENCY} ELSE {len(MOST_URGENT)} END"
"""The place of a cause among all, 0 for the most urgent."""

ATTENTION: Final = f"""
    SELECT '{OpenKind.ENTRY}' AS kind, number, mail_id, {here("status_since")} AS since,
        coalesce((SELECT group_concat(code, '、') FROM
            (SELECT DISTINCT code FROM findings WHERE entry_id = entries.id AND severity <> 'info')), '') AS why,
        title AS about,
        coalesce((SELECT code AS cause FROM findings WHERE entry_id = entries.id AND severity <> 'info'
            ORDER BY {URGENCY.replace("CASE cause", "CASE code")}, position LIMIT 1), status) AS cause,
        '' AS until, '' AS error,
        (SELECT json_group_array(code) FROM
            (SELECT code FROM findings WHERE entry_id = entries.id AND severity <> 'info'
            GROUP BY code ORDER BY min(position))) AS codes
    FROM entries WHERE (status = '{EntryStatus.REVIEW}' AND purged_at IS NULL) OR id IN
        (SELECT entry_id FROM findings WHERE code = '{Code.ENTRY_MENDED}')
    UNION ALL
    SELECT '{OpenKind.ENTRY}', min(number), mail_id, {here("status_since")}, '{UNCLEAR_RECOMMENDER}',
        title || iif(count(*) > 1, ' (+' || (count(*) - 1) || ')', ''), '{UNCLEAR_RECOMMENDER}', '', '',
        '["{UNCLEAR_RECOMMENDER}"]'
    FROM entries WHERE recommender_doubt IS NOT NULL AND purged_at IS NULL AND {COUNTED} GROUP BY mail_id
    UNION ALL
    SELECT '{OpenKind.LINK}', e.number, e.mail_id, {here("e.status_since")},
        trim('row-video-by-link ' || l.expires) || iif(l.state = '{LinkState.FAILED}', ' ' || l.state, ''), e.title,
        iif(l.state = '{LinkState.FAILED}', 'link-failed', '{Code.ROW_VIDEO_BY_LINK}'), l.expires, l.error, '[]'
    FROM entries e JOIN links l ON l.id = e.link_id
    WHERE e.status = '{EntryStatus.INCOMPLETE}' AND e.video_sha256 IS NULL
    UNION ALL
    SELECT '{OpenKind.MAIL}', '', id, {here("coalesce(done_at, spooled_at)")}, coalesce(nullif(error, ''), 'failed'),
        trim(sender || ' ' || subject), 'failed-mail', '', error, '[]'
    FROM mails WHERE state = '{MailState.FAILED}' AND seen_at IS NULL AND purged_at IS NULL
    UNION ALL
    SELECT '{OpenKind.MAIL}', '', id, {here("done_at")}, attention, trim(sender || ' ' || subject), attention,
        '', '', '[]'
    FROM mails
    WHERE state = '{MailState.DONE}' AND attention <> '' AND seen_at IS NULL
    UNION ALL
    SELECT '{OpenKind.MAIL}', '', NULL, {here("s.seen_at")},
        '{Concern.UNFETCHED}、' || s.folder || ' UID ' || s.uid, '',
        '{Concern.UNFETCHED}', '', s.folder || ' UID ' || s.uid, '[]'
    FROM sightings s JOIN folders f USING (mailbox, folder, uidvalidity)
    WHERE s.mail_id IS NULL AND s.attempts >= {UNFETCHED_TRIES}
    UNION ALL
    SELECT '{OpenKind.LETTER}', '', mail_id, {here("created_at")}, trim(state || ' ' || error),
        trim(recipient || ' ' || subject), state, '', error, '[]'
    FROM replies
    WHERE state IN (
        '{LetterState.HELD}', '{LetterState.UNKNOWN}', '{LetterState.FAILED}', '{LetterState.UNDELIVERABLE}'
    )
"""

REPLY_LOG: Final = f"""
    SELECT mail_id, recipient, kind, subject, state, {here("sent_at")} AS sent_at, attempts, error
    FROM replies ORDER BY id
"""

UNSENT_UNITS: Final = f"""
    SELECT r.unit, r.city, r.province FROM roster r
    WHERE r.expected AND {called("r.unit")} NOT IN (
        SELECT {called("recommending_unit")} FROM entries WHERE {COUNTED}
        UNION SELECT {called("maker")} FROM entries WHERE {COUNTED}
    )
    ORDER BY r.position
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


LABELLED: Final = {
    "status_labels": ("status", ("status",)),
    "code_labels": ("code", ("finding", "cause")),
    "kind_labels": ("kind", ("open", "letter_kind", "event")),
    "state_labels": ("state", ("letter_state", "mail_state", "link_state")),
}
"""Views of the words for codes: the column of the code, and the lists of `labels` that it has them from."""


def _labels(column: str, lists: Sequence[str]) -> str:
    within = ", ".join(f"'{name}'" for name in lists)
    return f"SELECT list, code AS {column}, label FROM labels WHERE list IN ({within})"


def _totals(themes: Sequence[str], unit: str) -> str:
    by_theme = "".join(
        f", coalesce(sum(id IN (SELECT entry_id FROM entry_themes WHERE theme = {_quoted(theme)})), 0)"
        f' AS "{theme.replace(chr(34), chr(34) * 2)}"'
        for theme in themes
    )
    by_status = "".join(
        f", sum(status = '{status}') AS {status}"
        for status in (EntryStatus.ACCEPTED, EntryStatus.REJECTED, EntryStatus.REVIEW, EntryStatus.INCOMPLETE)
    )
    return f"""
        SELECT {called(unit)} AS unit, count(*) AS received{by_status}{by_theme} FROM entries WHERE {COUNTED}
        GROUP BY 1 ORDER BY received DESC, accepted DESC, 1
    """


def wanted_views(themes: Sequence[str]) -> dict[str, str]:
    """Name -> text of each view, for a campaign of these themes."""
    return {
        "entry_list": ENTRY_LIST,
        "entry_letters": ENTRY_LETTERS,
        "unit_totals": _totals(themes, "recommending_unit"),
        "maker_totals": _totals(themes, "maker"),
        "unsent_units": UNSENT_UNITS,
        "theme_totals": THEME_TOTALS,
        "day_totals": DAY_TOTALS,
        "attention": ATTENTION,
        "reply_log": REPLY_LOG,
        **{name: _labels(*told) for name, told in LABELLED.items()},
    }
