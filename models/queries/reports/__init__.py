"""Queries behind reports and the leader's page."""
