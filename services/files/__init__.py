"""Files that are handed in: checked, kept by their digest, verified; uploads in pieces."""
