"""The recorded steps that approve a province-wide table, and the frozen versions they approved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import is_current_step
from models.tables.cases import Case, Stage
from models.tables.content import Consolidation, ConsolidationApproval
from models.tables.organisations import Organisation
from models.tables.plan import Occurrence
from rules.content.consolidation import ApprovalRecord

_COLUMNS: tuple[Any, ...] = (
    col(Stage.id),
    col(Stage.case_id),
    col(Stage.code),
    col(Organisation.key),
    col(Stage.done_on),
    col(Stage.document_number),
    col(Stage.recorded_by),
    col(Stage.recorded_at),
    col(Stage.reason),
    col(Occurrence.period),
)
_RECORD: Select[Any] = (
    select(*_COLUMNS)
    .join(Case, col(Case.id) == col(Stage.case_id))
    .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
    .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
)


@dataclass(frozen=True)
class PeriodRecord:
    period: str
    record: ApprovalRecord


def standing_steps(session: Session, steps: Collection[str], period: str = "") -> list[PeriodRecord]:
    """These steps as they stand, wherever they apply: not of cases that ended without a hand-in."""
    query = (
        _RECORD.where(col(Stage.code).in_(steps), is_current_step(), col(Stage.applicable))
        .where(or_(col(Case.outcome).is_(None), col(Stage.done_on).is_not(None)))
        .order_by(col(Occurrence.period), col(Organisation.position), col(Stage.position))
    )
    return _records(session, query.where(col(Occurrence.period) == period) if period else query)


def step_history(session: Session, steps: Collection[str], period: str = "") -> list[PeriodRecord]:
    """Every record of the steps by which some version was approved, in the order they were written."""
    linked = aliased(Stage)
    same_step = (
        select(col(linked.id))
        .join(ConsolidationApproval, col(ConsolidationApproval.stage_id) == col(linked.id))
        .where(col(linked.case_id) == col(Stage.case_id), col(linked.code) == col(Stage.code))
    )
    query = _RECORD.where(col(Stage.code).in_(steps), same_step.exists()).order_by(col(Stage.id))
    return _records(session, query.where(col(Occurrence.period) == period) if period else query)


def _records(session: Session, query: Select[Any]) -> list[PeriodRecord]:
    return [PeriodRecord(row[-1], ApprovalRecord(*row[:-1])) for row in session.execute(query)]


def approved_by(session: Session, obligations: Collection[str]) -> list[tuple[str, str, int, int]]:
    """Obligation, period, number of the version, id of the record of a step that approved it."""
    query = (
        select(
            col(Consolidation.obligation),
            col(Consolidation.period),
            col(Consolidation.number),
            col(ConsolidationApproval.stage_id),
        )
        .join(Consolidation, col(Consolidation.id) == col(ConsolidationApproval.consolidation_id))
        .where(col(Consolidation.obligation).in_(obligations))
        .order_by(col(Consolidation.number), col(ConsolidationApproval.stage_id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
