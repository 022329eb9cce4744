"""Writes notices: which open cases have reached or passed a step, and whom it reaches; a statement for each kind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, case, func, literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_open
from models.database import insert_selected
from models.queries.messages.digests import digest_day, waiting_digests
from models.queries.people import posts as people_queries
from models.queries.plan.ladder_days import not_looked_at
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.people import Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from rules.access import OF_THE_LEAD

COLUMNS = ["case_id", "step", "person_id", "level", "message", "on_day", "written_at", "skipped", "channels"]

Recipients = tuple[Select[Any], Any]  # open cases × steps × people; and the column of the person


def newest_notice(session: Session) -> int:
    """Its id; 0 when there is none."""
    return session.execute(select(func.max(col(Notice.id)))).scalar_one() or 0


def recipients_of_open_steps(
    session: Session, today: date, lead: int, obligations: Collection[str] | None
) -> list[Recipients]:
    """Those who hold the posts today and, if there are any, those who stand in for them."""
    both = [_holders(session, today, lead)]
    deputies = people_queries.stand_ins(today)
    if session.execute(deputies.limit(1)).first() is not None:
        both.append(_deputies(deputies.subquery("deputies"), lead))
    return [(_of_obligations(query, obligations), person) for query, person in both]


def add_notices_of_reached_steps(
    session: Session, recipients: Recipients, today: date, next_day: date, now: datetime, *, many_channels: bool
) -> int:
    """The newest step of each open case: the one whose days hold `today`. Returns how many notices are new."""
    waiting = waiting_digests(many_channels=many_channels)
    query, person = recipients
    on_day = digest_day(waiting, person, today, next_day)
    source = (
        query.join(waiting, waiting.c.person_id == person, isouter=True)
        .add_columns(
            *_step_columns(person), on_day, literal(now, UtcMoment()), literal(None, String()), col(StepDay.channels)
        )
        .where(col(StepDay.until_day) > today, col(StepDay.on_day) <= today)
        .order_by(person)  # as the index of digests is laid out: it is large and each page is met once
    )
    return insert_selected(session, Notice, COLUMNS, source)


def add_notices_of_passed_steps(
    session: Session, recipients: Recipients, since: date, today: date, reason: str, now: datetime
) -> int:
    """Steps that came and went since the last look at their duty: recorded with the reason, never sent.

    `since`: the earliest of those looks; it bounds what is read.
    """
    query, person = recipients
    source = query.add_columns(
        *_step_columns(person), col(StepDay.on_day), literal(now, UtcMoment()), literal(reason), col(StepDay.channels)
    ).where(col(StepDay.until_day) > since, col(StepDay.until_day) <= today, not_looked_at(), ~_has_notice())
    return insert_selected(session, Notice, COLUMNS, source)


def _open_steps() -> Select[Any]:
    return (
        select(col(Case.id)).select_from(StepDay).join(Case, and_(col(Case.term_id) == col(StepDay.term_id), is_open()))
    )


def _holders(session: Session, today: date, lead: int) -> Recipients:
    query = (
        _open_steps()
        .join(Post, and_(col(Post.organisation_id) == _body(lead), col(Post.role) == col(StepDay.reaches)))
        .join(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
    )
    if people_queries.anybody_away(session, today):
        query = query.where(people_queries.not_stood_in_for(Tenure, Post, today))
    return query, col(Tenure.person_id)


def _deputies(deputies: Subquery, lead: int) -> Recipients:
    same = and_(deputies.c.organisation_id == _body(lead), deputies.c.role == col(StepDay.reaches))
    return _open_steps().join(deputies, same), deputies.c.person_id


def _of_obligations(query: Select[Any], obligations: Collection[str] | None) -> Select[Any]:
    joined = (
        query.join(Term, col(Term.id) == col(StepDay.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )
    return joined if obligations is None else joined.where(col(ObligationRow.code).in_(obligations))


def _body(lead: int) -> ColumnElement[int]:
    """Whose post a step reaches: the unit's own, or one at the body that runs the plan."""
    return case((col(StepDay.reaches).in_(sorted(OF_THE_LEAD)), literal(lead)), else_=col(Case.organisation_id))


def _has_notice() -> ColumnElement[bool]:
    """Somebody was told of this step; who took over the post since then has missed nothing."""
    return (
        select(col(Notice.id))
        .where(col(Notice.case_id) == col(Case.id), col(Notice.step) == col(StepDay.step))
        .exists()
    )


def _step_columns(person: ColumnElement[int]) -> tuple[Any, ...]:
    return col(StepDay.step), person, col(StepDay.level), col(StepDay.message)
