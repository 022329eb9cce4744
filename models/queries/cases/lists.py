"""Named queries behind lists of cases: chosen, sorted and cut into sheets by the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, case, func, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import is_open_step, is_owed
from models.queries.cases.board import Rows, Span
from models.queries.cases.status import ANY_TIME, as_of, day_owed, standing_case, status_case
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, PlanVersion, Term
from rules.status import OVERDUE, RETURNED, STEPS, Status


class Selection(NamedTuple):
    """None: all of them."""

    organisations: Collection[int] | None = None
    duties: Collection[str] | None = None
    statuses: Collection[Status] | None = None
    come_by: date | None = None  # whose last day has come by then
    hand_ins: Collection[Status] | None = None  # the status of their hand-in alone, whatever steps follow


class PageOfCases(NamedTuple):
    overdue_first: bool = False
    offset: int = 0
    length: int | None = None


EVERY_CASE, WHOLE = Selection(), PageOfCases()

COLUMNS: tuple[Any, ...] = (
    col(Case.id),
    col(Case.occurrence_id),
    col(Case.organisation_id),
    col(Case.role),
    col(Case.received_at),
    col(Case.return_by),
    col(ObligationRow.code).label("duty"),
    col(Occurrence.period),
    col(Term.target_day),
    col(Term.late_after),
    col(Term.agreed),
)


def cases(
    session: Session, span: Span, now: datetime, chosen: Selection = EVERY_CASE, sheet: PageOfCases = WHOLE
) -> Rows:
    """The soonest first; asked for overdue ones first, the longest overdue opens the list."""
    query = _sheet(_named(chosen), sheet.overdue_first, sheet.length is not None)
    cut = {"offset": sheet.offset, "length": sheet.length} if sheet.length is not None else {}
    return list(session.connection().execute(query, {**_values(span, now, chosen), **cut}).all())


def count(session: Session, span: Span, now: datetime, chosen: Selection) -> int:
    return int(session.connection().execute(_count(_named(chosen)), _values(span, now, chosen)).scalar_one())


# --- statements, each made once: building one costs several times as much as running it ------------------------------

STATUS, HAND_IN = standing_case(ANY_TIME), status_case(ANY_TIME)


# begin with the open cases, with those and the open steps, or with the occurrences of the span
OWED, WITH_STEPS, OF_OCCURRENCES = "owed", "with steps", "of occurrences"
OF_OWED = frozenset({Status.OPEN, Status.DUE_SOON, Status.OVERDUE}) | RETURNED


@cache
def _sheet(named: frozenset[str], overdue_first: bool, cut: bool) -> Select[Any]:
    query = _of_span(select(*COLUMNS, STATUS.label("status")), named)
    if overdue_first:
        overdue = STATUS.in_([status.value for status in OVERDUE])
        query = query.order_by(case((overdue, 0), else_=1), case((overdue, day_owed(col(Term.late_after)))))
    query = query.order_by(
        day_owed(col(Term.target_day)), col(ObligationRow.position), col(Organisation.position), col(Case.id)
    )
    return (
        query.offset(bindparam("offset", type_=Integer())).limit(bindparam("length", type_=Integer())) if cut else query
    )


@cache
def _count(named: frozenset[str]) -> Select[Any]:
    return _of_span(select(func.count()), named)


def _of_span(query: Select[Any], named: Collection[str]) -> Select[Any]:
    return (
        query.select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(PlanVersion.code) == bindparam("plan"))
        .where(col(Occurrence.target_day).between(bindparam("first"), bindparam("last")))
        .where(*(condition for name, condition in CONDITIONS.items() if name in named))
    )


_OWING = aliased(Case)

CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "organisations": col(Case.organisation_id).in_(bindparam("organisations", expanding=True)),
    "duties": col(ObligationRow.code).in_(bindparam("duties", expanding=True)),
    "statuses": STATUS.in_(bindparam("statuses", expanding=True)),
    "hand_ins": HAND_IN.in_(bindparam("hand_ins", expanding=True)),
    "come_by": func.coalesce(col(Term.late_after), col(Term.target_day)) <= bindparam("come_by", type_=Date()),
    # always so; said, a database takes the shorter of two ways and need not walk through every case there ever was
    OWED: is_owed(),
    WITH_STEPS: col(Case.id).in_(
        union_all(
            select(col(_OWING.id)).where(is_owed(_OWING)),
            select(col(Stage.case_id)).where(is_open_step()),
        )
    ),
    OF_OCCURRENCES: col(Case.occurrence_id) == col(Occurrence.id),
}


def _named(chosen: Selection) -> frozenset[str]:
    named = frozenset(name for name, value in chosen._asdict().items() if value is not None)
    return named | {_beginning(chosen.statuses)}


def _beginning(statuses: Collection[Status] | None) -> str:
    if statuses is None or not (OF_OWED | STEPS).issuperset(statuses):
        return OF_OCCURRENCES
    return OWED if OF_OWED.issuperset(statuses) else WITH_STEPS


def _values(span: Span, now: datetime, chosen: Selection) -> dict[str, Any]:
    lists = {name: list(value) for name, value in chosen._asdict().items() if isinstance(value, Collection)}
    for name in ("statuses", "hand_ins"):
        if name in lists:
            lists[name] = [status.value for status in lists[name]]
    day = {"come_by": chosen.come_by} if chosen.come_by is not None else {}
    return {**as_of(now), "plan": span.plan_code, "first": span.first, "last": span.last, **lists, **day}
