"""Writes notices: which open cases have reached or passed a step, and whom it reaches; a statement for each kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, case, func, literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_open, is_returned
from models.database import insert_selected
from models.queries.messages.digests import digest_day, waiting_digests
from models.queries.people import posts as people_queries
from models.queries.plan.ladder_days import not_looked_at
from models.queries.plan.step_terms import counts_now
from models.tables.cases import Case, Stage
from models.tables.messages import Notice
from models.tables.people import Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from rules.access import OF_THE_LEAD
from rules.deadlines import local_day
from rules.plan import ISSUER

COLUMNS = ["case_id", "step", "person_id", "level", "message", "on_day", "written_at", "skipped", "channels"]

HEADS = ("head", "leader")  # of the lead: whoever answers for it
OVERDUE = 3  # the level at which they are told
OWN_OVERDUE = "own_overdue"


class Recipients(NamedTuple):
    query: Select[Any]  # open cases × steps × people
    person: Any  # column
    level: Any = col(StepDay.level)
    message: Any = col(StepDay.message)


def newest_notice(session: Session) -> int:
    """Its id; 0 when there is none."""
    return session.execute(select(func.max(col(Notice.id)))).scalar_one() or 0


@dataclass(frozen=True)
class Owners:
    """Whose posts steps of a ladder reach, where it is not the unit's own."""

    lead: int  # the body that runs the plan
    issuer: int  # the body that issued it
    approvers: Mapping[str, int]  # step after a hand-in → the body above the unit that approves


def recipients_of_open_steps(
    session: Session, now: datetime, owners: Owners, obligations: Collection[str] | None
) -> list[Recipients]:
    """Of hand-ins that are owed, and of steps after them: those who hold the posts today and, if there are any, those
    who stand in for them; and who is told where a letter would go to the very body that writes it."""
    today = local_day(now)
    deputies = people_queries.stand_ins(today)
    stand_ins = deputies.subquery("deputies") if session.execute(deputies.limit(1)).first() is not None else None
    found = [_heads_of_the_lead(_of_obligations(_open_steps(), obligations), owners, today)]
    own = _body(owners)
    for query, body in ((_open_steps(), own), (_returns(), own), (_steps_behind(now), _body_behind(owners))):
        query = _of_obligations(query, obligations)
        found.append(_holders(session, query, body, today))
        if stand_ins is not None:
            found.append(_deputies(query, body, stand_ins))
    return found


def add_notices_of_reached_steps(
    session: Session, recipients: Recipients, today: date, next_day: date, now: datetime, *, many_channels: bool
) -> int:
    """The newest step of each open case: the one whose days hold `today`. Returns how many notices are new."""
    waiting = waiting_digests(many_channels=many_channels)
    query, person, *_ = recipients
    on_day = digest_day(waiting, person, today, next_day)
    source = (
        query.join(waiting, waiting.c.person_id == person, isouter=True)
        .add_columns(
            *_step_columns(recipients),
            on_day,
            literal(now, UtcMoment()),
            literal(None, String()),
            col(StepDay.channels),
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
    source = recipients.query.add_columns(
        *_step_columns(recipients),
        col(StepDay.on_day),
        literal(now, UtcMoment()),
        literal(reason),
        col(StepDay.channels),
    ).where(col(StepDay.until_day) > since, col(StepDay.until_day) <= today, not_looked_at(), ~_has_notice())
    return insert_selected(session, Notice, COLUMNS, source)


def _open_steps() -> Select[Any]:
    return (
        select(col(Case.id)).select_from(StepDay).join(Case, and_(col(Case.term_id) == col(StepDay.term_id), is_open()))
    )


def _returns() -> Select[Any]:
    held = and_(col(Case.return_term_id) == col(StepDay.term_id), is_returned())
    return select(col(Case.id)).select_from(StepDay).join(Case, held)


def _steps_behind(now: datetime) -> Select[Any]:
    return (
        select(col(Case.id))
        .select_from(StepDay)
        .join(Stage, col(Stage.term_id) == col(StepDay.term_id))
        .join(Case, col(Case.id) == col(Stage.case_id))
        .where(counts_now(now))
    )


def _holders(session: Session, query: Select[Any], body: ColumnElement[int], today: date) -> Recipients:
    query = query.join(Post, and_(col(Post.organisation_id) == body, col(Post.role) == _post())).join(
        Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today))
    )
    if people_queries.anybody_away(session, today):
        query = query.where(people_queries.not_stood_in_for(Tenure, Post, today))
    return Recipients(query, col(Tenure.person_id))


