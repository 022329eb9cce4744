"""What stands once stands nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from the_house import ROOT, modules, parsed, place

INSERTS = {"insert_new", "insert_selected", "insert"}
QUEUE = ROOT / "services" / "outbox" / "queue.py"
BENCHMARKS = ROOT / "cli" / "bench"  # they fill a database with years of history


def rows_of_messages(path: Path) -> Iterator[str]:
    """Where a row of the outbox is made: Message(…), or an insert that names the table."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            arguments = {ast.unparse(one) for one in node.args}
            if (name == "Message" and node.keywords) or (name in INSERTS and "Message" in arguments):
                yield place(path, node.lineno)


def test_messages_are_written_by_the_queue_alone() -> None:
    others = [path for path in modules() if path != QUEUE and BENCHMARKS not in path.parents]
    assert [row for path in others for row in rows_of_messages(path)] == []


def test_the_queue_writes_them() -> None:
    assert len(list(rows_of_messages(QUEUE))) == 2


CONDITIONS = ROOT / "models" / "conditions.py"
WRITTEN_OUT = {
    "is_open": r"received_at\)\.is_\(None\),\s*col\(\w+\.outcome\)\.is_\(None\)",
    "is_owed": r"outcome\)\.is_\(None\),\s*or_\(col\(\w+\.received_at\)\.is_\(None\)",
    "holds_post_on": r"from_day\) <= \w+[^\n]{0,4}\s*[^\n]{0,10}or_\(col\(\w+\.to_day\)",
    "named_on": r"valid_to\)\.is_\(None\), col\(\w+\.valid_to\) >",
    "is_pending": r"\{WAITING\}\"\), col\(\w+\.state\)",
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_a_shared_condition_is_written_once(name: str) -> None:
    pattern = re.compile(WRITTEN_OUT[name])
    assert [place(path) for path in modules() if pattern.search(path.read_text("utf-8"))] == [place(CONDITIONS)]
