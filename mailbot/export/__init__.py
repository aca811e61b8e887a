"""The judges' package."""
