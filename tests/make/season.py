"""A season's ledger: a thousand works of many units, of every fate, with letters and contact sheets."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image

from mailbot.ledger.connection import writing
from mailbot.model.letter import Letter, LetterKind, LetterState
from mailbot.model.roster import Roster, RosterUnit
from mailbot.model.rules import Rules
from mailbot.store import Store
from tests.make.decisions import LATE, film, form, row
from tests.make.ledger import THEMES, books, letter

CITIES: Final = ("云岭", "江海", "山城", "北原", "南湾", "东港", "西川", "中都")
BUREAUS: Final = tuple(f"{city}市工业和信息化局" for city in CITIES)
ROSTER: Final = Roster(
    tuple(
        RosterUnit(name, (), (), f"{city}市", "某某省" if place < 4 else "另一省", expected=True)
        for place, (city, name) in enumerate(zip(CITIES, BUREAUS, strict=True))
    )
)
SENT: Final = BUREAUS[:-2]
"""Those of the roster that send works."""
MAILS: Final = 40
ROWS: Final = 25


def season(folder: Path) -> None:
    """Write a ledger of `MAILS` × `ROWS` works into a folder, and their contact sheets into its store."""
    sheet = Store(folder / "files").put([_picture()]).sha256
    with books(folder / "ledger.sqlite", Rules(roster=ROSTER)) as made:
        for mail in range(MAILS):
            works = [
                row(
                    f"智造未来之{mail:02d}第{place:02d}号",
                    themes=(THEMES[place % 3],),
                    phone=f"138000{mail:02d}{place:03d}",
                )
                for place in range(ROWS)
            ]
            made_by = form(*works, unit=f"第{mail:02d}机械制造有限公司", name=f"{mail}.docx")
            assert made_by.form is not None
            told = replace(made_by.form, recommender=f"{SENT[mail % len(SENT)]}科技科 吴敏 0571-00000000")
            films = [film(f"{work.title}.mp4", f"{mail} {place}") for place, work in enumerate(works) if place % 5]
            late = LATE if mail == MAILS - 1 else None
            made.take(replace(made_by, form=told), *films, sender=f"office{mail}@example.org", at=late)
            made.later(hours=5)
        with writing(made.db):
            made.db.execute("UPDATE videos SET contact_sheet = ?", [sheet])
        owed = made.owe(*(_letter(mail) for mail in range(MAILS)))
        with writing(made.db):
            for place, item in enumerate(owed):
                state = LetterState.UNDELIVERABLE if place == 3 else LetterState.SENT
                made.db.execute(
                    "UPDATE replies SET state = ?, sent_at = ? WHERE id = ?",
                    [state, f"2024-06-{2 + place // 4:02d}T08:00:00+00:00", item.id],
                )


def _letter(mail: int) -> Letter:
    numbers = tuple(f"GYQG-2024-{mail * ROWS + place + 1:04d}" for place in range(ROWS))
    to = f"office{mail}@example.org"
    return letter(f"k{mail}", to, LetterKind.PARTIAL, numbers=numbers, subject="【部分受理】报送")


def _picture() -> bytes:
    """A contact sheet as small as one may be."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((240, 135)).convert("RGB").save(out, "JPEG", quality=40)
    return out.getvalue()
