"""The province's tables as documents carry them: as frozen, else as accepted by now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from models.queries.content import frozen as frozen_queries
from reports.papers.facts import AnnexTable, TableToApprove
from reports.province.values import text_of
from rules.content.findings import Value
from rules.deadlines import local_day
from rules.forms import Column, SheetForm
from rules.office import Office
from rules.plan import Obligation
from services.content.consolidation import consolidate, gathering_duties
from services.content.frozen import FrozenTable, frozen_table
from services.errors import Refused
from services.reports.duties import titled

NO_ROWS = "Bảng tổng hợp chưa có dòng nào nên chưa lập được văn bản. / The province's table has no rows yet."


def tables_to_approve(
    session: Session, office: Office, step: Obligation, period: str, now: datetime
) -> tuple[TableToApprove, ...]:
    """Those of the step that have rows. Raises Refused where none has."""
    gatherers = {gathers.obligation: duty for duty, gathers in gathering_duties(office, local_day(now))}
    found = (_table(session, office, gatherers[code], period, now) for code in step.approves if code in gatherers)
    tables = tuple(table for table in found if table)
    if not tables:
        raise Refused(NO_ROWS)
    return tables


def _table(session: Session, office: Office, duty: Obligation, period: str, now: datetime) -> TableToApprove | None:
    try:
        whole = consolidate(session, office, duty.id, period, now)
    except Refused:
        return None
    newest = frozen_queries.newest(session, whole.form.obligation, whole.period)
    frozen = frozen_table(session, whole.form.obligation, whole.period, newest.number) if newest else None
    title = titled(office.obligations[whole.form.obligation].title.vi, whole.period)
    if frozen:
        return _frozen(title, whole.form, frozen)
    if not whole.table.rows:
        return None
    rows = [row.values for row in whole.table.rows]
    counts = (len(rows), len(whole.accepted), len(whole.waiting), len(whole.missing))
    return TableToApprove(title, *counts, local_day(now), annex(whole.form.columns, rows))


def _frozen(title: str, form: SheetForm, frozen: FrozenTable) -> TableToApprove:
    facts, columns = json.loads(frozen.about.facts), {column.id: column for column in form.columns}
    kept = [columns.get(id, Column(id, head)) for id, head in json.loads(frozen.about.form)["columns"]]
    units, waiting, missing = (len(facts[name]) for name in ("units", "waiting", "missing"))
    day = local_day(frozen.about.frozen_at)
    table = annex(kept, frozen.values)
    return TableToApprove(title, frozen.about.rows_count, units, waiting, missing, day, table)


def annex(columns: Iterable[Column], rows: Iterable[Mapping[str, Value]]) -> AnnexTable:
    columns = list(columns)
    return AnnexTable(
        tuple(column.title for column in columns),
        tuple(float(column.width) for column in columns),
        tuple(tuple(text_of(column, row.get(column.id)) for column in columns) for row in rows),
    )
