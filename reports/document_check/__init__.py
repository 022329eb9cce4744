"""Reads a Word document from anybody, as its rules of form look at it."""
