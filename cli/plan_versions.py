"""Loading a plan version, and saying what changes between two."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from config.catalogue import load_plan_file
from config.home import office_of, open_home
from models import queries_plan
from models.database import reading, writing
from rules.plan import Obligation, Plan
from services.plans import load_plan, plan_ahead


def read(file: Path) -> Plan:
    """Raises CatalogueError with file, line and reason."""
    return load_plan_file(file)


def load_file(file: Path, now: datetime) -> dict[str, Any]:
    """Put the file's plan in force and lay out its occurrences; all of it, or nothing."""
    plan = read(file)
    home = open_home(now)
    before = home.office.plan
    with reading(home.engine) as session:
        current = queries_plan.current_plan(session)
    with writing(home.engine) as session:
        version = load_plan(session, plan, now)
        plan_ahead(session, office_of(home.settings, home.catalogue, version), now)
        number = version.version
    new = current is None or current.version != number
    return {"version": number, "new": new, "changes": compare(before, plan) if new else []}


def compare(a: Plan, b: Plan) -> list[str]:
    """One Vietnamese line for each obligation that is added, dropped or changed, and each setting."""
    before, after = {item.id: item for item in a.obligations}, {item.id: item for item in b.obligations}
    lines = [f"+ {id}: thêm nhiệm vụ ({after[id].title.vi})" for id in after if id not in before]
    lines += [f"- {id}: bỏ nhiệm vụ ({before[id].title.vi})" for id in before if id not in after]
    for id, item in after.items():
        if id in before:
            lines += [f"~ {id}: {change}" for change in _changes(before[id], item)]
    settings = {item.key: item.value for item in a.interpretations}
    lines += [
        f"~ {item.key}: {settings.get(item.key)} → {item.value}"
        for item in b.interpretations
        if settings.get(item.key) != item.value
    ]
    return lines


def _changes(a: Obligation, b: Obligation) -> list[str]:
    names = [field.name for field in fields(Obligation)]
    return [
        f"{name}: {getattr(a, name)} → {getattr(b, name)}" for name in names if getattr(a, name) != getattr(b, name)
    ]
