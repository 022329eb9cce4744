"""Changes one entry of a plan's files and leaves the text of all others as it is."""
