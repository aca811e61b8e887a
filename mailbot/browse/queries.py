"""The questions that admins ask of the ledger, as SQL; their titles stand in words.toml. Pure."""

from typing import Final

QUERIES: Final = {
    "gallery": """
        SELECT number, contact_sheet, title, themes, maker, recommending_unit, status, reasons, duration, received_at
        FROM entry_list WHERE status NOT IN ('withdrawn', 'replaced') AND (:text = ''
            OR instr(number || title || maker || recommending_unit || themes, :text) > 0)
        ORDER BY received_at DESC
    """,
    "letters": """
        SELECT t.number, t.letter, k.label AS kind, s.label AS state, t.owed_at, t.sent_at, t.recipient, t.subject,
            t.error
        FROM entry_letters t
        LEFT JOIN labels k ON k.list = 'letter_kind' AND k.code = t.kind
        LEFT JOIN labels s ON s.list = 'letter_state' AND s.code = t.state
        WHERE t.number IN (SELECT number FROM entries WHERE number = :number COLLATE NOCASE
            OR (seq = CAST(:number AS INTEGER) AND :number NOT GLOB '*[^0-9]*'))
        ORDER BY t.letter
    """,
    "undelivered": """
        SELECT r.mail_id, r.recipient, k.label AS kind, s.label AS state, r.subject, r.attempts, r.error
        FROM reply_log r
        LEFT JOIN labels k ON k.list = 'letter_kind' AND k.code = r.kind
        LEFT JOIN labels s ON s.list = 'letter_state' AND s.code = r.state
        WHERE r.state IN ('held', 'unknown', 'failed', 'undeliverable')
    """,
    "late": """
        SELECT number, title, maker, recommending_unit, sender, received_at, status FROM entry_list
        WHERE instr('、' || reasons || '、', '、mail-late、') > 0 ORDER BY received_at
    """,
    "recommenders": "SELECT * FROM unit_totals",
    "provinces": """
        SELECT province, city, count(*) AS works_received, sum(status = 'accepted') AS accepted,
            count(DISTINCT recommending_unit) AS units
        FROM entry_list WHERE status NOT IN ('withdrawn', 'replaced')
        GROUP BY province, city ORDER BY works_received DESC
    """,
    "answers": """
        SELECT m.received_day AS day, count(*) AS mails,
            round(avg((julianday(r.sent_at) - julianday(m.received_at)) * 24), 1) AS mean_hours,
            round(max((julianday(r.sent_at) - julianday(m.received_at)) * 24), 1) AS longest_hours,
            sum(r.sent_at IS NULL) AS unanswered
        FROM mails m JOIN replies r ON r.id = (SELECT min(id) FROM replies WHERE mail_id = m.id)
        GROUP BY m.received_day ORDER BY m.received_day DESC
    """,
    "duplicates": """
        SELECT e.number, e.title, e.contact_sheet, o.number AS other, o.title AS other_title,
            o.contact_sheet AS other_sheet, l.label AS reasons, json_extract(f.details, '$.score') AS score
        FROM findings f JOIN entries n ON n.id = f.entry_id JOIN entry_list e ON e.number = n.number
        JOIN entry_list o ON o.number = json_extract(f.details, '$.number')
        LEFT JOIN labels l ON l.list = 'finding' AND l.code = f.code
        WHERE f.code IN ('video-duplicate', 'video-similar', 'entry-twice') ORDER BY n.seq
    """,
    "unsent": "SELECT * FROM unsent_units",
}
"""A query's name in the address -> its SQL; `:number` (short ones will do) and `:text` are asked for."""
FACETS: Final = {
    "entry_list": ["status", "recommending_unit", "province", "aspect"],
    "attention": ["kind", "cause"],
    "reply_log": ["kind", "state"],
    "mails": ["state", "triage"],
    "replies": ["kind", "state"],
    "events": ["kind", "actor"],
}
"""Columns by whose values a table is narrowed."""
QUERIED: Final = "entry_list"
"""Whose columns a query's are called by, where no table is asked."""
LISTS: Final = {
    ("entry_list", "status"): "status",
    ("entries", "status"): "status",
    ("entry_letters", "kind"): "letter_kind",
    ("entry_letters", "state"): "letter_state",
    ("reply_log", "kind"): "letter_kind",
    ("reply_log", "state"): "letter_state",
    ("replies", "kind"): "letter_kind",
    ("replies", "state"): "letter_state",
    ("mails", "state"): "mail_state",
    ("mails", "triage"): "triage",
    ("links", "state"): "link_state",
    ("events", "kind"): "event",
    ("events", "before"): "status",
    ("events", "after"): "status",
    ("attention", "kind"): "open",
    ("attention", "cause"): "cause",
    ("attention", "why"): "cause",
    ("entry_list", "reasons"): "cause",
    ("findings", "code"): "cause",
}
"""Columns that hold codes -> the list of their words."""
PLUMBING: Final = frozenset(
    {
        "duties", "entry_mails", "entry_themes", "folders", "labels", "marks", "paces", "prints", "reply_entries",
        "sightings", "zone_offsets",
    }
)  # fmt: skip
"""Tables that no question is asked of; they open by their name."""
SHEETS: Final = frozenset({"contact_sheet", "other_sheet"})
"""Columns that hold contact sheets."""
