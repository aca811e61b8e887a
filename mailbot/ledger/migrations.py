"""The ledger's tables, step by step. A step that has landed is never edited; the next one changes what it must.

Every CHECK on a state is made from its enum, so that code and ledger know the same words.
"""

from sqlite_utils import Database, Migrations

from mailbot.ledger.desk_tables import DUTIES, ORDERS
from mailbot.ledger.enums import one_of, renew_check
from mailbot.ledger.indexes import BY_INDEX, fold_names
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Severity
from mailbot.model.letter import LetterKind, LetterState, Priority
from mailbot.model.linked import LinkState
from mailbot.model.mail import MailState, PartKind, Triage
from mailbot.model.prints import PrintState

migrations = Migrations("mailbot")


@migrations()
def m001_mails(db: Database) -> None:
    """Mails, where each was seen, and what was in it."""
    db.executescript(f"""
        CREATE TABLE mails (
            id INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            state TEXT NOT NULL {one_of("state", MailState)},
            mailbox TEXT NOT NULL,
            folder TEXT NOT NULL,
            junk INTEGER NOT NULL DEFAULT 0,
            received_at TEXT NOT NULL,
            received_day TEXT NOT NULL,
            spooled_at TEXT NOT NULL,
            done_at TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            retry_at TEXT,
            error TEXT NOT NULL DEFAULT '',
            copy_of INTEGER REFERENCES mails(id),
            message_id TEXT NOT NULL DEFAULT '',
            in_reply_to TEXT NOT NULL DEFAULT '',
            thread TEXT NOT NULL DEFAULT '',
            sender TEXT NOT NULL DEFAULT '',
            sender_name TEXT NOT NULL DEFAULT '',
            subject TEXT NOT NULL DEFAULT '',
            date TEXT,
            sent_at TEXT,
            triage TEXT {one_of("triage", Triage)},
            reason TEXT NOT NULL DEFAULT '',
            silence TEXT NOT NULL DEFAULT '',
            attention TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX mails_state ON mails(state);
        CREATE INDEX mails_message_id ON mails(message_id);
        CREATE INDEX mails_sender ON mails(sender);
        CREATE TABLE sightings (
            mailbox TEXT NOT NULL,
            folder TEXT NOT NULL,
            uidvalidity INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            mail_id INTEGER REFERENCES mails(id),
            seen_at TEXT NOT NULL,
            received_at TEXT NOT NULL,
            source_key TEXT NOT NULL DEFAULT '',
            attempts INTEGER NOT NULL DEFAULT 0,
            settled INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (mailbox, folder, uidvalidity, uid)
        ) WITHOUT ROWID;
        CREATE INDEX sightings_mail ON sightings(mail_id);
        CREATE TABLE folders (
            mailbox TEXT NOT NULL,
            folder TEXT NOT NULL,
            uidvalidity INTEGER NOT NULL,
            reconciled_at TEXT NOT NULL,
            PRIMARY KEY (mailbox, folder)
        ) WITHOUT ROWID;
        CREATE TABLE files (
            sha256 TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            kind TEXT NOT NULL {one_of("kind", PartKind)},
            kept_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE parts (
            id INTEGER PRIMARY KEY,
            mail_id INTEGER NOT NULL REFERENCES mails(id),
            position INTEGER NOT NULL,
            filename TEXT NOT NULL,
            content_type TEXT NOT NULL,
            sha256 TEXT NOT NULL REFERENCES files(sha256),
            size INTEGER NOT NULL,
            kind TEXT NOT NULL {one_of("kind", PartKind)},
            inside TEXT NOT NULL DEFAULT '[]',
            UNIQUE (mail_id, position)
        );
        CREATE INDEX parts_sha256 ON parts(sha256);
    """)


