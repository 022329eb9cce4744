"""The database: tables, column types, named queries, migrations."""
