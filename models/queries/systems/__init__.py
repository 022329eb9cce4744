"""Queries about other systems: API tokens and webhooks."""
