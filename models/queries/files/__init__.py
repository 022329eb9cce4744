"""Queries about files on their way in: uploads, and files kept for a confirmation."""
