"""Services ask by named queries: statements are built in models/ alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from the_house import ROOT, modules, parsed, place

BUILDING = {"delete", "exists", "func", "insert", "select", "text", "union", "union_all", "update"}
ROOMS = ("cases", "delivery", "inbound", "outbox", "reminders", "reports", "views", "zalo")


def statements(path: Path) -> Iterator[str]:
    """What a module imports to build a statement with."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("sqlalchemy", "sqlmodel"):
            yield from (f"{place(path, node.lineno)} {one.name}" for one in node.names if one.name in BUILDING)


def test_services_build_no_statement() -> None:
    rooms = {ROOT / "services" / room for room in ROOMS}
    services = [path for path in modules() if path.parent in rooms]
    assert services
    assert [line for path in services for line in statements(path)] == []
