"""Which form is in force on a day: a version the office made, else the one shipped with the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rules.content.proposal import ProposedSheet
from rules.forms import SheetForm


@dataclass(frozen=True)
class FormVersion:
    """A form the office made from a workbook of its own."""

    form: SheetForm
    from_day: date
    until: date | None = None  # the first day on which it is retired
    sheets: tuple[ProposedSheet, ...] = ()
    file_name: str = ""
    file_sha256: str = ""

    @property
    def file_kind(self) -> str:
        """How the name of its file ends."""
        return self.file_name.rpartition(".")[2].lower()

    def is_in_force(self, day: date) -> bool:
        return self.from_day <= day and (self.until is None or day < self.until)


def in_force(versions: Iterable[FormVersion], day: date) -> FormVersion | None:
    """The one that began last; None: the form shipped with the plan is."""
    valid = (version for version in versions if version.is_in_force(day))
    return max(valid, key=lambda version: (version.from_day, version.form.version), default=None)


def whole_form(sheets: Sequence[ProposedSheet], obligation: str = "", version: int = 0) -> SheetForm:
    """Of the sheets that are filled in; the first stands for the workbook."""
    forms = [replace(one.form, obligation=obligation, version=version) for one in sheets if one.used]
    return replace(forms[0], further=tuple(forms[1:]))
