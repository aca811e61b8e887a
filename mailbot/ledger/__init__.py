"""What we know, in SQLite: the only room that speaks SQL."""
