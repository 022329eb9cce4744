"""A portfolio: the units and duties somebody at the lead looks after, chosen by that person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.database import insert_new
from models.tables.portfolios import PortfolioEntry
from services import log

UNIT, DUTY = "unit", "duty"


@dataclass(frozen=True)
class Portfolio:
    """An empty half leaves that side open: units alone, with all their duties, or duties alone, of all units."""

    units: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.units or self.duties)


def portfolio_of(session: Session, person_id: int) -> Portfolio:
    rows = session.exec(select(PortfolioEntry).where(PortfolioEntry.person_id == person_id)).all()
    return Portfolio(
        frozenset(row.key for row in rows if row.kind == UNIT), frozenset(row.key for row in rows if row.kind == DUTY)
    )


def choose(
    session: Session, person_id: int, units: Collection[str], duties: Collection[str], by: str, now: datetime
) -> None:
    """In place of what was chosen before."""
    session.execute(delete(PortfolioEntry).where(col(PortfolioEntry.person_id) == person_id))
    chosen = [(UNIT, key) for key in sorted(set(units))] + [(DUTY, key) for key in sorted(set(duties))]
    rows = [{"person_id": person_id, "kind": kind, "key": key} for kind, key in chosen]
    insert_new(session, PortfolioEntry, rows)
    details = {"units": sorted(set(units)), "duties": sorted(set(duties))}
    log.append(session, now, by, "portfolio.choose", f"person:{person_id}", details)
