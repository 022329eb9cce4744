"""What `kyhan doctor` and the system page look at."""
