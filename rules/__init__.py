"""Pure rules: calendar, recurrence, deadlines, status, ladders, access. No I/O, no clock, no framework."""
