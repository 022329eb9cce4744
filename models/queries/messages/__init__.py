"""Queries about messages: claiming, outbox, ledger, urging letters, what came in."""
