"""Whether anything was committed since, on both databases."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import Engine, text

from models.changes import Changes
from models.database import reading, writing

ELSEWHERE = """
import sys
from sqlalchemy import text
from models.database import connect, writing
with writing(connect(sys.argv[1])) as session:
    session.execute(text("INSERT INTO probe (name) VALUES ('from elsewhere')"))
"""


def a_line(engine: Engine, name: str) -> None:
    with writing(engine) as session:
        session.execute(text("INSERT INTO probe (name) VALUES (:name)"), {"name": name})


@pytest.fixture
def changes(empty_engine: Engine) -> Changes:
    with writing(empty_engine) as session:
        session.execute(text("CREATE TABLE probe (name TEXT)"))
    return Changes(empty_engine)


def test_looking_changes_nothing(changes: Changes, empty_engine: Engine):
    before = changes.stamp()
    for _ in range(3):
        with reading(empty_engine) as session:
            session.execute(text("SELECT * FROM probe")).all()
    assert changes.stamp() == before


def test_each_commit_is_noticed(changes: Changes, empty_engine: Engine):
    stamps = [changes.stamp()]
    for number in range(50):
        a_line(empty_engine, str(number))
        stamps.append(changes.stamp())
    assert len(set(stamps)) == len(stamps)


def test_what_is_seen_before_a_commit_is_told_apart_from_what_is_seen_after_it(changes: Changes, empty_engine: Engine):
    with writing(empty_engine) as session:
        session.execute(text("INSERT INTO probe (name) VALUES ('a')"))
        session.flush()
        under_way = changes.stamp()
    assert changes.stamp() != under_way


def test_a_commit_of_another_process_is_noticed(changes: Changes, empty_engine: Engine):
    before = changes.stamp()
    url = empty_engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", ELSEWHERE, url], check=True)
    assert changes.stamp() != before
