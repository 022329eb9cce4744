"""Named queries behind the pictures of the ladders."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables.plan import ObligationRow, Occurrence, StepDay, Term


class Dated(NamedTuple):
    id: int
    duty: str
    title_vi: str
    title_en: str
    period: str
    target_day: date
    late_after: date | None


def with_ladder(session: Session, since: date) -> list[Dated]:
    """Occurrences that are reminded of and fall due on this day or later, the nearest first."""
    query = (
        select(
            col(Occurrence.id),
            col(ObligationRow.code),
            col(ObligationRow.title_vi),
            col(ObligationRow.title_en),
            col(Occurrence.period),
            col(Occurrence.target_day),
            col(Occurrence.late_after),
        )
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.ladder).is_not(None), col(Occurrence.target_day) >= since)
        .order_by(col(Occurrence.target_day), col(ObligationRow.position), col(Occurrence.id))
    )
    return [Dated(*row) for row in session.execute(query)]


def ladder_of(session: Session, occurrence: int) -> str | None:
    query = select(col(ObligationRow.ladder)).join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
    return session.execute(query.where(col(Occurrence.id) == occurrence)).scalar()


def step_days(session: Session, occurrence: int) -> dict[str, dict[str, list[date]]]:
    """Ladder → step → the days on which it is taken, by the dates cases are held to now."""
    query = (
        select(col(Term.ladder), col(StepDay.step), col(StepDay.on_day))
        .join(Term, col(Term.id) == col(StepDay.term_id))
        .where(col(Term.occurrence_id) == occurrence)
        .distinct()
        .order_by(col(StepDay.on_day))
    )
    found: dict[str, dict[str, list[date]]] = {}
    for ladder, step, day in session.execute(query):
        found.setdefault(ladder, {}).setdefault(step.partition("@")[0], []).append(day)
    return found
