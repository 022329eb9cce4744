"""Who is reminded of what, whom nobody can reach, and official urging letters."""
