"""Queries about the plan in force."""
