"""Signing in: links, passwords, identity provider, sessions, throttling."""
