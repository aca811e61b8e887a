"""The ledger in a browser: Datasette, read-only, on loopback; its words are the templates', its descriptions docs'."""

from mailbot.browse.serve import DATABASE, Shelf, site

__all__ = ["DATABASE", "Shelf", "site"]
