"""Named queries behind the board; each is one statement, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Date, Row, Select, and_, bindparam, case, func, literal, literal_column, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_owed, named_on
from models.queries.cases.status import standing_case, status_case
from models.tables.cases import Case
from models.tables.channels import ChannelHealth, SendingHold
from models.tables.home_marks import HomeMark
from models.tables.organisations import Organisation, OrganisationName
from models.tables.plan import Binding, ObligationRow, Occurrence, PlanVersion, Term
from models.tables.projection import Heartbeat, Projection
from rules.deadlines import local_day
from rules.status import Status

Rows = list[Row[Any]]


class Span(NamedTuple):
    """Occurrences of one plan that fall due between two days."""

    plan_code: str
    first: date
    last: date


def _rows(session: Session, query: Select[Any]) -> Rows:
    # columns only, so the ORM has nothing to add and is not asked
    return list(session.connection().execute(query).all())


def _in_span(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        col(PlanVersion.code) == span.plan_code,
        col(Occurrence.target_day).between(span.first, span.last),
    )


def _with_plan(query: Select[Any]) -> Select[Any]:
    return (
        query.join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
    )


def _cases() -> Select[Any]:
    return _with_plan(select().select_from(Case).join(Term, col(Term.id) == col(Case.term_id)))


def standings(
    session: Session, span: Span, now: datetime, hand_ins: Collection[Status] | None = None
) -> list[CaseStanding]:
    """Every case of the span, or those whose hand-in has one of these statuses.

    Not counted here: sorting them into groups takes the database as long as finding them.
    """
    columns = (col(Case.term_id), col(Case.organisation_id), standing_case(now).label("status"), col(Case.id))
    query = _cases_of(span).add_columns(*columns).where(*_with_hand_in(hand_ins, now))
    return cast("list[CaseStanding]", _rows(session, query))


def _with_hand_in(statuses: Collection[Status] | None, now: datetime) -> list[ColumnElement[bool]]:
    return [] if statuses is None else [status_case(now).in_([status.value for status in statuses])]


class CaseStanding(NamedTuple):
    """Of one case."""

    term_id: int
    organisation_id: int
    status: str
    case_id: int


def _cases_of(span: Span) -> Select[Any]:
    # always so; said, a database begins with the few occurrences of the span and need not walk through every case
    return _cases().where(*_in_span(span), col(Case.occurrence_id) == col(Occurrence.id))


def terms_of(session: Session, span: Span, today: date) -> Rows:
    """(term_id, duty, has_come) of the dates the cases of the span are held to."""
    columns = (col(Term.id), col(ObligationRow.code), _has_come(today))
    return _rows(session, _with_plan(select().select_from(Term)).add_columns(*columns).where(*_in_span(span)))


def _has_come(today: date) -> ColumnElement[int]:
    """1: its last day has come."""
    return case((func.coalesce(col(Term.late_after), col(Term.target_day)) <= today, 1), else_=0)


def tallies(session: Session, span: Span, now: datetime, today: date) -> Rows:
    """(status, cases, come): `come` of them have reached their last day."""
    one = _cases_of(span).add_columns(standing_case(now).label("status"), _has_come(today).label("has_come")).subquery()
    counts = (func.count().label("cases"), func.sum(one.c.has_come).label("come"))
    return _rows(session, select(one.c.status, *counts).group_by(one.c.status))


def overdue_cases(session: Session, plan_code: str, now: datetime) -> Rows:
    """(term_id, organisation_id, duty, return_by) of whatever was not handed in, or not completed, in time, from any
    year."""
    query = (
        _cases()
        .add_columns(col(Case.term_id), col(Case.organisation_id), col(ObligationRow.code).label("duty"))
        .add_columns(status_case(now).label("status"), col(Case.return_by))
        .where(
            col(PlanVersion.code) == plan_code,
            is_owed(),
            or_(col(Term.late_at) <= now, col(Case.return_by) < local_day(now)),
            status_case(now).in_([Status.OVERDUE.value, Status.RETURNED_OVERDUE.value]),
        )
        .order_by(col(Case.id))
    )
    return _rows(session, query)


def terms(session: Session, plan_code: str, due_from: date, due_to: date, also: Collection[int] = ()) -> Rows:
    """The dates cases are, or will be, held to within these days, and those named by id; soonest first."""
    last_day = func.coalesce(col(Term.late_after), col(Term.target_day))  # a target on Friday may be late from Tuesday
    query = (
        _with_plan(select().select_from(Term))
        .outerjoin(Projection, col(Projection.occurrence_id) == col(Occurrence.id))
        .add_columns(*TERM_COLUMNS)
        .where(col(PlanVersion.code) == plan_code)
        .where(or_(col(Term.id).in_(also), and_(last_day >= due_from, col(Term.target_day) <= due_to)))
        .order_by(col(Term.target_day), col(ObligationRow.position), col(Term.id))
    )
    return _rows(session, query)


TERM_COLUMNS: tuple[Any, ...] = (
    col(Term.id).label("term_id"),
    col(Term.role),
    col(Term.agreed),
    col(Term.target_day),
    col(Term.late_after),
    col(Occurrence.target_day).label("occurrence_day"),
    col(ObligationRow.code).label("duty"),
    col(Occurrence.period),
    col(Occurrence.why),
    col(Occurrence.soft),
    col(Occurrence.worded),
    col(Occurrence.opens_on),
    col(Occurrence.opened_at),
    col(Projection.screen_id),
)


def statuses_by_term(
    session: Session,
    term_ids: Collection[int],
    now: datetime,
    organisations: Collection[int] | None = None,
    hand_ins: Collection[Status] | None = None,
) -> Rows:
    """(term_id, status, cases)."""
    cases = (
        select(col(Case.term_id), standing_case(now).label("status"))
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .where(col(Case.term_id).in_(term_ids), col(Case.occurrence_id) == col(Occurrence.id))
        .where(*_with_hand_in(hand_ins, now))
    )
    if organisations is not None:
        cases = cases.where(col(Case.organisation_id).in_(organisations))
    inner = cases.subquery()
    columns = (inner.c.term_id, inner.c.status)
    return _rows(session, select(*columns, func.count().label("cases")).group_by(*columns))


def occurrences(session: Session, span: Span, duty: str | None = None) -> Rows:
    query = (
        select(*OCCURRENCE_COLUMNS)
        .select_from(Occurrence)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .outerjoin(Projection, col(Projection.occurrence_id) == col(Occurrence.id))
        .where(*_in_span(span))
        .order_by(col(ObligationRow.position), col(Occurrence.target_day), col(Occurrence.id))
    )
    if duty is not None:
        query = query.where(col(ObligationRow.code) == duty)
    return _rows(session, query)


OCCURRENCE_COLUMNS: tuple[Any, ...] = (
    col(Occurrence.id),
    col(ObligationRow.code).label("duty"),
    col(Occurrence.period),
    col(Occurrence.opens_on),
    col(Occurrence.opened_at),
    col(Occurrence.target_day),
    col(Occurrence.late_after),
    col(Occurrence.why),
    col(Occurrence.soft),
    col(Occurrence.trigger),
    col(Projection.screen_id),
)


def occurrence_place(session: Session, occurrence_id: int) -> tuple[str, date] | None:
    query = (
        select(col(ObligationRow.code), col(Occurrence.target_day))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .where(col(Occurrence.id) == occurrence_id)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def bindings(session: Session, plan_code: str) -> Rows:
    """(duty, organisation_id, role) under the newest version of the plan."""
    newest = select(func.max(col(PlanVersion.id))).where(col(PlanVersion.code) == plan_code).scalar_subquery()
    query = (
        select(col(ObligationRow.code), col(Binding.organisation_id), col(Binding.role))
        .join(ObligationRow, col(ObligationRow.id) == col(Binding.obligation_id))
        .where(col(ObligationRow.plan_id) == newest)
    )
    return _rows(session, query)


def bound(session: Session, plan_code: str) -> frozenset[int]:
    """The organisations that owe something under any version of the plan."""
    query = (
        select(col(Binding.organisation_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Binding.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(col(PlanVersion.code) == plan_code)
        .distinct()
    )
    return frozenset(session.connection().execute(query).scalars())


def units(
    session: Session, on_day: date, *, ids: Collection[int] | None = None, keys: Collection[str] | None = None
) -> Rows:
    """Organisations under the name each bears on this day, or bore last, in the register's order; all, or these."""
    values: dict[str, Any] = {"day": on_day}
    values |= {"ids": list(ids)} if ids is not None else {}
    values |= {"keys": list(keys)} if keys is not None else {}
    return list(session.connection().execute(_units(ids is not None, keys is not None), values).all())


