"""Mailboxes: where mails come from."""