@migrations()
def m002_works(db: Database) -> None:
    """Forms, videos, links, entries, and what was found."""
    db.executescript(f"""
        CREATE TABLE forms (
            id INTEGER PRIMARY KEY,
            mail_id INTEGER NOT NULL REFERENCES mails(id),
            sha256 TEXT NOT NULL,
            filename TEXT NOT NULL,
            unit TEXT NOT NULL,
            recommender TEXT NOT NULL,
            scanned INTEGER NOT NULL,
            rows TEXT NOT NULL
        );
        CREATE INDEX forms_mail ON forms(mail_id);
        CREATE TABLE videos (
            sha256 TEXT PRIMARY KEY REFERENCES files(sha256),
            container TEXT NOT NULL DEFAULT '',
            codec TEXT NOT NULL DEFAULT '',
            width INTEGER,
            height INTEGER,
            duration REAL,
            aspect TEXT NOT NULL DEFAULT '',
            fps REAL,
            bit_rate INTEGER,
            has_audio INTEGER,
            rotation INTEGER,
            coded_width INTEGER,
            coded_height INTEGER,
            readable INTEGER NOT NULL,
            findings TEXT NOT NULL DEFAULT '[]',
            contact_sheet TEXT NOT NULL DEFAULT '',
            checked_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE links (
            id INTEGER PRIMARY KEY,
            mail_id INTEGER NOT NULL REFERENCES mails(id),
            url TEXT NOT NULL,
            provider TEXT NOT NULL,
            code TEXT NOT NULL,
            expires TEXT NOT NULL,
            filename TEXT NOT NULL,
            size INTEGER NOT NULL,
            UNIQUE (mail_id, url)
        );
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL UNIQUE,
            version INTEGER NOT NULL DEFAULT 1,
            status TEXT NOT NULL {one_of("status", EntryStatus)},
            status_since TEXT NOT NULL,
            sender TEXT NOT NULL,
            mail_id INTEGER NOT NULL REFERENCES mails(id),
            received_at TEXT NOT NULL,
            received_day TEXT NOT NULL,
            title TEXT NOT NULL,
            unit TEXT NOT NULL,
            recommender TEXT NOT NULL,
            contact TEXT NOT NULL,
            phone TEXT NOT NULL,
            has_row INTEGER NOT NULL,
            link_id INTEGER REFERENCES links(id),
            video_sha256 TEXT REFERENCES videos(sha256),
            video_filename TEXT NOT NULL DEFAULT '',
            notes TEXT NOT NULL DEFAULT '[]',
            set_by_person TEXT NOT NULL DEFAULT '[]'
        );
        CREATE INDEX entries_sender ON entries(sender);
        CREATE INDEX entries_video ON entries(video_sha256);
        CREATE INDEX entries_status ON entries(status);
        CREATE TABLE entry_themes (
            entry_id INTEGER NOT NULL REFERENCES entries(id),
            theme TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (entry_id, theme)
        ) WITHOUT ROWID;
        CREATE TABLE entry_mails (
            entry_id INTEGER NOT NULL REFERENCES entries(id),
            mail_id INTEGER NOT NULL REFERENCES mails(id),
            PRIMARY KEY (entry_id, mail_id)
        ) WITHOUT ROWID;
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,
            mail_id INTEGER REFERENCES mails(id),
            entry_id INTEGER REFERENCES entries(id),
            position INTEGER NOT NULL,
            code TEXT NOT NULL,
            severity TEXT NOT NULL {one_of("severity", Severity)},
            message TEXT NOT NULL,
            details TEXT NOT NULL
        );
        CREATE INDEX findings_entry ON findings(entry_id);
        CREATE INDEX findings_mail ON findings(mail_id);
    """)


