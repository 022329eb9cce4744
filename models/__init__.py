"""Memory: tables, column types, named queries, migrations."""
