"""Named queries about when each duty was looked at, and the late terms whose ladders have to be laid out further."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session, col

from models.conditions import is_next_step, is_open, is_open_step, is_returned
from models.queries.plan.return_terms import awaits_completion
from models.queries.plan.step_terms import awaits_record
from models.tables.cases import Case, Stage
from models.tables.messages import Notice
from models.tables.plan import RETURN, STEP, ObligationRow, Occurrence, StepDay, Term

NEVER = date.min


class LateTerm(NamedTuple):
    term: Term
    looked_on: date | None


def not_looked_at(day: Any = StepDay) -> ColumnElement[bool]:
    """Whether the step came after the last look at its duty."""
    return col(day.on_day) > func.coalesce(col(ObligationRow.looked_on), NEVER)


def late_terms_without_next_step(session: Session, today: date, obligations: Collection[str] | None) -> list[LateTerm]:
    """Their next step passed while nobody looked, or all that were laid out were looked at; an answer is still owed."""
    of_term = select(col(StepDay.id)).where(col(StepDay.term_id) == col(Term.id))
    passed = of_term.where(not_looked_at(), col(StepDay.until_day) <= today).exists()
    to_come = of_term.where(not_looked_at()).exists()
    owed = or_(
        select(col(Case.id)).where(col(Case.term_id) == col(Term.id), is_open()).exists(),
        awaits_record(),
        awaits_completion(),
    )
    query = (
        select(Term, col(ObligationRow.looked_on))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Term.late_after) < today, or_(passed, ~to_come), owed)
        .order_by(col(Term.id))
    )
    if obligations is not None:
        query = query.where(col(ObligationRow.code).in_(obligations))
    return [LateTerm(*row) for row in session.execute(query)]


class LadderTerm(NamedTuple):
    term: Term
    opens_on: date | None
    duty: str
    period: str


def terms_on_ladder(session: Session, ladder: str) -> list[LadderTerm]:
    """Terms that are reminded by it and that an answer, or the record of a step, is still owed for, or will be."""
    open_case = select(col(Case.id)).where(col(Case.term_id) == col(Term.id), is_open()).exists()
    of_duty = and_(col(Term.role).not_in((STEP, RETURN)), or_(col(Occurrence.opened_at).is_(None), open_case))
    query = (
        select(Term, col(Occurrence.opens_on), col(ObligationRow.code), col(Occurrence.period))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Term.ladder) == ladder)
        .where(or_(of_duty, awaits_record(), awaits_completion()))
        .order_by(col(Term.target_day), col(ObligationRow.position), col(Term.id))
    )
    return [LadderTerm(*row) for row in session.execute(query)]


def units_reminded(session: Session, terms: Collection[int]) -> list[tuple[int, int]]:
    """(term, unit) of open cases, of steps nobody has recorded, and of what was returned."""
    of_case = select(col(Case.term_id), col(Case.organisation_id)).where(col(Case.term_id).in_(terms), is_open())
    of_step = select(col(Stage.term_id), col(Case.organisation_id)).join(Case, col(Case.id) == col(Stage.case_id))
    of_step = of_step.where(col(Stage.term_id).in_(terms), is_next_step(), col(Case.outcome).is_(None))
    of_return = select(col(Case.return_term_id), col(Case.organisation_id))
    of_return = of_return.where(col(Case.return_term_id).in_(terms), is_returned())
    return [(term, unit) for query in (of_case, of_step, of_return) for term, unit in session.execute(query.distinct())]


def step_days_of(session: Session, terms: Collection[int]) -> Sequence[StepDay]:
    query = select(StepDay).where(col(StepDay.term_id).in_(terms)).order_by(col(StepDay.id))
    return session.execute(query).scalars().all()


def steps_with_notices(session: Session, terms: Collection[int]) -> list[tuple[int, str]]:
    """(term, step) of which a notice was written, for open cases, and for steps nobody has recorded."""
    query = select(col(Case.term_id), col(Notice.step)).join(Notice, col(Notice.case_id) == col(Case.id))
    rows = [*session.execute(query.where(col(Case.term_id).in_(terms), is_open()).distinct())]
    behind = select(col(Stage.term_id), col(Notice.step)).join(Notice, col(Notice.case_id) == col(Stage.case_id))
    behind = behind.join(StepDay, of_step()).where(col(Stage.term_id).in_(terms), is_open_step())
    returned = select(col(Case.return_term_id), col(Notice.step)).join(Notice, col(Notice.case_id) == col(Case.id))
    returned = returned.join(StepDay, _of_return()).where(col(Case.return_term_id).in_(terms), is_returned())
    return [(term, step) for term, step in (*rows, *session.execute(behind.union(returned)))]


def _of_return() -> ColumnElement[bool]:
    return and_(col(StepDay.term_id) == col(Case.return_term_id), col(StepDay.step) == col(Notice.step))


def of_step() -> ColumnElement[bool]:
    """Whether a notice of a case is of this one of its steps: those of a term have codes of their own."""
    return and_(col(StepDay.term_id) == col(Stage.term_id), col(StepDay.step) == col(Notice.step))


def oldest_look(session: Session, obligations: Collection[str] | None) -> date:
    """The day since which each of these duties was looked at; the earliest of all days where one never was."""
    query = select(func.min(func.coalesce(col(ObligationRow.looked_on), NEVER)))
    day: date | None = session.execute(_of(query, obligations)).scalar()
    return day or NEVER


def mark_looked_at(session: Session, today: date, obligations: Collection[str] | None) -> None:
    before = or_(col(ObligationRow.looked_on).is_(None), col(ObligationRow.looked_on) < today)
    session.execute(_of(update(ObligationRow).where(before).values(looked_on=today), obligations))


def _of(statement: Any, obligations: Collection[str] | None) -> Any:
    return statement if obligations is None else statement.where(col(ObligationRow.code).in_(obligations))
