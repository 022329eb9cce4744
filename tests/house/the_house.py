"""The files of this project, as the house rules look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from typer.main import get_group

from cli import COMMANDS, build

ROOT = Path(__file__).parents[2]
FLOORS = ("rules", "models", "notifications", "reports", "services", "flows", "portal", "cli", "bootstrap", "config")
NOT_OURS = {".git", ".venv", "var", "build", "dist", "__pycache__", "node_modules"}
RECORDS = ROOT / "models" / "migrations" / "versions"  # what once was done to a database; not code to read or change


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the product."""
    files = (path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")))
    return tuple(path for path in files if RECORDS not in path.parents)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


SHEETS = ROOT / "tests" / "content" / "sheets"  # as clerks send them, in old code pages too


@cache
def texts() -> dict[Path, str]:
    """Every text file of the project by its place in it."""
    return dict(_texts(ROOT))


def _texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith((".egg-info", "_cache")) or path.name == ".hypothesis":
            continue
        if path.is_dir():
            yield from _texts(path)
        elif path.parent.parent != SHEETS and b"\0" not in (content := path.read_bytes()):
            yield path.relative_to(ROOT), content.decode("utf-8")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The dotted name of everything a module imports, also inside functions, and the line."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def place(path: Path, line: int | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


@cache
def commands() -> frozenset[str]:
    """Every command a person can type: «kyhan up», «kyhan plan check»."""
    return frozenset(f"kyhan {words}" for name in COMMANDS for words in _spoken(name))


def _spoken(name: str) -> list[str]:
    inner = getattr(get_group(build(name)).commands[name], "commands", None)
    return [f"{name} {word}" for word in inner] if inner else [name]
