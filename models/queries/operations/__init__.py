"""Queries for those who run Kyhan: dashboard, watch, metrics, log, files."""
