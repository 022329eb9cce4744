"""Readers of the settings, the clock and the YAML files: plans, organisations, ladders, calendar, channels."""
