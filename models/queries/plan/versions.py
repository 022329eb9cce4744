"""Named queries about versions of the plan that come into force, and the cases that are open then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.conditions import is_open
from models.tables.cases import Case
from models.tables.plan import ComingVersion, ObligationRow, Occurrence


def coming(session: Session) -> ComingVersion | None:
    """The version that waits for its day."""
    return session.exec(select(ComingVersion).order_by(col(ComingVersion.id).desc()).limit(1)).first()


def delete_coming(session: Session) -> None:
    session.execute(delete(ComingVersion))


def put_under(session: Session, plan_id: int, codes: Collection[str]) -> None:
    """Occurrences with an open case of these duties become those of this version."""
    new = select(ObligationRow.id, ObligationRow.code).where(
        ObligationRow.plan_id == plan_id, col(ObligationRow.code).in_(codes)
    )
    waiting = select(Case.occurrence_id).where(is_open())
    for obligation, code in session.exec(new).all():
        older = select(ObligationRow.id).where(ObligationRow.code == code, ObligationRow.plan_id != plan_id)
        session.execute(
            update(Occurrence)
            .where(col(Occurrence.obligation_id).in_(older), col(Occurrence.id).in_(waiting))
            .values(obligation_id=obligation)
            .execution_options(synchronize_session="fetch")
        )


def open_periods(session: Session) -> list[tuple[str, str, date]]:
    """(duty, period, target day) of every occurrence with a case nobody has answered."""
    waiting = select(Case.occurrence_id).where(is_open())
    query = (
        select(col(ObligationRow.code), col(Occurrence.period), col(Occurrence.target_day))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .where(col(Occurrence.id).in_(waiting))
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    return [(code, period, day) for code, period, day in session.exec(query)]


def open_case_ids(session: Session, codes: Collection[str]) -> list[int]:
    query = (
        select(Case.id)
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(codes), is_open())
        .order_by(col(Case.id))
    )
    return [id for id in session.exec(query) if id is not None]
