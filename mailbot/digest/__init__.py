"""The organizers' daily digest."""
