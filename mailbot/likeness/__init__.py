"""Prints of films, compared and searched."""
