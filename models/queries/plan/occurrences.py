"""Named queries about the plan in force."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.conditions import is_open
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, PlanVersion


def current_plan(session: Session) -> PlanVersion | None:
    """The newest version; None in an empty database."""
    return session.exec(select(PlanVersion).order_by(col(PlanVersion.id).desc()).limit(1)).first()


def obligations(session: Session, plan_id: int) -> dict[str, ObligationRow]:
    rows = session.exec(select(ObligationRow).where(ObligationRow.plan_id == plan_id))
    return {row.code: row for row in rows}


def dropped(session: Session, plan_code: str, known: Collection[str]) -> Sequence[ObligationRow]:
    """Obligations only earlier versions had, beside those known now; the newest last."""
    query = (
        select(ObligationRow)
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(PlanVersion.code == plan_code, col(ObligationRow.code).not_in(known))
        .order_by(col(ObligationRow.id))
    )
    return session.exec(query).all()


def obligation_codes(session: Session) -> set[str]:
    """Of every version of the plan."""
    return set(session.exec(select(ObligationRow.code).distinct()))


def planned(session: Session, plan_code: str) -> set[tuple[str, str]]:
    """(obligation, period) of every occurrence under any version of the plan."""
    query = (
        select(ObligationRow.code, Occurrence.period)
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(PlanVersion.code == plan_code)
    )
    return {(code, period) for code, period in session.exec(query)}


class StoredDates(NamedTuple):
    obligation: str
    clause: str
    period: str
    opens_on: date | None
    nominal_last_day: date | None
    target_day: date
    late_after: date | None
    soft: bool
    why: str
    worded: bool


def stored_dates(session: Session, plan_code: str, first: date, last: date) -> list[StoredDates]:
    """Of the occurrences whose last day lies in [first, last], under any version of the plan."""
    last_day = func.coalesce(col(Occurrence.nominal_last_day), col(Occurrence.target_day))
    dates = (col(getattr(Occurrence, name)) for name in StoredDates._fields[2:])
    columns: list[Any] = [col(ObligationRow.code), col(ObligationRow.clause), *dates]
    query = (
        sql_select(*columns)
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(col(PlanVersion.code) == plan_code, last_day.between(first, last))
    )
    return [StoredDates(*row) for row in session.execute(query)]


def unopened(session: Session, today_codes: Collection[str] | None) -> Sequence[tuple[Occurrence, str]]:
    """Occurrences whose cases do not exist yet, with their obligation's code."""
    query = (
        select(Occurrence, ObligationRow.code)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.opened_at).is_(None))
    )
    if today_codes is not None:
        query = query.where(col(ObligationRow.code).in_(today_codes))
    return session.exec(query).all()


def opened(session: Session, codes: Collection[str]) -> dict[int, str]:
    """Occurrence → the obligation it is of; of these obligations, under any version of the plan."""
    query = (
        select(Occurrence.id, ObligationRow.code)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(codes), col(Occurrence.opened_at).is_not(None))
    )
    return {id: code for id, code in session.exec(query) if id is not None}


def any_open(session: Session) -> bool:
    """Whether a case was ever opened."""
    return (
        session.exec(select(Occurrence.id).where(col(Occurrence.opened_at).is_not(None)).limit(1)).first() is not None
    )


def organisations_by_key(session: Session) -> dict[str, Organisation]:
    return {row.key: row for row in session.exec(select(Organisation))}


def versions(session: Session) -> Sequence[PlanVersion]:
    """The newest first."""
    return session.exec(select(PlanVersion).order_by(col(PlanVersion.id).desc())).all()


def open_cases(session: Session) -> dict[str, int]:
    """Obligation → cases nobody has answered yet, under whatever version they were opened."""
    query = (
        select(ObligationRow.code, func.count())
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(Case, col(Case.occurrence_id) == col(Occurrence.id))
        .where(is_open())
        .group_by(col(ObligationRow.code))
    )
    return dict(session.exec(query).all())
