"""The codes people type: known in any case of letters, or refused with the nearest."""

from __future__ import annotations

from sqlmodel import Session

from models.queries.plan import occurrences as plan_queries
from services.errors import unknown


def check_unit(session: Session, unit: str) -> None:
    """Raises Refused."""
    keys = plan_queries.organisations_by_key(session)
    if unit.upper() not in {key.upper() for key in keys}:
        raise unknown("đơn vị", "unit", unit, keys)


def check_obligation(session: Session, obligation: str) -> None:
    """Under any version of the plan. Raises Refused."""
    codes = plan_queries.obligation_codes(session)
    if obligation.upper() not in codes:
        raise unknown("nhiệm vụ", "obligation", obligation, codes)
