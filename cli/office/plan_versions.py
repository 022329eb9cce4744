"""Loading a plan version, and saying what changes between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bootstrap.home import open_home
from config.catalogue import load_plan_file
from models.database import reading, writing
from models.queries.plan import occurrences as plan_queries
from rules.plan import Plan
from services.plan.changes import changes
from services.plan.load import load_plan, plan_ahead, restore_plan


def read(file: Path) -> Plan:
    """Raises CatalogueError with file, line and reason."""
    return load_plan_file(file)


def load_file(file: Path, now: datetime) -> dict[str, Any]:
    """Put the file's plan in force and lay out its occurrences; all of it, or nothing."""
    plan = read(file)
    home = open_home(now)
    before = home.office.plan
    with reading(home.engine) as session:
        current = plan_queries.current_plan(session)
    with writing(home.engine) as session:
        version = load_plan(session, plan, now)
        plan_ahead(session, replace(home.office, plan=restore_plan(version)), now)
        number = version.version
    new = current is None or current.version != number
    return {"version": number, "new": new, "changes": compare(before, plan) if new else []}


def compare(a: Plan, b: Plan) -> list[str]:
    """One Vietnamese line for each obligation that is added, dropped or changed, and each setting."""
    return [line for change in changes(a, b) for line in change.lines]
