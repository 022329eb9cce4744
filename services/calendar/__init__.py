"""Days off and moved terms, the year at a glance, and deadlines for people's own calendars."""
