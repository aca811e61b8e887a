"""Raw bytes into a `Mail`: split, headers, text, links, triage."""