@cache  # building a statement costs several times as much as running it
def _units(by_id: bool, by_key: bool) -> Select[Any]:
    day = bindparam("day", type_=Date())
    rank = func.row_number().over(
        partition_by=col(OrganisationName.organisation_id),
        order_by=(case((named_on(day), 0), else_=1), col(OrganisationName.valid_from).desc()),
    )
    named = (
        select(*UNIT_COLUMNS, col(Organisation.position), rank.label("rank"))
        .select_from(Organisation)
        .join(OrganisationName, col(OrganisationName.organisation_id) == col(Organisation.id))
    )
    if by_id:
        named = named.where(col(Organisation.id).in_(bindparam("ids", expanding=True)))
    if by_key:
        named = named.where(col(Organisation.key).in_(bindparam("keys", expanding=True)))
    ranked = named.subquery()
    query = select(*(ranked.c[column.key] for column in UNIT_COLUMNS)).where(ranked.c.rank == literal_column("1"))
    return query.order_by(ranked.c.position, ranked.c.id)


UNIT_COLUMNS: tuple[Any, ...] = (
    col(Organisation.id),
    col(Organisation.key),
    col(Organisation.kind),
    col(Organisation.groups),
    col(Organisation.dissolved_on),
    col(OrganisationName.name),
    col(OrganisationName.abbreviation),
)


