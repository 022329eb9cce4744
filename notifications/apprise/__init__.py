"""Any service Apprise knows, and our own channels as Apprise schemas."""