@migrations()
def m003_outbox(db: Database) -> None:
    """Letters, the history of everything, and the digests."""
    db.executescript(f"""
        CREATE TABLE replies (
            id INTEGER PRIMARY KEY,
            letter_key TEXT NOT NULL UNIQUE,
            message_id TEXT NOT NULL UNIQUE,
            mail_id INTEGER REFERENCES mails(id),
            kind TEXT NOT NULL {one_of("kind", LetterKind)},
            recipient TEXT NOT NULL,
            subject TEXT NOT NULL,
            in_reply_to TEXT NOT NULL,
            thread TEXT NOT NULL,
            text TEXT NOT NULL,
            html TEXT NOT NULL,
            numbers TEXT NOT NULL,
            attachments TEXT NOT NULL DEFAULT '[]',
            state TEXT NOT NULL {one_of("state", LetterState)},
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at TEXT NOT NULL,
            created_at TEXT NOT NULL,
            claimed_at TEXT,
            sent_at TEXT,
            queue_id TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX replies_state ON replies(state, due_at);
        CREATE INDEX replies_mail ON replies(mail_id);
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            number TEXT NOT NULL DEFAULT '',
            mail_id INTEGER REFERENCES mails(id),
            before TEXT,
            after TEXT,
            note TEXT NOT NULL DEFAULT '',
            details TEXT NOT NULL DEFAULT '{{}}'
        );
        CREATE INDEX events_number ON events(number);
        CREATE TABLE digests (
            day TEXT PRIMARY KEY,
            made_at TEXT NOT NULL,
            recipients TEXT NOT NULL,
            figures TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE marks (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
    """)


@migrations()
def m004_prints(db: Database) -> None:
    """Films' prints, and which are still owed."""
    db.executescript(f"""
        CREATE TABLE prints (
            sha256 TEXT PRIMARY KEY REFERENCES videos(sha256),
            frames BLOB NOT NULL,
            made_at TEXT NOT NULL
        );
        ALTER TABLE videos ADD COLUMN print TEXT NOT NULL DEFAULT 'owed' {one_of("print", PrintState)};
        CREATE INDEX videos_print ON videos(print);
    """)


@migrations()
def m005_downloads(db: Database) -> None:
    """What became of the files behind links, and whether the organizers know that a link is about to die."""
    db.executescript(f"""
        ALTER TABLE links ADD COLUMN state TEXT NOT NULL DEFAULT 'open' {one_of("state", LinkState)};
        ALTER TABLE links ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE links ADD COLUMN retry_at TEXT;
        ALTER TABLE links ADD COLUMN error TEXT NOT NULL DEFAULT '';
        ALTER TABLE links ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
    """)


@migrations()
def m006_told_titles(db: Database) -> None:
    """The title that a submitter knows an entry by, beside the one that a person mended."""
    db.executescript("""
        ALTER TABLE entries ADD COLUMN told_title TEXT NOT NULL DEFAULT '';
        UPDATE entries SET told_title = title;
    """)


@migrations()
def m007_seen_mails(db: Database) -> None:
    """Mails that a person has seen to, so that they need no attention any more."""
    db.executescript("ALTER TABLE mails ADD COLUMN seen_at TEXT;")


@migrations()
def m008_undated_mails(db: Database) -> None:
    """Whether the mailbox could say when a mail came."""
    db.execute("ALTER TABLE mails ADD COLUMN dated INTEGER NOT NULL DEFAULT 1")


@migrations()
def m009_moves_begun(db: Database) -> None:
    """Whether marking or moving a mail on the server was begun: a move may have died between COPY and EXPUNGE."""
    db.execute("ALTER TABLE sightings ADD COLUMN settling INTEGER NOT NULL DEFAULT 0")


@migrations()
def m010_prints_anew(db: Database) -> None:
    """Prints were made with evenly spaced times, whatever the frames' own were: they are owed anew."""
    db.execute("DELETE FROM prints")
    db.execute(f"UPDATE videos SET print = '{PrintState.OWED}' WHERE print = '{PrintState.DONE}'")


@migrations()
def m011_extra_fields(db: Database) -> None:
    """The campaign's fields that have no column of their own, as a JSON object by their names."""
    db.execute("ALTER TABLE entries ADD COLUMN extra TEXT NOT NULL DEFAULT '{}'")


@migrations()
def m012_said(db: Database) -> None:
    """A person's words for the submitter, apart from those for colleagues; until now all of them were told."""
    db.executescript("""
        ALTER TABLE events ADD COLUMN say TEXT NOT NULL DEFAULT '';
        UPDATE events SET say = note WHERE actor <> 'mailbot' AND number <> '';
    """)


