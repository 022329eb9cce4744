"""Another system calls: the same services as the pages, in JSON, behind a token."""
