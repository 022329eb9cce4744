"""Messages are claimed, composed, sent one at a time, and their outcomes recorded."""
