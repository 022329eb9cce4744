"""Opens a case for every bound unit on the day its occurrence opens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, literal, select, true, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.database import insert_selected
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import Binding, Occurrence, Term
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import DatedOccurrence, Follows, Kind, Obligation
from rules.recurrence import stage_target
from services import log
from services.plan.load import plan_ahead


@dataclass(frozen=True)
class OpenResult:
    occurrences: int
    cases: int


def open_cases(
    session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None
) -> OpenResult:
    """Open what ought to be open as of `now`; what is open already stays as it is."""
    log.hold(session)
    plan_ahead(session, office, now)
    today = local_day(now)
    fresh = [
        (occurrence, code)
        for occurrence, code in plan_queries.unopened(session, obligations)
        if occurrence.opens_on is not None and occurrence.opens_on <= today
    ]
    if not fresh:
        return OpenResult(0, 0)
    opened = _insert_cases(session, [row.id for row, _ in fresh], today, now)
    for occurrence, code in fresh:
        _insert_stages(session, office, occurrence, code)
    ids = [row.id for row, _ in fresh]
    session.execute(update(Occurrence).where(col(Occurrence.id).in_(ids)).values(opened_at=now))
    for occurrence, code in fresh:
        details = {"obligation": code, "period": occurrence.period, "why": occurrence.why}
        log.append(session, now, "kyhan", "occurrence.open", f"occurrence:{occurrence.id}", details)
    return OpenResult(len(fresh), opened)


def _insert_cases(session: Session, occurrences: Sequence[int | None], today: date, now: datetime) -> int:
    source: Select[Any] = (
        select(
            col(Occurrence.id),
            col(Binding.organisation_id),
            col(Binding.role),
            col(Term.id),
            col(Term.id).label("held_to"),
            literal(now, UtcMoment()),
        )
        .join(Binding, col(Binding.obligation_id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Binding.organisation_id))
        .join(
            Term,
            (col(Term.occurrence_id) == col(Occurrence.id))
            & (col(Term.role) == col(Binding.role))
            & (col(Term.agreed) == ""),
        )
        .where(col(Occurrence.id).in_(occurrences))
        .where(col(Organisation.dissolved_on).is_(None) | (col(Organisation.dissolved_on) > today))
    )
    columns = ["occurrence_id", "organisation_id", "role", "statutory_term_id", "term_id", "opened_at"]
    return insert_selected(session, Case, columns, source)


def _insert_stages(session: Session, office: Office, occurrence: Occurrence, deliverable: str) -> None:
    """One row per case and following step; a step that cannot apply to a unit says so (A12)."""
    for item in office.plan.obligations:
        # a conditional duty arises only when the review says «có điều chỉnh»
        if item.kind is Kind.STAGE and item.follows is not None and item.follows.deliverable == deliverable:
            _insert_stage(session, occurrence, item, item.follows, _target(office, occurrence, item.follows))


def _insert_stage(
    session: Session, occurrence: Occurrence, item: Obligation, follows: Follows, target: date | None
) -> None:
    applicable = and_(true(), *(~_in_group(group) for group in follows.not_applicable_to))
    source: Select[Any] = (
        select(
            col(Case.id),
            literal(item.id),
            literal(follows.order),
            applicable.label("applicable"),
            literal(target, Date()),
            literal(""),
            literal("").label("place"),
            literal("").label("recorded_by"),
        )
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id) == occurrence.id)
        .where(col(Case.role) != "contributor")
    )
    columns = ["case_id", "code", "position", "applicable", "target_day", "document_number", "place", "recorded_by"]
    insert_selected(session, Stage, columns, source)


def _target(office: Office, occurrence: Occurrence, follows: Follows) -> date | None:
    assert occurrence.opens_on is not None
    dated = DatedOccurrence(
        obligation=follows.deliverable,
        clause="",
        period=occurrence.period,
        opens_on=occurrence.opens_on,
        nominal_last_day=occurrence.nominal_last_day,
        target_day=occurrence.target_day,
        late_after=occurrence.late_after,
        soft=occurrence.soft,
        strict_before=occurrence.strict_before,
        why=occurrence.why,
        period_start=occurrence.period_start,
        period_end=occurrence.period_end,
    )
    return stage_target(follows, dated, office.calendar)


def _in_group(group: str) -> ColumnElement[bool]:
    return col(Organisation.groups).contains(f" {group} ")
