"""The ledger's tables, step by step, a file a topic.

A step that has landed is never edited; the next one changes what it must. Steps run in the order of the imports below
and are known by their names. Every CHECK on a state is made from its enum, so that code and ledger know the same words.
"""

from mailbot.ledger.migrations import outset, growth, desk, units, purged, exceptions, turns  # isort: skip - the order of the steps
from mailbot.ledger.migrations.registry import migrations

__all__ = ["desk", "exceptions", "growth", "migrations", "outset", "purged", "turns", "units"]
