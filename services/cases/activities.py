"""The register of activities: what a unit did for a duty outside its cases, recorded, corrected, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.queries.cases import activities as queries
from models.queries.plan.bindings import bound_to
from models.tables.activities import Activity
from rules.activities import ALWAYS, Entry, problem_of
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.files.store import StoredFile


class EntryRefused(Exception):
    """`problem`: the field that is wrong; "unit": it is not bound; "gone": it was corrected or taken back already."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def check(office: Office, obligation: str, entry: Entry, now: datetime) -> None:
    """Also before a file of it is kept. Raises EntryRefused."""
    duty = office.obligations.get(obligation)
    register = duty.register if duty else None
    if problem := problem_of(entry, register, local_day(now), office.plan.signed_on):
        raise EntryRefused(problem)


def add(
    session: Session,
    office: Office,
    obligation: str,
    unit: int,
    entry: Entry,
    by: str,
    now: datetime,
    file: StoredFile | None = None,
) -> Activity:
    """Raises EntryRefused."""
    check(office, obligation, entry, now)
    if entry.kind not in ALWAYS and unit not in bound_to(session, office.plan.id, obligation):
        raise EntryRefused("unit")
    log.hold(session)
    if twin := _twin(session, obligation, unit, entry, file):
        return twin
    row = _row(obligation, unit, entry, by, now, file)
    session.add(row)
    session.flush()
    log.append(session, now, by, "activity.add", f"activity:{row.id}", _details(row))
    return row


def correct(
    session: Session,
    office: Office,
    id: int,
    entry: Entry,
    by: str,
    now: datetime,
    file: StoredFile | None = None,
) -> Activity:
    """What it said before is kept; without a new file it keeps its own. Raises EntryRefused."""
    old = _standing(session, id)
    check(office, old.obligation, entry, now)
    kept = file or (StoredFile(old.file_name, old.file_sha256, old.file_size) if old.file_sha256 else None)
    row = _row(old.obligation, old.organisation_id, entry, by, now, kept)
    row.corrects_id = id
    _end(old, by, now, "")
    session.add_all([old, row])
    session.flush()
    details = {"before": _details(old), "after": _details(row)}
    log.append(session, now, by, "activity.correct", f"activity:{row.id}", details)
    return row


def take_back(session: Session, id: int, reason: str, by: str, now: datetime) -> None:
    """Raises EntryRefused."""
    if not reason:
        raise EntryRefused("reason")
    row = _standing(session, id)
    _end(row, by, now, reason)
    session.add(row)
    log.append(session, now, by, "activity.take_back", f"activity:{id}", {**_details(row), "reason": reason})


def _standing(session: Session, id: int) -> Activity:
    log.hold(session)
    row = queries.held_activity(session, id)
    if row is None or row.ended_at is not None:
        raise EntryRefused("gone")
    return row


def _end(row: Activity, by: str, now: datetime, reason: str) -> None:
    row.ended_at, row.ended_by, row.ended_reason = now, by, reason


def _row(obligation: str, unit: int, entry: Entry, by: str, now: datetime, file: StoredFile | None) -> Activity:
    assert entry.on_day is not None
    stored = file or StoredFile("", "", 0)
    return Activity(
        obligation=obligation,
        organisation_id=unit,
        kind=entry.kind,
        on_day=entry.on_day,
        document_number=entry.number,
        summary=entry.summary,
        people=entry.people,
        file_name=stored.name,
        file_sha256=stored.sha256,
        file_size=stored.size,
        recorded_at=now,
        recorded_by=by,
    )


def _twin(session: Session, obligation: str, unit: int, entry: Entry, file: StoredFile | None) -> Activity | None:
    """A form sent twice."""
    selection = queries.ActivitySelection(obligation, {unit}, entry.on_day, entry.on_day)
    same = (entry.kind, entry.number, entry.summary, entry.people, file.sha256 if file else "")
    for row in queries.activities(session, selection):
        if (row.kind, row.document_number, row.summary, row.people, row.file_sha256) == same:
            return row
    return None


def _details(row: Activity) -> dict[str, Any]:
    return {
        "obligation": row.obligation,
        "unit": row.organisation_id,
        "kind": row.kind,
        "day": row.on_day,
        "number": row.document_number,
        "summary": row.summary,
        "people": row.people,
        "file": row.file_sha256,
    }
