"""The form of a duty: empty, with the unit's name in it; and a first look at one that came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import BinaryIO

from reports.sheet_form import Unreadable, empty_form, rows_of
from rules.content.form_versions import FormVersion, in_force
from rules.forms import SheetForm, check_rows
from rules.intake import FileRemark, Remark, Verdict
from rules.office import Office
from rules.periods import period_title_vi

SHEETS = frozenset({"xlsx", "xlsm"})
OTHER_TABLES = frozenset({"xls", "ods", "csv"})


def form_of(office: Office, obligation: str, period: str = "", *, on: date) -> SheetForm | None:
    """In force on this day. With the period it is filled in for, where that is known: its days are held to it."""
    version = version_of(office, obligation, on)
    form = version.form if version else office.forms.get(obligation.upper())
    return replace(form, period=period) if form else None


def version_of(office: Office, obligation: str, on: date) -> FormVersion | None:
    """The office's own; None: that of the plan is in force, if it has one."""
    return in_force(office.own_forms.get(obligation.upper(), ()), on)


def with_forms(office: Office, on: date) -> frozenset[str]:
    """Duties that have a form on this day."""
    return frozenset(code for code in {*office.forms, *office.own_forms} if form_of(office, code, on=on))


def write_form(office: Office, form: SheetForm, unit: str, period: str) -> bytes:
    """`unit` may be left empty."""
    title = period_title_vi(period) if period else ""
    return empty_form(form, unit or "…………", office.plan.number, title or "…………")


def looked_at(verdict: Verdict, stream: BinaryIO, form: SheetForm | None) -> Verdict:
    """With what does not fit the form, by row and column; a table of another kind is named as not looked at."""
    if form is None or not verdict.taken or verdict.kind not in SHEETS | OTHER_TABLES:
        return verdict
    if verdict.kind in OTHER_TABLES:
        remarks = [Remark(FileRemark.SHEET, f"bảng trong tệp .{verdict.kind} chưa được kiểm tra; mẫu là .xlsx")]
    else:
        remarks = _of_workbook(stream, form)
    return replace(verdict, remarks=(*verdict.remarks, *remarks))


def _of_workbook(stream: BinaryIO, form: SheetForm) -> list[Remark]:
    try:
        rows, hidden = rows_of(form, stream)
    except Unreadable:
        return [Remark(FileRemark.SHEET, "không đọc được bảng trong tệp")]
    finally:
        stream.seek(0)
    return [
        *(Remark(FileRemark.HEADER, f"trang ẩn «{name}» không được xem") for name in hidden),
        *check_rows(form, rows),
    ]
