"""Rows of all units: of one table for one period, or of several over the years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables.cases import Case
from models.tables.content import ContentRow
from models.tables.organisations import Organisation
from models.tables.submissions import Submission


@dataclass(frozen=True)
class HandedInRow:
    unit: str  # key
    received_at: datetime
    cells: str  # JSON


def handed_in_rows(session: Session, obligation: str, period: str) -> list[HandedInRow]:
    """Of the newest table of each unit, whether it was accepted or not, and when that came."""
    of_version = (col(Submission.case_id) == col(ContentRow.case_id)) & (
        col(Submission.version) == col(ContentRow.version)
    )
    query = (
        select(col(Organisation.key), col(Submission.received_at), col(ContentRow.cells))
        .join(Organisation, col(Organisation.id) == col(ContentRow.organisation_id))
        .join(Submission, of_version)
        .where(col(ContentRow.obligation) == obligation, col(ContentRow.period) == period, col(ContentRow.current))
        .order_by(col(Organisation.position), col(ContentRow.id))
    )
    return [HandedInRow(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class AcceptedRow:
    unit: str  # key
    obligation: str
    period: str
    sheet: str | None
    cells: str  # JSON


def accepted_rows(session: Session, obligations: Collection[str], first: str, last: str) -> list[AcceptedRow]:
    """Of the newest tables for periods from one to another, in the order of the register."""
    query = (
        select(
            col(Organisation.key),
            col(ContentRow.obligation),
            col(ContentRow.period),
            col(ContentRow.sheet),
            col(ContentRow.cells),
        )
        .join(Organisation, col(Organisation.id) == col(ContentRow.organisation_id))
        .join(Case, col(Case.id) == col(ContentRow.case_id))
        .where(
            col(ContentRow.obligation).in_(obligations),
            col(ContentRow.period).between(first, last),
            col(ContentRow.current),
            col(Case.accepted_at).is_not(None),
        )
        .order_by(col(Organisation.position), col(ContentRow.obligation), col(ContentRow.id))
    )
    return [AcceptedRow(*row) for row in session.execute(query)]
