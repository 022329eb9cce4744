"""Queries about the tables that were handed in: verdicts, rows, what is put together from them."""