@migrations()
def m013_search(db: Database) -> None:
    """Full text of entries (row 2 × id) and mails (row 2 × id + 1); see `ledger/search.py`."""
    of_entry = "number || ' ' || title || ' ' || unit || ' ' || recommender || ' ' || contact || ' ' || phone"
    of_entry_now = " || ' ' || ".join(
        f"new.{column}" for column in ("number", "title", "unit", "recommender", "contact", "phone")
    )
    of_mail = "sender || ' ' || sender_name || ' ' || subject"
    of_mail_now = "new.sender || ' ' || new.sender_name || ' ' || new.subject"
    db.executescript(f"""
        CREATE VIRTUAL TABLE _search USING fts5(head, body, tokenize = 'trigram');
        INSERT INTO _search(rowid, head, body) SELECT id * 2, {of_entry}, '' FROM entries;
        INSERT INTO _search(rowid, head, body) SELECT id * 2 + 1, {of_mail}, '' FROM mails;
        CREATE TRIGGER entries_found_new AFTER INSERT ON entries BEGIN
            INSERT INTO _search(rowid, head, body) VALUES (new.id * 2, {of_entry_now}, '');
        END;
        CREATE TRIGGER entries_found AFTER UPDATE OF title, unit, recommender, contact, phone ON entries
        WHEN old.title <> new.title OR old.unit <> new.unit OR old.recommender <> new.recommender
            OR old.contact <> new.contact OR old.phone <> new.phone BEGIN
            UPDATE _search SET head = {of_entry_now} WHERE rowid = new.id * 2;
        END;
        CREATE TRIGGER mails_found_new AFTER INSERT ON mails BEGIN
            INSERT INTO _search(rowid, head, body) VALUES (new.id * 2 + 1, {of_mail_now}, '');
        END;
        CREATE TRIGGER mails_found AFTER UPDATE OF sender, sender_name, subject ON mails
        WHEN old.sender <> new.sender OR old.sender_name <> new.sender_name OR old.subject <> new.subject BEGIN
            UPDATE _search SET head = {of_mail_now} WHERE rowid = new.id * 2 + 1;
        END;
    """)


@migrations()
def m014_fetching_doubted(db: Database) -> None:
    """What the server says of a mail's size, when to fetch one again, and which mails were fetched only in part."""
    db.executescript("""
        ALTER TABLE sightings ADD COLUMN size INTEGER;
        ALTER TABLE sightings ADD COLUMN retry_at TEXT;
        ALTER TABLE mails ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX sightings_open ON sightings(mailbox, folder, uidvalidity, uid) WHERE mail_id IS NULL;
        CREATE INDEX sightings_unsettled ON sightings(mailbox, mail_id) WHERE NOT settled;
    """)


@migrations()
def m015_growth(db: Database) -> None:
    """What is asked once a mail or a letter is found by an index, however much the ledger holds."""
    db.executescript(BY_INDEX)
    fold_names(db)


@migrations()
def m016_priorities(db: Database) -> None:
    """Which letters leave first; those owed before this keep their order behind what a person decides."""
    db.executescript(f"""
        ALTER TABLE replies ADD COLUMN priority INTEGER NOT NULL DEFAULT {Priority.REJECTED};
        UPDATE replies SET priority = {Priority.ORGANIZERS} WHERE kind IN ('{LetterKind.DIGEST}', '{LetterKind.ALERT}');
        DROP INDEX replies_turn;
        CREATE INDEX replies_turn ON replies(state, priority, attempts, id);
    """)


@migrations()
def m020_orders(db: Database) -> None:
    """What organizers order by mail; letters that tell what became of it."""
    db.executescript(ORDERS)
    renew_check(db, "replies", "kind", LetterKind)
    renew_check(db, "mails", "triage", Triage)


@migrations()
def m021_duties(db: Database) -> None:
    """What is due once a day, and was done."""
    db.executescript(DUTIES)
