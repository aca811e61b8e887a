"""mailbot: the daemon behind a competition's submission mailbox."""
