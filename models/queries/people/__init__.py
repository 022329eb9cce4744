"""Queries about people: access, posts, the register, who can be reached."""
