"""The composition root: opens the home, connects database, channels, files and accounts."""
