"""Who is bound to which duty of the plan in force: follows the groups, and after a reorganisation the successors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from models.database import id_of, insert_rows
from models.queries.people import organisations as organisation_queries
from models.queries.plan import bindings as queries
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation
from models.tables.plan import Binding
from rules.plan import Bound, Plan

HANDED_ON = ("merge", "split")


def rebind(session: Session, plan: Plan, today: date) -> tuple[int, int]:
    """Bind anew by the register as it is; cases that are open stay where they are. Returns (new, dropped) bindings."""
    version = plan_queries.current_plan(session)
    assert version is not None
    rows = plan_queries.obligations(session, id_of(version))
    organisations, taken_over = organisation_queries.standing_organisations(session, today), _taken_over(session)
    after = {
        (rows[item.id].id or 0, unit): role
        for item in plan.obligations
        if item.id in rows
        for unit, role in _bound(item.bound, organisations, taken_over).items()
    }
    ids = [row.id for row in rows.values()]
    before = queries.bindings_of(session, ids)
    kept = {(one.obligation_id, one.organisation_id) for one in before}
    dropped = [one.id for one in before if (one.obligation_id, one.organisation_id) not in after]
    fresh = [
        {"obligation_id": duty, "organisation_id": unit, "role": role}
        for (duty, unit), role in after.items()
        if (duty, unit) not in kept
    ]
    if dropped:
        queries.delete_bindings(session, dropped)
    insert_rows(session, Binding, fresh)
    return len(fresh), len(dropped)


def _taken_over(session: Session) -> dict[str, set[str]]:
    """Key → the keys of those it took over, and of those they had taken over."""
    predecessors: dict[str, set[str]] = {}
    for event in organisation_queries.events(session, HANDED_ON):
        inherited = {key for old in event.from_keys.split() for key in (old, *predecessors.get(old, ()))}
        for key in event.to_keys.split():
            predecessors.setdefault(key, set()).update(inherited - {key})
    return predecessors


def _bound(
    bound: Sequence[Bound], organisations: Sequence[Organisation], taken_over: Mapping[str, Collection[str]]
) -> dict[int, str]:
    """Organisation id → role; the first entry that names a unit, its group, or what it took over decides."""
    roles: dict[int, str] = {}
    for entry in bound:
        for unit in organisations:
            names = {unit.key, *unit.groups.split(), *taken_over.get(unit.key, ())}
            if names.intersection(entry.units):
                roles.setdefault(id_of(unit), entry.role.value)
    return roles
