"""Reads the columns of the tables units fill in, from forms.yaml beside the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from rules.forms import Column, ColumnKind, SheetForm


class ColumnEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    fill: str = ""
    in_period: bool = False
    width: int = 20


class FormEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: str
    title: str
    note: str = ""
    columns: tuple[ColumnEntry, ...]
    covers: str = ""


class Forms(Mapping[str, SheetForm]):
    """Forms by obligation id, read at the first use. A plan without the file has none."""

    def __init__(self, plan_folder: Path) -> None:
        self._path = plan_folder / "forms.yaml"

    @cached_property
    def _forms(self) -> Mapping[str, SheetForm]:
        if not self._path.exists():
            return {}
        content = yaml.safe_load(self._path.read_text(encoding="utf-8"))
        entries = TypeAdapter(dict[str, FormEntry]).validate_python(content)
        return {code: _form(code, entry) for code, entry in entries.items()}

    def __getitem__(self, obligation: str) -> SheetForm:
        return self._forms[obligation]

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)


def _form(code: str, entry: FormEntry) -> SheetForm:
    columns = tuple(Column(**column.model_dump()) for column in entry.columns)
    return SheetForm(code, entry.sheet, entry.title, entry.note, columns, entry.covers)
