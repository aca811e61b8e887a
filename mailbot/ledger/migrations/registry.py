"""Where every step of the ledger's tables is registered, under its name."""

from typing import Final

from sqlite_utils import Migrations

migrations: Final = Migrations("mailbot")
