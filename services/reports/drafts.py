"""Drafts each periodic report by itself when its data are cut off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.reports import progress as report_queries
from models.tables.messages import ReportDraft
from notifications.kinds import MessageKind
from reports.facts import ReportFacts
from rules.deadlines import local_day
from rules.office import Office
from rules.reporting import satisfying_period
from services import log
from services.outbox.queue import coordinators, keyed, queue_mails
from services.reports import documents
from services.reports.facts import write_report
from services.reports.road import FOLDER
from services.reports.window import when_of

SUMS = {"required": "expected", "on_time": "on_time", "late": "late", "missing": "missing"}  # of each duty


def draft_reports(engine: Engine, office: Office, now: datetime, codes: Collection[str]) -> list[Path]:
    """On the first working day after the cut-off: write the document and mail it to the coordinators as a draft."""
    today = local_day(now)
    report = office.plan.periodic_report
    if report is None or report.id not in codes or not office.calendar.is_working_day(today):
        return []
    with reading(engine) as session:
        waiting = report_queries.undrafted(session, [report.id], today)
        periods = report_queries.cutoffs(session, report.id)
    when = when_of(report)  # where a longer period's document is also that of a shorter one, it alone is drafted
    return [_draft(engine, office, now, *row) for row in waiting if satisfying_period(when, row[1]) not in periods]


def _draft(engine: Engine, office: Office, now: datetime, occurrence: int, period: str, cutoff: date) -> Path:
    with reading(engine) as session:
        written, facts = write_report(session, office, period, cutoff, office.folder / FOLDER)
    path = written.path
    with writing(engine) as session:
        if not report_queries.mark_drafted(session, occurrence, now):
            return path  # somebody else was quicker
        file = str(path.relative_to(office.folder))
        session.add(ReportDraft(occurrence_id=occurrence, as_of=cutoff, drafted_at=now, drafted_by="kyhan", file=file))
        summary = {"occurrence": occurrence, "period": period, "as_of": cutoff.isoformat(), **_sums(facts)}
        _queue_draft(session, office, now, summary, path)
        details = {"period": period, "as_of": cutoff, "file": path.name, **written.details}
        documents.note(session, written, now)
        log.append(session, now, "kyhan", "report.draft", f"occurrence:{occurrence}", details)
    return path


def _sums(facts: ReportFacts) -> dict[str, int]:
    rows = [row for row in facts.annex_i if not row.step]
    return {name: sum(getattr(row, number) for row in rows) for name, number in SUMS.items()}


def _queue_draft(session: Session, office: Office, now: datetime, facts: Mapping[str, object], path: Path) -> None:
    people = keyed(f"report_draft:{facts['occurrence']}", coordinators(session, office, local_day(now)))
    attachment = str(path.relative_to(office.folder))
    queue_mails(session, MessageKind.REPORT_DRAFT, people, facts, now, attachment=attachment)
