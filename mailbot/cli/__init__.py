"""What people type, one file a command group: parse, call, print; no logic."""
