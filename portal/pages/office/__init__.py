"""Pages of an administrator."""
