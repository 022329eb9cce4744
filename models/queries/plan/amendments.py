"""Named queries about proposals to amend the plan, and what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.tables.amendments import Amendment, Proposal
from models.tables.organisations import Organisation
from models.tables.plan import PlanVersion


def amendments(session: Session) -> Sequence[Amendment]:
    """The newest first."""
    return session.exec(select(Amendment).order_by(col(Amendment.id).desc())).all()


def to_carry_out(session: Session) -> Sequence[Amendment]:
    """Decided, with something accepted, and carried out by no version of the plan yet."""
    accepted = select(Proposal.amendment_id).where(col(Proposal.accepted).is_(True))
    query = select(Amendment).where(
        col(Amendment.decided_on).is_not(None), col(Amendment.version_id).is_(None), col(Amendment.id).in_(accepted)
    )
    return session.exec(query.order_by(col(Amendment.id))).all()


def waiting(session: Session) -> Sequence[Proposal]:
    """Not put together with others yet, in the order they came."""
    return session.exec(_in_order().where(col(Proposal.amendment_id).is_(None))).all()


def proposals_in(session: Session, amendments: Collection[int]) -> Sequence[Proposal]:
    return session.exec(_in_order().where(col(Proposal.amendment_id).in_(amendments))).all()


def proposals_by(session: Session, units: Collection[int]) -> Sequence[Proposal]:
    return session.exec(_in_order().where(col(Proposal.organisation_id).in_(units))).all()


def received_between(session: Session, first: datetime, before: datetime) -> Sequence[Proposal]:
    query = _in_order().where(col(Proposal.received_at) >= first, col(Proposal.received_at) < before)
    return session.exec(query).all()


def _in_order() -> SelectOfScalar[Proposal]:
    return select(Proposal).order_by(col(Proposal.received_at), col(Proposal.id))


def versions_by_id(session: Session, ids: Collection[int]) -> dict[int, PlanVersion]:
    return {row.id: row for row in session.exec(select(PlanVersion).where(col(PlanVersion.id).in_(ids))) if row.id}


def page_of_proposals(session: Session, units: Collection[int] | None, after: int, limit: int) -> list[Row[Any]]:
    """Of these units, or of all: in the order they were recorded, with what became of each."""
    columns: tuple[Any, ...] = (
        col(Proposal.id),
        col(Organisation.key).label("unit"),
        *(col(getattr(Proposal, name)) for name in ("clause", "difficulty", "content", "document_number")),
        col(Proposal.document_date),
        *(col(getattr(Proposal, name)) for name in ("file_name", "file_size", "file_sha256")),
        col(Proposal.received_at),
        col(Proposal.amendment_id).label("amendment"),
        col(Proposal.accepted),
        func.coalesce(Amendment.decision_number, "").label("decision_number"),
        col(Amendment.decided_on),
        col(PlanVersion.version).label("plan_version"),
    )
    query = (
        sql_select(*columns)
        .join(Organisation, col(Organisation.id) == col(Proposal.organisation_id))
        .outerjoin(Amendment, col(Amendment.id) == col(Proposal.amendment_id))
        .outerjoin(PlanVersion, col(PlanVersion.id) == col(Amendment.version_id))
        .where(col(Proposal.id) > after)
        .order_by(col(Proposal.id))
        .limit(limit)
    )
    if units is not None:
        query = query.where(col(Proposal.organisation_id).in_(units))
    return list(session.execute(query))
