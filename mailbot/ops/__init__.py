"""Running mailbot: doctor, lock, inspection."""
