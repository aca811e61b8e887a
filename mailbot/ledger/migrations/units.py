"""Units: who made a work, who recommends it, by what names; and what views tell people by: labels, the time zone."""

from typing import Final

from sqlite_utils import Database

from mailbot.ledger.enums import one_of
from mailbot.ledger.migrations.registry import migrations
from mailbot.model.entry import RecommenderDoubt
from mailbot.text.units import organizations, written_alike

COLUMNS: Final = f"""
    ALTER TABLE entries ADD COLUMN maker TEXT NOT NULL DEFAULT '';
    ALTER TABLE entries ADD COLUMN recommending_unit TEXT NOT NULL DEFAULT '';
    ALTER TABLE entries ADD COLUMN recommender_doubt TEXT {one_of("recommender_doubt", RecommenderDoubt)};
    ALTER TABLE entries ADD COLUMN signed TEXT NOT NULL DEFAULT '';
    ALTER TABLE entries ADD COLUMN for_others INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX entries_maker ON entries(maker);
    CREATE INDEX entries_recommending_unit ON entries(recommending_unit);
    CREATE INDEX entries_recommender_doubt ON entries(mail_id) WHERE recommender_doubt IS NOT NULL;
"""
TABLES: Final = """
    CREATE TABLE unit_names (
        name TEXT PRIMARY KEY,
        called TEXT NOT NULL,
        unit TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE roster (
        unit TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        also TEXT NOT NULL,
        mail TEXT NOT NULL,
        city TEXT NOT NULL,
        province TEXT NOT NULL,
        expected INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE labels (
        list TEXT NOT NULL,
        code TEXT NOT NULL,
        label TEXT NOT NULL,
        PRIMARY KEY (list, code)
    ) WITHOUT ROWID;
    CREATE TABLE zone_offsets (
        begins TEXT PRIMARY KEY,
        minutes INTEGER NOT NULL,
        clock TEXT NOT NULL
    ) WITHOUT ROWID;
"""


@migrations()
def m030_units(db: Database) -> None:
    """Maker and recommending unit of each entry, as far as its form tells; `mailbot redecide` asks the roster too."""
    db.executescript(COLUMNS)
    for number, unit, recommender in db.execute("SELECT id, unit, recommender FROM entries").fetchall():
        maker, named = written_alike(unit), organizations(recommender)
        doubt = RecommenderDoubt.FORM if len(named) > 1 else None
        recommending = "" if doubt else written_alike(named[0]) if named else maker
        db.execute(
            "UPDATE entries SET maker = ?, recommending_unit = ?, recommender_doubt = ? WHERE id = ?",
            [maker, recommending, doubt, number],
        )


@migrations()
def m031_names(db: Database) -> None:
    """Names that persons put together, the roster, the words for codes, and the time zone that views are told in."""
    db.executescript(TABLES)
