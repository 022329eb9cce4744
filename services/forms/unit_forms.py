"""The form of a duty as it is in force on a day, and empty with the unit's name in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.sheets.sheet_form import empty_form
from rules.content.form_versions import FormVersion, in_force
from rules.forms import SheetForm
from rules.office import Office
from rules.periods import period_title_vi


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
