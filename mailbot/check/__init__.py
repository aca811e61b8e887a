"""Facts into a decision. The whole room is pure."""
