"""The table of a form as it was filled in on a page, and a table that comes back marked."""
