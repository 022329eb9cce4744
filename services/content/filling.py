"""A table that a unit fills in on a page: its draft, kept for everybody of the unit, and the workbook it becomes."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.database import id_of, insert_new
from models.queries.content import drafts as queries
from models.queries.content import frozen as frozen_queries
from models.tables.forms import FormDraft
from reports.sheets.filled_form import filled_form
from reports.sheets.own_form import filled_own_form
from rules.content.drafts import LONGEST_CELL, MOST_ROWS, DraftRow, Rows, as_text, counted_rows, first_rows, from_text
from rules.content.findings import Value
from rules.forms import Column, ColumnKind, SheetForm
from rules.office import Office
from rules.periods import period_title_vi
from services.content.approval import approval_of
from services.errors import Refused
from services.files.empty_forms import own_empty_form

_LOG = logging.getLogger(__name__)
_NOT_OWN = "Bảng điền trên trang, ghi theo mẫu của hệ thống vì không ghi được vào tệp biểu «{}»."


@dataclass(frozen=True)
class Place:
    """The case a table is filled in for."""

    case_id: int
    organisation_id: int
    unit_key: str
    unit_name: str
    period: str


@dataclass(frozen=True)
class Draft:
    rows: Rows
    number: int = 0  # 0: nobody has saved anything
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True)
class FilledWorkbook:
    name: str
    content: bytes
    note: str = ""  # why it is not the office's own


class DraftConflict(Exception):
    """Somebody else saved it in the meantime."""

    def __init__(self, current: Draft) -> None:
        super().__init__()
        self.current = current


def draft_for(session: Session, office: Office, form: SheetForm, place: Place) -> Draft:
    """As it was left; else the unit's rows of the period before, proposed row by row."""
    kept = queries.draft_of(session, place.case_id)
    if kept is not None:
        return _draft(form, kept)
    return Draft(first_rows(form, place.unit_name, proposed_rows(session, office, form, place)))


def proposed_rows(session: Session, office: Office, form: SheetForm, place: Place) -> list[DraftRow]:
    """Of the newest period before: as they stand in the table that was frozen, else as the unit handed them in."""
    handed_in = queries.rows_before(session, place.organisation_id, form.obligation, place.period)
    since = max((row.period for row in handed_in), default="")
    for period in queries.frozen_periods_before(session, form.obligation, place.period):
        if period >= since and (frozen := _frozen_rows(session, office, form, place, period)):
            return frozen
    return [
        _proposal(form, place.unit_name, period_title_vi(row.period), row.sheet, json.loads(row.cells))
        for row in handed_in
    ]


def _frozen_rows(session: Session, office: Office, form: SheetForm, place: Place, period: str) -> list[DraftRow]:
    """Those that came from this unit, of the version that was approved, else of the newest."""
    number = approval_of(session, office, form.obligation, period).approved_version
    about = frozen_queries.version(session, form.obligation, period, number)
    if about is None:
        return []
    source = f"{period_title_vi(period)}, bản chốt số {about.number}{' đã phê duyệt' if number else ''}"
    rows = []
    for row in frozen_queries.rows_of(session, id_of(about)):
        own = next((one for one in json.loads(row.origins) if one["unit"] == place.unit_key), None)
        if own is not None:
            rows.append(_proposal(form, place.unit_name, source, own["sheet"], json.loads(row.cells)))
    return rows


def _draft(form: SheetForm, kept: FormDraft) -> Draft:
    return Draft(from_text(form, kept.rows), kept.number, kept.changed_at, kept.changed_by)


def save(session: Session, form: SheetForm, place: Place, seen: int, rows: Rows, by: str, now: datetime) -> Draft:
    """`seen`: number of the draft that was changed. Raises DraftConflict, Refused."""
    if len(rows) > MOST_ROWS or any(len(text) > LONGEST_CELL for row in rows for text in row.cells.values()):
        raise Refused(
            f"Quá {MOST_ROWS} dòng hoặc có ô dài quá {LONGEST_CELL} chữ. / Too many rows, or a cell too long."
        )
    values = {"number": seen + 1, "rows": as_text(rows), "changed_at": now, "changed_by": by}
    written = (
        queries.change_if_same(session, place.case_id, seen, **values)
        if seen
        else insert_new(session, FormDraft, [{"case_id": place.case_id, **values}]) == 1
    )
    if not written:
        current = queries.draft_of(session, place.case_id)
        if current is None or from_text(form, current.rows) != rows:
            raise DraftConflict(_draft(form, current) if current else Draft(()))
        return _draft(form, current)
    return Draft(rows, seen + 1, now, by)


def workbook_of(office: Office, form: SheetForm, place: Place, rows: Rows) -> FilledWorkbook:
    """With what counts: the office's own, or the Excel form where there is none or the rows do not fit into it."""
    counted, name = counted_rows(form, rows), f"{form.obligation} {place.unit_key} {place.period}"
    own = next((one for one in office.own_forms.get(form.obligation, ()) if one.form.version == form.version), None)
    if own is not None:
        try:
            empty = own_empty_form(office, own, place.unit_name)
            return FilledWorkbook(f"{name}.{own.file_kind}", filled_own_form(empty, own, form, counted))
        except Exception as fault:  # whatever is wrong with the workbook: the rows are handed in all the same
            _LOG.warning("the form %s is not written into: %s %s", own.file_name, type(fault).__name__, fault)
    content = filled_form(form, counted, place.unit_name, office.plan.number, period_title_vi(place.period))
    return FilledWorkbook(f"{name}.xlsx", content, _NOT_OWN.format(own.file_name) if own else "")


# --- rows of the period before --------------------------------------------------------------------------------------


def _proposal(form: SheetForm, unit: str, source: str, sheet: str | None, cells: Mapping[str, Value]) -> DraftRow:
    """Days of the period itself are left open: those of the period before would be wrong."""
    number = next((at for at, one in enumerate(form.sheets) if one.sheet == sheet), 0)
    texts = {
        column.id: unit if column.fill == "unit" else as_typed(column, cells.get(column.id))
        for column in form.sheets[number].columns
        if column.kind is not ColumnKind.LABEL and not column.in_period
    }
    return DraftRow({key: text for key, text in texts.items() if text}, number, source)


def as_typed(column: Column, value: Value) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    if column.kind is ColumnKind.YES_NO:
        return "x" if value else ""
    text = f"{value:.15g}".replace(".", ",") if isinstance(value, float) else str(value)
    if column.kind in (ColumnKind.DAY, ColumnKind.MONTH_OR_DAY) and "Q" not in text:
        return "/".join(reversed(text.split("-")))
    return text
