"""What each flow of the shipped plan does beyond the daily check: a module for each, from parts they share."""
