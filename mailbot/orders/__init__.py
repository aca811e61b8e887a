"""What organizers' mails say: orders in plain lines, the tokens that sign them, the reasons that go out. Pure."""
