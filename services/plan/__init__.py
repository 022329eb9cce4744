"""The plan in force: loaded, compared, bound to units, and its dates moved when the calendar moves."""
