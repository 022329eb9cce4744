"""Services ask by named queries: statements are built in models/ alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from the_house import ROOT, modules, parsed, place

BUILDING = {"delete", "exists", "func", "insert", "select", "text", "union", "union_all", "update"}


def statements(path: Path) -> Iterator[str]:
    """What a module imports to build a statement with."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("sqlalchemy", "sqlmodel"):
            yield from (f"{place(path, node.lineno)} {one.name}" for one in node.names if one.name in BUILDING)


def test_services_build_no_statement() -> None:
    services = [path for path in modules() if ROOT / "services" in path.parents]
    assert [line for path in services for line in statements(path)] == []
