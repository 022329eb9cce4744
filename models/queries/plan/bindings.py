"""Named queries about which organisation is bound to which obligation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from models.tables.plan import Binding, ObligationRow, PlanVersion


def bindings_of(session: Session, obligations: Collection[int]) -> Sequence[Binding]:
    return session.execute(select(Binding).where(col(Binding.obligation_id).in_(obligations))).scalars().all()


def delete_bindings(session: Session, ids: Collection[int]) -> None:
    session.execute(delete(Binding).where(col(Binding.id).in_(ids)))


def bound_to(session: Session, plan_code: str, obligation: str) -> set[int]:
    """Organisations that owe it under the newest version of the plan."""
    newest = select(func.max(col(PlanVersion.id))).where(col(PlanVersion.code) == plan_code).scalar_subquery()
    query = select(col(Binding.organisation_id)).join(
        ObligationRow, col(ObligationRow.id) == col(Binding.obligation_id)
    )
    rows = session.execute(query.where(col(ObligationRow.plan_id) == newest, col(ObligationRow.code) == obligation))
    return set(rows.scalars())