def _heads_of_the_lead(query: Select[Any], owners: Owners, today: date) -> Recipients:
    """Of what the lead owes itself, at the steps that ask for a letter."""
    query = (
        query.join(Post, and_(col(Post.organisation_id) == col(Case.organisation_id), col(Post.role).in_(HEADS)))
        .join(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
        .where(col(Case.organisation_id) == owners.lead, col(StepDay.message) == "urging_letter")
    )
    return Recipients(query, col(Tenure.person_id), literal(OVERDUE), literal(OWN_OVERDUE))


def _deputies(query: Select[Any], body: ColumnElement[int], deputies: Subquery) -> Recipients:
    same = and_(deputies.c.organisation_id == body, deputies.c.role == _post())
    return Recipients(query.join(deputies, same), deputies.c.person_id)


def _of_obligations(query: Select[Any], obligations: Collection[str] | None) -> Select[Any]:
    joined = (
        query.join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )
    return joined if obligations is None else joined.where(col(ObligationRow.code).in_(obligations))


def _body(owners: Owners) -> ColumnElement[int]:
    """Whose post a step reaches: the unit's own, or one at the body that runs the plan or issued it."""
    return case(*_elsewhere(owners), else_=col(Case.organisation_id))


def _body_behind(owners: Owners) -> ColumnElement[int]:
    """As `_body`; the body above the unit instead of the unit where it is the one that approves."""
    approvers = ((col(Stage.code) == code, literal(body)) for code, body in sorted(owners.approvers.items()))
    return case(*_elsewhere(owners), *approvers, else_=col(Case.organisation_id))


def _elsewhere(owners: Owners) -> tuple[tuple[ColumnElement[bool], ColumnElement[int]], ...]:
    of_the_lead = col(StepDay.reaches).in_(sorted(OF_THE_LEAD))
    return (of_the_lead, literal(owners.lead)), (col(StepDay.reaches) == ISSUER, literal(owners.issuer))


def _post() -> ColumnElement[str]:
    """The role of the post a step reaches."""
    return case((col(StepDay.reaches) == ISSUER, literal("head")), else_=col(StepDay.reaches))


def _has_notice() -> ColumnElement[bool]:
    """Somebody was told of this step; who took over the post since then has missed nothing."""
    return (
        select(col(Notice.id))
        .where(col(Notice.case_id) == col(Case.id), col(Notice.step) == col(StepDay.step))
        .exists()
    )


def _step_columns(recipients: Recipients) -> tuple[Any, ...]:
    return col(StepDay.step), recipients.person, recipients.level, recipients.message


class NobodyReached(NamedTuple):
    occurrence_id: int
    step: str
    reaches: str
    cases: int


def steps_without_notice(session: Session, today: date, obligations: Collection[str] | None) -> list[NobodyReached]:
    """Steps come since the last look at their duty that reached nobody: no post, or nobody who holds it."""
    open_days = _of_obligations(_open_steps(), obligations).with_only_columns(
        col(Occurrence.id), col(StepDay.step), func.min(col(StepDay.reaches)), func.count(func.distinct(col(Case.id)))
    )
    come = (col(StepDay.on_day) <= today, not_looked_at(), ~_has_notice())
    query = open_days.where(*come).group_by(col(Occurrence.id), col(StepDay.step))
    return [NobodyReached(*row) for row in session.execute(query.order_by(col(Occurrence.id), col(StepDay.step)))]


def told_instead_of_letters(session: Session, before: int) -> list[tuple[int, str, int]]:
    """(case, step, people) of the notices with a greater id than `before`."""
    step = (col(Notice.case_id), col(Notice.step))
    query = select(*step, func.count()).where(col(Notice.id) > before, col(Notice.message) == OWN_OVERDUE)
    sent = query.where(col(Notice.skipped).is_(None)).group_by(*step).order_by(*step)
    return [(case, code, people) for case, code, people in session.execute(sent)]
