"""A command loads what it needs and nothing else: nobody waits for the engine to read a date."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from the_house import ROOT

HEAVY = {"prefect", "pandas", "fastapi", "apprise", "matplotlib", "psycopg"}
REPORT = """
import sys, cli
try:
    cli.main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def heavy_parts_of(home: Path, *words: str) -> set[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KYHAN_", "PREFECT_"))}
    environment = {**clean, "KYHAN_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return HEAVY & set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["up", "--help"],
        ["plan", "dates", "--from", "2013-10-23", "--to", "2014-12-31", "--json"],
        ["status", "--as-of", "2014-03-20", "--json"],
        ["tick", "--at", "2013-11-01T08:00", "--json"],
    ],
    ids=" ".join,
)
def test_a_command_loads_neither_engine_nor_tables(tmp_path: Path, words: list[str]) -> None:
    assert heavy_parts_of(tmp_path, *words) == set()
