"""Named queries about extensions: the term a case is held to by agreement, and the reminders planned for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from models.tables.plan import StepDay, Term


def agreed_term(session: Session, occurrence: int | None, role: str, agreed: str) -> Term | None:
    """`agreed`: the day the term was agreed for, as ISO writes it."""
    query = select(Term).where(Term.occurrence_id == occurrence, Term.role == role, Term.agreed == agreed)
    return session.exec(query).first()


def step_days_from(session: Session, terms: Collection[int], today: date) -> list[tuple[int, date]]:
    """(term, day of reminding), each once, in the order of the days."""
    query = select(col(StepDay.term_id), col(StepDay.on_day)).where(
        col(StepDay.term_id).in_(terms), col(StepDay.on_day) >= today
    )
    return list(session.exec(query.distinct().order_by(col(StepDay.on_day))).all())
