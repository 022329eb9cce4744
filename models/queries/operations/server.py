"""Named queries about the database server itself."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session


def version(session: Session) -> str:
    """As the server writes it: 16.4, or 3.45.1 for SQLite."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    return str(session.execute(text("SHOW server_version" if postgresql else "SELECT sqlite_version()")).scalar())


def postgresql_version(session: Session) -> int:
    """The main number: 16."""
    return int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def postgresql_encoding(session: Session) -> str:
    return str(session.execute(text("SHOW server_encoding")).scalar_one())


def postgresql_size(session: Session) -> int:
    """In bytes."""
    return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
