"""The tables that the first campaign began with, and what it changed of them."""

from sqlite_utils import Database

from mailbot.ledger.enums import one_of
from mailbot.ledger.migrations.registry import migrations
from mailbot.model.entry import EntryStatus
from mailbot.model.finding import Severity
from mailbot.model.letter import LetterKind, LetterState
from mailbot.model.linked import LinkState
from mailbot.model.mail import MailState, PartKind, Triage
from mailbot.model.prints import PrintState


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
