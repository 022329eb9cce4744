"""What waits for a coordinator about the tables: to be accepted, settled, looked at, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from rules.office import Office
from rules.plan import Obligation
from services.content.approval import approval_of
from services.content.consolidation import Consolidated, consolidations
from services.content.crosscheck import YearCheck, cross_check_year
from services.errors import Refused


@dataclass(frozen=True)
class WaitingContent:
    duty: Obligation  # that gathers the tables
    period: str
    files: int  # handed in, not accepted
    conflicts: int
    names: int  # pairs that are almost alike
    findings: int  # of the cross-check; no person settles them here but the renamed ones
    unfrozen: bool  # the approval is recorded, and something stands in the way of the version

    @property
    def count(self) -> int:
        return self.files + self.conflicts + self.names + self.findings + self.unfrozen


def waiting_content(session: Session, office: Office, now: datetime, newest: int = 1) -> list[WaitingContent]:
    """Of the newest periods of every duty that gathers tables, where something waits."""
    found = [
        waiting_of(session, office, whole, now)
        for duty in office.plan.obligations
        if duty.gathers
        for whole in consolidations(session, office, duty, now, newest)
    ]
    return [one for one in found if one.count]


def waiting_of(session: Session, office: Office, whole: Consolidated, now: datetime) -> WaitingContent:
    check = year_check(session, office, whole, now)
    return WaitingContent(
        whole.duty,
        whole.period,
        len(whole.waiting),
        len(whole.table.open_conflicts),
        len(whole.similar),
        len([one for one in check.findings if not one.settled]) if check else 0,
        approval_of(session, office, whole.form.obligation, whole.period).waits_for_version,
    )


def year_check(session: Session, office: Office, whole: Consolidated, now: datetime) -> YearCheck | None:
    """None where this table is not the one that is cross-checked, or has no rows yet."""
    if whole.form.crosscheck is None or not whole.table.rows:
        return None
    try:
        return cross_check_year(session, office, whole.period, now)
    except Refused:
        return None
