"""The migrations build exactly what the models say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from models.migrate import migrate, newest, revision
from models.tables import metadata


def test_an_upgraded_empty_database_equals_the_models(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_partial_index_of_the_models_is_partial_in_the_database(empty_engine: Engine) -> None:
    migrate(empty_engine)
    dialect = empty_engine.dialect.name
    expected = {
        i.name for t in metadata.tables.values() for i in t.indexes if i.dialect_kwargs[f"{dialect}_where"] is not None
    }
    found = {
        index["name"]
        for table in metadata.tables
        for index in inspect(empty_engine).get_indexes(table)
        if index.get("dialect_options", {}).get(f"{dialect}_where") is not None
    }
    assert found == expected != set()


def test_migrating_twice_does_nothing_the_second_time(empty_engine: Engine) -> None:
    assert [migrate(empty_engine), migrate(empty_engine)] == [True, False]
    assert revision(empty_engine) == newest()


def test_an_empty_database_has_no_revision(empty_engine: Engine) -> None:
    assert revision(empty_engine) is None
