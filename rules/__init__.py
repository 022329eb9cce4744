"""Thought: pure rules of the calendar, the plan, status, the ladder. No I/O, no clock, no framework."""
