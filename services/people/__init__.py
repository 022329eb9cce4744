"""People, posts and organisations: imported, handed over, corrected, reorganised."""
