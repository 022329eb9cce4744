"""The organisations as lists show them: under the name of the day, in the groups an official thinks in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from models.queries.cases import board as queries

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


def bound_units(session: Session, plan: str, on_day: date) -> dict[int, Unit]:
    """Those that owe something by this plan."""
    return units_of(session, on_day, queries.bound(session, plan))


def all_units(session: Session, on_day: date) -> dict[int, Unit]:
    return _by_id(queries.units(session, on_day))


def units_of(session: Session, on_day: date, ids: Collection[int]) -> dict[int, Unit]:
    """These alone: a page about one unit must not cost what a thousand cost."""
    return _by_id(queries.units(session, on_day, ids=ids)) if ids else {}


def unit_named(session: Session, on_day: date, key: str) -> Unit | None:
    return next(iter(_by_id(queries.units(session, on_day, keys=[key])).values()), None)


def _by_id(rows: Iterable[Any]) -> dict[int, Unit]:
    return {
        id: Unit(id, key, name, abbreviation, kind, frozenset(groups.split()), dissolved_on)
        for id, key, kind, groups, dissolved_on, name, abbreviation in rows
    }
