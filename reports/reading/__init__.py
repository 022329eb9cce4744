"""Reads tables that people hand in, of whatever kind the file is, into grids of plain cells. Nothing evaluates."""
