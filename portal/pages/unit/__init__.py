"""Pages of the people who answer for a unit."""
