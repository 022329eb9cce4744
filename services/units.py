"""The organisations as lists show them: under the name of the day, in the groups an official thinks in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import board as queries
from models.queries.people import organisations as organisation_queries
from models.queries.plan import occurrences as plan_queries
from rules.organisations import Succession, successor

UNIT_GROUPS = ("leading", "departments", "agencies", "districts")
GROUP_OF_KIND: Mapping[str, str] = {
    "statistics_office": "leading",
    "people_committee": "leading",
    "department": "departments",
    "district": "districts",
}


class Unit(NamedTuple):
    id: int
    key: str
    name: str
    abbreviation: str
    kind: str
    groups: frozenset[str]
    dissolved_on: date | None

    @property
    def group(self) -> str:
        return group_of(self.kind)


def group_of(kind: str) -> str:
    return GROUP_OF_KIND.get(kind, "agencies")


def groups_of(session: Session) -> dict[int, str]:
    return {id_of(row): group_of(row.kind) for row in plan_queries.organisations_by_key(session).values()}


def bound_units(session: Session, plan: str, on_day: date) -> dict[int, Unit]:
    """Those that owe something by this plan."""
    return units_of(session, on_day, queries.bound(session, plan))


def all_units(session: Session, on_day: date) -> dict[int, Unit]:
    return _by_id(queries.units(session, on_day))


def units_of(session: Session, on_day: date, ids: Collection[int]) -> dict[int, Unit]:
    """These alone: a page about one unit must not cost what a thousand cost."""
    return _by_id(queries.units(session, on_day, ids=ids)) if ids else {}


def bodies_on(session: Session, day: date, keys: Iterable[str]) -> dict[str, Unit]:
    """Key → whoever goes on under it that day: the successor of what was merged or split; no unknown keys."""
    events = organisation_queries.events(session, ("merge", "split"))
    changes = [Succession(row.effective_on, tuple(row.from_keys.split()), tuple(row.to_keys.split())) for row in events]
    heirs = {key: successor(key, changes, day) for key in keys}
    found = {unit.key: unit for unit in _by_id(queries.units(session, day, keys={*heirs, *heirs.values()})).values()}
    return {key: found.get(heir) or found[key] for key, heir in heirs.items() if {key, heir} & found.keys()}


def unit_named(session: Session, on_day: date, key: str) -> Unit | None:
    return next(iter(_by_id(queries.units(session, on_day, keys=[key])).values()), None)


def _by_id(rows: Iterable[Any]) -> dict[int, Unit]:
    return {
        id: Unit(id, key, name, abbreviation, kind, frozenset(groups.split()), dissolved_on)
        for id, key, kind, groups, dissolved_on, name, abbreviation in rows
    }
