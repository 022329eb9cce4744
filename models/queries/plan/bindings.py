"""Named queries about which organisation is bound to which obligation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from models.tables.plan import Binding


def bindings_of(session: Session, obligations: Collection[int | None]) -> Sequence[Binding]:
    return session.execute(select(Binding).where(col(Binding.obligation_id).in_(obligations))).scalars().all()


def delete_bindings(session: Session, ids: Collection[int | None]) -> None:
    session.execute(delete(Binding).where(col(Binding.id).in_(ids)))
