"""The embedded campaign: servers, mails, films."""
