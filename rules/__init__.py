"""Pure rules of the calendar, the plan, status, ladders. No I/O, no clock, no framework."""
