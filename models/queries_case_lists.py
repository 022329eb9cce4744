"""Named queries behind lists of cases: chosen, sorted and cut into sheets by the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlmodel import Session, col

from models.cases import Case
from models.organisations import Organisation
from models.plan import ObligationRow, Occurrence, PlanVersion, Term
from models.queries_board import Rows, Span
from models.queries_status import status_case
from rules.status import Status


class Selection(NamedTuple):
    """None: all of them."""

    organisations: Collection[int] | None = None
    duties: Collection[str] | None = None
    statuses: Collection[Status] | None = None
    come_by: date | None = None  # whose last day has come by then


class Sheet(NamedTuple):
    overdue_first: bool = False
    offset: int = 0
    length: int | None = None


EVERY_CASE, WHOLE = Selection(), Sheet()

COLUMNS: tuple[Any, ...] = (
    col(Case.id),
    col(Case.organisation_id),
    col(Case.role),
    col(Case.received_at),
    col(ObligationRow.code).label("duty"),
    col(Occurrence.period),
    col(Term.target_day),
    col(Term.late_after),
    col(Term.agreed),
)


def cases(session: Session, span: Span, now: datetime, chosen: Selection = EVERY_CASE, sheet: Sheet = WHOLE) -> Rows:
    """The soonest first; asked for overdue ones first, the longest overdue opens the list."""
    status = status_case(now)
    query = _of_span(select(*COLUMNS, status.label("status")), span, now, chosen)
    if sheet.overdue_first:
        query = query.order_by(case((status == Status.OVERDUE.value, 0), else_=1))
    query = query.order_by(col(Term.target_day), col(ObligationRow.position), col(Organisation.position), col(Case.id))
    query = query.offset(sheet.offset).limit(sheet.length) if sheet.length is not None else query
    return list(session.connection().execute(query))


def count(session: Session, span: Span, now: datetime, chosen: Selection) -> int:
    query = _of_span(select(func.count()), span, now, chosen)
    return int(session.connection().execute(query).scalar_one())


def _of_span(query: Select[Any], span: Span, now: datetime, chosen: Selection) -> Select[Any]:
    return (
        query.select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(PlanVersion.code) == span.plan_code, col(Occurrence.target_day).between(span.first, span.last))
        .where(*_chosen(chosen, now))
    )


def _chosen(chosen: Selection, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.organisations is not None:
        conditions.append(col(Case.organisation_id).in_(chosen.organisations))
    if chosen.duties is not None:
        conditions.append(col(ObligationRow.code).in_(chosen.duties))
    if chosen.statuses is not None:
        conditions.append(status_case(now).in_([status.value for status in chosen.statuses]))
    if chosen.come_by is not None:
        conditions.append(func.coalesce(col(Term.late_after), col(Term.target_day)) <= chosen.come_by)
    return conditions
