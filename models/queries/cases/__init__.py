"""Queries about cases: one, lists, the board, what is owed, answers, conversation."""
