"""The ways in, one's own account, and what Zalo calls."""