def due_days(session: Session, plan_code: str) -> tuple[date | None, date | None]:
    """The first and the last day anything of this plan falls due."""
    first, last = session.execute(_DUE_DAYS, {"plan": plan_code}).one()
    return first, last


_DUE_DAYS = (
    select(func.min(col(Occurrence.target_day)), func.max(col(Occurrence.target_day)))
    .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
    .where(col(PlanVersion.code) == bindparam("plan"))
)


class Beat(NamedTuple):
    """How the machine fares: «tick», «held» or «paused», since or until when, which channel and why."""

    kind: str
    moment: datetime | None
    channel: str = ""
    reason: str = ""


def machine(session: Session, now: datetime, rest_mark: str) -> list[Beat]:
    """When any duty was last looked at, which channels a person holds, which paused themselves, whether this rests."""
    nothing = literal("")
    tick = select(literal("tick"), func.max(col(Heartbeat.at)), nothing, nothing)
    held = select(literal("held"), col(SendingHold.since), col(SendingHold.channel), nothing)
    paused = select(
        literal("paused"), col(ChannelHealth.paused_until), col(ChannelHealth.channel), col(ChannelHealth.reason)
    ).where(col(ChannelHealth.paused_until) > literal(now, UtcMoment()))
    rest = select(literal("rest"), col(HomeMark.at), nothing, nothing).where(col(HomeMark.name) == rest_mark)
    query: Any = union_all(tick.where(col(Heartbeat.name).like("tick:%")), held, paused, rest)
    return [Beat(*row) for row in session.execute(query)]
