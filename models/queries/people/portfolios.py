"""Named queries about the units and duties a person looks after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.database import insert_new
from models.tables.portfolios import PortfolioEntry


def portfolio_entries(session: Session, person_id: int) -> Sequence[PortfolioEntry]:
    return session.exec(select(PortfolioEntry).where(PortfolioEntry.person_id == person_id)).all()


def replace_portfolio(session: Session, person_id: int, entries: Sequence[tuple[str, str]]) -> None:
    """`entries`: (kind, key), in place of what was there before."""
    session.execute(delete(PortfolioEntry).where(col(PortfolioEntry.person_id) == person_id))
    insert_new(session, PortfolioEntry, [{"person_id": person_id, "kind": kind, "key": key} for kind, key in entries])
