"""Pages of docs/ that are written from the code: `python -m tests.house.written_pages` writes them anew."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Column, Table  # noqa: E402

from config.catalogue import load_catalogue  # noqa: E402
from models.metadata import metadata  # noqa: E402
from rules.coverage import ROLES, Coverage, coverage  # noqa: E402

FLOORS = ("flows", "portal", "cli", "services", "notifications", "reports", "models", "rules", "bootstrap", "config")
TABLES = ROOT / "models" / "tables"
SERVICES = ROOT / "services"
WRITTEN = "Written by `python -m tests.house.written_pages`; a test compares it with the code."


def docstring(path: Path) -> str:
    """The first sentence, or the first paragraph, of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


# --- packages ---------------------------------------------------------------------------------------------------------


def packages_page() -> str:
    """Every package of the product, by floor, with what its docstring says."""
    parts = ["# The packages", WRITTEN]
    for floor in FLOORS:
        inner = sorted(path.parent for path in (ROOT / floor).rglob("*/__init__.py") if path.parent != ROOT / floor)
        parts += [f"## {floor}/", docstring(ROOT / floor / "__init__.py")]
        rows = [(f"`{path.relative_to(ROOT)}/`", docstring(path / "__init__.py")) for path in inner]
        parts += [_table(rows, ("package", "what it is for"))] if rows else []
    return "\n\n".join(parts) + "\n"


# --- services -------------------------------------------------------------------------------------------------------


def services_page() -> str:
    """Every module of services/ by package, with what its docstring says."""
    parts = ["# The modules of `services/`", WRITTEN, _table(_modules(SERVICES))]
    for folder in sorted(path.parent for path in SERVICES.glob("*/__init__.py")):
        parts += [f"## services/{folder.name}", docstring(folder / "__init__.py"), _table(_modules(folder))]
    return "\n\n".join(parts) + "\n"


def _modules(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            yield f"`{path.stem}`", docstring(path)


def _table(rows: Iterable[tuple[str, str]], heads: tuple[str, str] = ("module", "what it does")) -> str:
    lines = [f"| {heads[0]} | {heads[1]} |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows)]
    return "\n".join(lines)


# --- the schema -----------------------------------------------------------------------------------------------------


def schema_page() -> str:
    """The tables and what refers to what as a drawing; then every table with its columns, by the file it stands in."""
    parts = ["# The tables", WRITTEN, f"```mermaid\n{_drawing()}\n```"]
    for path in sorted(TABLES.glob("*.py")):
        names = _table_names(path)
        if names:
            parts += [f"## models/tables/{path.name}", docstring(path)]
            parts += [f"**{name}**: {', '.join(map(_column, metadata.tables[name].columns))}" for name in names]
    return "\n\n".join(parts) + "\n"


def _drawing() -> str:
    """One arrow for each pair of tables, from the one that refers to the one referred to."""
    arrows = {(table.name, key.column.table.name) for table in metadata.tables.values() for key in table.foreign_keys}
    alone = set(metadata.tables) - {name for arrow in arrows for name in arrow}
    lines = [f"    {begin} --> {end}" for begin, end in sorted(arrows)]
    return "\n".join(["flowchart LR", *lines, *(f"    {name}" for name in sorted(alone))])


def _table_names(path: Path) -> list[str]:
    """In the order of the file."""
    classes = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]
    module = __import__(f"models.tables.{path.stem}", fromlist=classes)
    tables = (getattr(getattr(module, name), "__table__", None) for name in classes)
    return [table.name for table in tables if isinstance(table, Table)]


def _column(column: Column[object]) -> str:
    target = "".join(f" → {key.column.table.name}" for key in column.foreign_keys)
    optional = "?" if column.nullable and not column.primary_key else ""
    return f"{'**' if column.primary_key else ''}`{column.name}`{'**' if column.primary_key else ''}{optional}{target}"


# --- the duties -----------------------------------------------------------------------------------------------------


def duties_page() -> str:
    """Every duty of the shipped plan: who records what and where, what colours it, where the report tells of it."""
    plan = load_catalogue().plan
    heads = (
        "duty",
        "owed by",
        "recorded by",
        "reminded by the ladder",
        "what, where",
        "yellow",
        "red",
        "green",
        "in the report",
        "on the dashboard",
    )
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *map(_duty, coverage(plan))]
    walked = (
        "`tests/services/plan/test_duties.py` walks through every duty in three provinces (all silent; all handed in "
        "without the steps that follow; all done) and compares each row: who may record it, the colours it turns and "
        "does not turn, where the yearly report tells of it, under which title the dashboard has it."
    )
    note = f"`kyhan plan coverage` prints the same. {walked}"
    return "\n\n".join([f"# The duties of {plan.number}", WRITTEN, note, "\n".join(lines)]) + "\n"


def _duty(row: Coverage) -> str:
    owed_by = "; ".join(f"{', '.join(units)} ({ROLES[role].en})" for role, units in row.owed_by)
    ladders = ", ".join(row.ladders) or "none"
    words = (row.by.en, ladders, *(text.en for text in (row.where, row.yellow, row.red, row.green, row.report)))
    return " | ".join((f"| `{row.obligation}` {row.title.en} ({row.clause})", owed_by, *words, row.dashboard)) + " |"


PAGES: dict[str, Callable[[], str]] = {
    "docs/packages.md": packages_page,
    "docs/services.md": services_page,
    "docs/schema.md": schema_page,
    "docs/duties.md": duties_page,
}


def main() -> None:
    for place, page in PAGES.items():
        (ROOT / place).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
