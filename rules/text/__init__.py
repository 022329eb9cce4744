"""Characters, spellings and wordings."""
