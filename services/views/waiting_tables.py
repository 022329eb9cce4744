"""What province-wide tables leave to a person: units that disagree, names almost alike, what cross-checks found."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.queries.content import frozen as frozen_queries
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation
from services.content.approval import approvals
from services.content.consolidation import Consolidated, consolidations, gathering_duties
from services.content.crosscheck import check_of

TABLES = "tables"  # the list they make


@dataclass(frozen=True)
class WaitingTable:
    duty: Obligation  # that gathers
    period: str
    conflicts: int
    names: int  # pairs that are almost alike
    findings: int  # of the cross-check

    @property
    def count(self) -> int:
        return self.conflicts + self.names + self.findings


def waiting_tables(session: Session, office: Office, now: datetime) -> list[WaitingTable]:
    """Of the newest period of each table; once it is frozen, by its approval if that is recorded, nothing waits."""
    duties = gathering_duties(office, local_day(now))
    unfrozen = {(one.obligation, one.period) for one in approvals(session, office) if one.waits_for_version}
    frozen = frozen_queries.newest_numbers(session, [gathers.obligation for _, gathers in duties]).keys() - unfrozen
    wholes = (whole for duty, _ in duties for whole in consolidations(session, office, duty, now, 1))
    waiting = [
        _waiting(session, office, whole, now)
        for whole in wholes
        if whole.table.rows and (whole.form.obligation, whole.period) not in frozen
    ]
    return [table for table in waiting if table.count]


def _waiting(session: Session, office: Office, whole: Consolidated, now: datetime) -> WaitingTable:
    year = check_of(session, office, whole, now)
    findings = sum(not one.settled for one in year.findings) + len(year.outliers) if year else 0
    return WaitingTable(whole.duty, whole.period, len(whole.table.open_conflicts), len(whole.similar), findings)


@dataclass
class TableCounter:
    """How much waits there, put together anew only when something of it changed: every page of a coordinator asks."""

    _known: tuple[Hashable, int] = field(default=(None, 0), repr=False)

    def count(self, session: Session, office: Office, now: datetime, newest: Hashable) -> int:
        """`newest`: another whenever something was added of which the tables are made."""
        forms = tuple(sorted((code, len(versions)) for code, versions in office.own_forms.items()))
        key = local_day(now), office.plan.id, forms, newest
        if self._known[0] != key:
            self._known = key, sum(table.count for table in waiting_tables(session, office, now))
        return self._known[1]
