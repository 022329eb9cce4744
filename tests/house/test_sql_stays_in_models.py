"""Services ask by named queries: a statement is built in models/ alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from the_house import ROOT, modules, parsed, place

LIBRARIES = ("sqlalchemy", "sqlmodel")
BUILDING = {"delete", "exists", "func", "insert", "select", "text", "union", "union_all", "update"}
MAY_BUILD: dict[str, str] = {}  # module → why its statements stay where they are


def building(path: Path) -> Iterator[str]:
    """What a module imports to build a statement with."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in LIBRARIES:
            yield from (f"{place(path, node.lineno)} {one.name}" for one in node.names if one.name in BUILDING)
        if isinstance(node, ast.Import):
            yield from (f"{place(path, node.lineno)} {one.name}" for one in node.names if one.name in LIBRARIES)


def builders() -> dict[str, list[str]]:
    """Module of services → what it imports for it, where it is anything."""
    services = [path for path in modules() if path.is_relative_to(ROOT / "services")]
    assert services
    return {place(path): lines for path in services if (lines := list(building(path)))}


def test_services_build_no_statement() -> None:
    assert {where: lines for where, lines in builders().items() if where not in MAY_BUILD} == {}


def test_every_exception_is_still_one() -> None:
    assert set(MAY_BUILD) <= set(builders())
