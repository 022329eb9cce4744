"""Named queries about the dates cases are held to, for a plan or a calendar that changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.conditions import is_open
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.organisations import Organisation
from models.tables.plan import RETURN, STEP, ObligationRow, Occurrence, StepDay, Term
from models.tables.projection import Projection


def still_to_come(session: Session) -> Sequence[tuple[Occurrence, ObligationRow]]:
    """Occurrences that are not open yet, or with a case nobody has answered."""
    waiting = select(Case.id).where(Case.occurrence_id == Occurrence.id, is_open())
    query = (
        select(Occurrence, ObligationRow)
        .join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
        .where(col(Occurrence.opened_at).is_(None) | waiting.exists())
        .order_by(col(Occurrence.target_day), col(ObligationRow.position), col(Occurrence.id))
    )
    return session.exec(query).all()


def terms_of(session: Session, occurrences: Collection[int]) -> Sequence[Term]:
    """Those that cases are held to; the days of steps after a hand-in are their own."""
    query = select(Term).where(col(Term.occurrence_id).in_(occurrences), col(Term.role).not_in((STEP, RETURN)))
    return session.exec(query.order_by(col(Term.id))).all()


def step_days_of(session: Session, occurrences: Collection[int]) -> Sequence[StepDay]:
    terms = select(Term.id).where(col(Term.occurrence_id).in_(occurrences))
    return session.exec(select(StepDay).where(col(StepDay.term_id).in_(terms)).order_by(col(StepDay.id))).all()


def steps_with_notices(session: Session, occurrences: Collection[int]) -> Sequence[tuple[int, str]]:
    """(term, step) of which a notice was written."""
    terms = select(Term.id).where(col(Term.occurrence_id).in_(occurrences))
    query = select(Case.term_id, Notice.step).join(Case, col(Case.id) == Notice.case_id)
    return session.exec(query.where(col(Case.term_id).in_(terms)).distinct()).all()


def open_cases_of_terms(session: Session, terms: Collection[int]) -> list[tuple[int, int, int]]:
    """(organisation, term, case)"""
    query = (
        select(Case.organisation_id, Case.term_id, Case.id)
        .join(Organisation, col(Organisation.id) == Case.organisation_id)
        .where(col(Case.term_id).in_(terms), is_open())
        .order_by(col(Case.id))
    )
    return [(unit, term, case) for unit, term, case in session.exec(query) if case is not None]


def delete_unopened(session: Session, plan_id: int) -> None:
    """The occurrences of a version of the plan that are not open yet, with all that was laid out for them."""
    old = select(ObligationRow.id).where(ObligationRow.plan_id == plan_id)
    waiting = select(Occurrence.id).where(col(Occurrence.obligation_id).in_(old), col(Occurrence.opened_at).is_(None))
    terms = select(Term.id).where(col(Term.occurrence_id).in_(waiting))
    session.execute(delete(Projection).where(col(Projection.occurrence_id).in_(waiting)))
    session.execute(delete(StepDay).where(col(StepDay.term_id).in_(terms)))
    session.execute(delete(Term).where(col(Term.occurrence_id).in_(waiting)))
    session.execute(delete(Occurrence).where(col(Occurrence.id).in_(waiting)))
