"""Scans and photos of a form, read by OCR in a process of its own."""
