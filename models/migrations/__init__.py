"""Schema versions. A new table or column means a new file in versions/; a test holds them equal to the models."""
