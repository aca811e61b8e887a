"""What text is, pure: charsets, folding, quotes, phones, links, labels."""
