"""The text of messages, from facts."""
