"""Drafts each periodic report by itself when its data are cut off."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from models.database import insert_new, reading, writing
from models.queries.cases import selection as cases_queries
from models.queries.reports import progress as report_queries
from models.tables.messages import Message
from models.tables.plan import Occurrence
from reports.facts import ReportFacts
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.reports.facts import lead_id, write_report

SUMS = {"required": "assigned", "on_time": "on_time", "late": "late", "missing": "missing"}  # columns of annex I


def draft_reports(engine: Engine, office: Office, now: datetime, codes: Collection[str]) -> list[Path]:
    """On the first working day after the cut-off: write the document and mail it to the coordinators as a draft."""
    today = local_day(now)
    report = office.plan.periodic_report
    if report is None or report.id not in codes or not office.calendar.is_working_day(today):
        return []
    with reading(engine) as session:
        waiting = report_queries.undrafted(session, [report.id], today)
    return [_draft(engine, office, now, *row) for row in waiting]


def _draft(engine: Engine, office: Office, now: datetime, occurrence: int, period: str, cutoff: date) -> Path:
    with reading(engine) as session:
        path, facts = write_report(session, office, period, cutoff, office.folder / "reports")
    with writing(engine) as session:
        drafted = update(Occurrence).where(col(Occurrence.id) == occurrence, col(Occurrence.drafted_at).is_(None))
        if not session.connection().execute(drafted.values(drafted_at=now)).rowcount:
            return path  # somebody else was quicker
        content = {"occurrence": occurrence, "period": period, "as_of": cutoff.isoformat(), **_sums(facts)}
        _queue_draft(session, office, now, content, path)
        details = {"period": period, "as_of": cutoff, "file": path.name}
        log.append(session, now, "kyhan", "report.draft", f"occurrence:{occurrence}", details)
    return path


def _sums(facts: ReportFacts) -> dict[str, int]:
    return {name: sum(getattr(row, column) for row in facts.annex_i) for name, column in SUMS.items()}


def _queue_draft(session: Session, office: Office, now: datetime, content: dict[str, object], path: Path) -> None:
    facts = json.dumps(content, ensure_ascii=False)
    today = local_day(now)
    coordinators = cases_queries.holders(session, [lead_id(session, office)], ["coordinator"], today)
    rows = [
        {
            "key": f"report_draft:{content['occurrence']}:{holder.person_id}",
            "person_id": holder.person_id,
            "channel": "email",
            "kind": "report_draft",
            "on_day": today,
            "facts": facts,
            "attachment": str(path.relative_to(office.folder)),
            "created_at": now,
            "not_before": now,
            "state": "pending",
            "attempts": 0,
            "reason": "",
        }
        for holder in coordinators
    ]
    insert_new(session, Message, rows)
