"""The HTTP API for other systems: the same services as the pages, in JSON, with a bearer token."""
