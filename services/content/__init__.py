"""What handed-in tables say: rows kept with their origin, put together for the province, compared."""
