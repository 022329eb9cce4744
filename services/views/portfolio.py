"""A portfolio: the units and duties somebody at the lead looks after, chosen by that person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.people import portfolios as portfolio_queries
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
    rows = portfolio_queries.portfolio_entries(session, person_id)
    return Portfolio(
        frozenset(row.key for row in rows if row.kind == UNIT), frozenset(row.key for row in rows if row.kind == DUTY)
    )


def choose(
    session: Session, person_id: int, units: Collection[str], duties: Collection[str], by: str, now: datetime
) -> None:
    """In place of what was chosen before."""
    chosen = [(UNIT, key) for key in sorted(set(units))] + [(DUTY, key) for key in sorted(set(duties))]
    portfolio_queries.replace_portfolio(session, person_id, chosen)
    details = {"units": sorted(set(units)), "duties": sorted(set(duties))}
    log.append(session, now, by, "portfolio.choose", f"person:{person_id}", details)
