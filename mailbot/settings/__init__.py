"""config.toml -> frozen settings."""
