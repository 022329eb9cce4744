"""Opens cases: for every unit bound to an occurrence, with the steps that follow; a statement for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, literal, select, true, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.database import insert_selected
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import Binding, Occurrence, Term

CASE_COLUMNS = ["occurrence_id", "organisation_id", "role", "statutory_term_id", "term_id", "opened_at"]
STAGE_COLUMNS = ["case_id", "code", "position", "applicable", "target_day", "document_number", "place", "recorded_by"]


def add_cases(session: Session, occurrences: Sequence[int | None], today: date, now: datetime) -> int:
    """For every bound unit that still exists. Returns how many are new."""
    source: Select[Any] = (
        select(
            col(Occurrence.id),
            col(Binding.organisation_id),
            col(Binding.role),
            col(Term.id),
            col(Term.id).label("held_to"),
            literal(now, UtcMoment()),
        )
        .join(Binding, col(Binding.obligation_id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Binding.organisation_id))
        .join(
            Term,
            (col(Term.occurrence_id) == col(Occurrence.id))
            & (col(Term.role) == col(Binding.role))
            & (col(Term.agreed) == ""),
        )
        .where(col(Occurrence.id).in_(occurrences))
        .where(col(Organisation.dissolved_on).is_(None) | (col(Organisation.dissolved_on) > today))
    )
    return insert_selected(session, Case, CASE_COLUMNS, source)


def add_stages(
    session: Session, occurrence: int | None, code: str, position: int, target: date | None, exempt: Collection[str]
) -> int:
    """One step for each case of the occurrence; it does not apply to units of the `exempt` groups."""
    applicable = and_(true(), *(~_in_group(group) for group in exempt))
    source: Select[Any] = (
        select(
            col(Case.id),
            literal(code),
            literal(position),
            applicable.label("applicable"),
            literal(target, Date()),
            literal(""),
            literal("").label("place"),
            literal("").label("recorded_by"),
        )
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id) == occurrence)
        .where(col(Case.role) != "contributor")
    )
    return insert_selected(session, Stage, STAGE_COLUMNS, source)


def mark_open(session: Session, occurrences: Sequence[int | None], now: datetime) -> None:
    session.execute(update(Occurrence).where(col(Occurrence.id).in_(occurrences)).values(opened_at=now))


def _in_group(group: str) -> ColumnElement[bool]:
    return col(Organisation.groups).contains(f" {group} ")
