"""Zalo, out and in: bot, Official Account, template messages, webhook."""
