"""The demo: see `campaign`."""
