"""Queries about the calendar: days the office entered, feeds people subscribe to."""
