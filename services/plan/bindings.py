"""Who is bound to which duty of the plan in force: follows the groups, and after a reorganisation the successors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, or_, select
from sqlmodel import Session, col

from models.database import id_of, table
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation, OrganisationEvent
from models.tables.plan import Binding
from rules.plan import Bound, Plan

HANDED_ON = ("merge", "split")


def rebind(session: Session, plan: Plan, today: date) -> tuple[int, int]:
    """Bind anew by the register as it is; cases that are open stay where they are. Returns (new, dropped) bindings."""
    version = plan_queries.current_plan(session)
    assert version is not None
    rows = plan_queries.obligations(session, id_of(version))
    organisations, taken_over = _standing(session, today), _taken_over(session)
    wanted = {
        (rows[item.id].id or 0, unit): role
        for item in plan.obligations
        if item.id in rows
        for unit, role in _bound(item.bound, organisations, taken_over).items()
    }
    ids = [row.id for row in rows.values()]
    known = session.execute(select(Binding).where(col(Binding.obligation_id).in_(ids))).scalars().all()
    kept = {(one.obligation_id, one.organisation_id) for one in known}
    dropped = [one.id for one in known if (one.obligation_id, one.organisation_id) not in wanted]
    fresh = [
        {"obligation_id": duty, "organisation_id": unit, "role": role}
        for (duty, unit), role in wanted.items()
        if (duty, unit) not in kept
    ]
    if dropped:
        session.execute(delete(Binding).where(col(Binding.id).in_(dropped)))
    if fresh:
        session.execute(insert(table(Binding)), fresh)
    return len(fresh), len(dropped)


def _standing(session: Session, today: date) -> Sequence[Organisation]:
    ends = col(Organisation.dissolved_on)
    query = select(Organisation).where(or_(ends.is_(None), ends > today)).order_by(col(Organisation.position))
    return session.execute(query).scalars().all()


def _taken_over(session: Session) -> dict[str, set[str]]:
    """Key → the keys of those it took over, and of those they had taken over."""
    found: dict[str, set[str]] = {}
    events = select(OrganisationEvent).where(col(OrganisationEvent.kind).in_(HANDED_ON))
    ordered = events.order_by(col(OrganisationEvent.effective_on), col(OrganisationEvent.id))
    for event in session.execute(ordered).scalars():
        inherited = {key for old in event.from_keys.split() for key in (old, *found.get(old, ()))}
        for key in event.to_keys.split():
            found.setdefault(key, set()).update(inherited - {key})
    return found


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
