"""The empty form of a duty as a unit downloads it: the office's own workbook, or one written from the plan."""

from __future__ import annotations

from datetime import date

from reports.sheets.unit_in_workbook import with_text
from rules.content.form_versions import FormVersion
from rules.office import Office
from services.errors import Refused
from services.files.store import STORE, place_of
from services.forms.unit_forms import form_of, version_of, write_form

WRITTEN_INTO = frozenset({"xlsx", "xlsm"})


def kind_of(office: Office, obligation: str, on: date) -> str:
    """How the name of the file ends."""
    version = version_of(office, obligation, on)
    return version.file_kind if version else "xlsx"


def empty_form(office: Office, obligation: str, unit: str, period: str, on: date) -> bytes | None:
    """A workbook; None where the duty has no form. Raises Refused where the office's workbook is gone."""
    version = version_of(office, obligation, on)
    if version is not None:
        return own_empty_form(office, version, unit)
    form = form_of(office, obligation, on=on)
    return write_form(office, form, unit, period) if form else None


def own_empty_form(office: Office, version: FormVersion, unit: str) -> bytes:
    """The office's workbook, with the unit's name where it can be written. Raises Refused where it is gone."""
    try:
        content = place_of(office.folder / STORE, version.file_sha256).read_bytes()
    except FileNotFoundError as error:
        raise Refused(
            f"Tệp biểu «{version.file_name}» không còn trong kho. / The form «{version.file_name}» is gone."
        ) from error
    return _with_unit(content, version, unit) if version.file_kind in WRITTEN_INTO else content


def _with_unit(content: bytes, version: FormVersion, unit: str) -> bytes:
    """In the cells the form keeps for it."""
    for sheet in version.sheets:
        if unit and sheet.used and sheet.places.unit_cell:
            content = with_text(content, sheet.form.sheet, sheet.places.unit_cell, sheet.places.unit_text(unit))
    return content
