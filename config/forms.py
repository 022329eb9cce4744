"""Reads the columns of the tables units fill in, from forms.yaml beside the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from config.fields import ConfigEntry, ObligationId, PlanReferences
from config.messages import problem_at, problems_of
from config.problems import CatalogueError, Problem
from config.yaml_file import Loc, YamlFile, read_yaml
from rules.content.gathering import ComparedTable, CrossCheck, Gathering
from rules.forms import Column, ColumnKind, SheetForm


class ColumnEntry(ConfigEntry):
    id: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    fill: str = ""
    in_period: bool = False
    width: int = 20
    key: bool = False
    often: str = ""


class GatheringEntry(ConfigEntry):
    same: tuple[str, ...] = ()
    name: str = ""
    joined: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    group: str = ""
    restart: bool = False
    totals: tuple[str, ...] = ()

    def gathering(self) -> Gathering:
        return Gathering(**self.model_dump())

    def columns(self) -> Iterator[tuple[Loc, str]]:
        """Every column that is named, and where."""
        for key in ("same", "joined", "order", "totals"):
            yield from (((key, index), column) for index, column in enumerate(getattr(self, key)))
        yield from (((key,), column) for key in ("name", "group") if (column := getattr(self, key)))


class ComparedEntry(ConfigEntry):
    form: ObligationId
    name: str
    day: str = ""

    def table(self) -> ComparedTable:
        return ComparedTable(self.form, self.name, self.day)


class CrossCheckEntry(ConfigEntry):
    name: str
    unit: str
    frequency: str
    dates_a_year: dict[str, Annotated[int, Field(ge=1, le=366)]] = Field(default_factory=dict)
    calendar: ComparedEntry | None = None
    lists: tuple[ComparedEntry, ...] = ()
    promised: tuple[ComparedEntry, ...] = ()

    def crosscheck(self) -> CrossCheck:
        calendar = self.calendar.table() if self.calendar else None
        lists, promised = (tuple(entry.table() for entry in part) for part in (self.lists, self.promised))
        return CrossCheck(self.name, self.unit, self.frequency, self.dates_a_year, calendar, lists, promised)

    def columns(self) -> Iterator[tuple[Loc, str]]:
        yield from (((key,), getattr(self, key)) for key in ("name", "unit", "frequency"))

    def compared(self) -> Iterator[tuple[Loc, ComparedEntry]]:
        if self.calendar:
            yield ("calendar",), self.calendar
        for key in ("lists", "promised"):
            yield from (((key, index), entry) for index, entry in enumerate(getattr(self, key)))


class FormEntry(ConfigEntry):
    sheet: str
    title: str
    note: str = ""
    columns: Annotated[tuple[ColumnEntry, ...], Field(min_length=1)]
    covers: str = ""
    gathering: GatheringEntry = GatheringEntry()
    crosscheck: CrossCheckEntry | None = None


class Forms(Mapping[str, SheetForm]):
    """Forms by obligation id, read at the first use. A plan without the file has none."""

    def __init__(self, plan_folder: Path) -> None:
        self._path = plan_folder / "forms.yaml"

    @cached_property
    def _forms(self) -> Mapping[str, SheetForm]:
        if not self._path.exists():
            return {}
        entries = TypeAdapter(dict[str, FormEntry]).validate_python(read_yaml(self._path).data)
        return {code: _form(code, entry) for code, entry in entries.items()}

    def __getitem__(self, obligation: str) -> SheetForm:
        return self._forms[obligation]

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)


def _form(code: str, entry: FormEntry) -> SheetForm:
    columns = tuple(Column(**column.model_dump()) for column in entry.columns)
    form = SheetForm(code, entry.sheet, entry.title, entry.note, columns, entry.covers)
    crosscheck = entry.crosscheck.crosscheck() if entry.crosscheck else None
    return replace(form, gathering=entry.gathering.gathering(), crosscheck=crosscheck)


def form_problems(path: Path, known: PlanReferences) -> list[Problem]:
    """Everything wrong with the forms of a plan; a plan may have none."""
    if not path.exists():
        return []
    try:
        file = read_yaml(path)
        entries = TypeAdapter(dict[ObligationId, FormEntry]).validate_python(file.data, context=known)
    except CatalogueError as error:
        return list(error.problems)
    except ValidationError as error:
        return list(problems_of(error, file))
    columns = {code: [column.id for column in entry.columns] for code, entry in entries.items()}
    lacking = [
        problem_at(file, (code, *loc), f"mẫu {form} không có cột “{column}”", f"form {form} has no column “{column}”")
        for code, entry in entries.items()
        for loc, column, form in unknown_columns(entry.gathering, entry.crosscheck, columns, code)
    ]
    return [*(problem for code, entry in entries.items() for problem in _misuses(file, code, entry)), *lacking]


def _misuses(file: YamlFile, code: str, entry: FormEntry) -> Iterator[Problem]:
    names = [column.id for column in entry.columns]
    for index, column in enumerate(entry.columns):
        loc = (code, "columns", index, "id")
        if names.index(column.id) != index:
            yield problem_at(file, loc, f"cột “{column.id}” viết hai lần", f"column “{column.id}” is written twice")
        if column.kind is ColumnKind.CHOICE and not column.choices:
            yield problem_at(file, loc, f"cột “{column.id}” cần choices", f"column “{column.id}” needs choices")
    if entry.covers and entry.covers not in names:
        yield problem_at(file, (code, "covers"), f"không có cột “{entry.covers}”", f"no column “{entry.covers}”")


def unknown_columns(
    gathering: GatheringEntry, crosscheck: CrossCheckEntry | None, forms: Mapping[str, Collection[str]], own: str
) -> Iterator[tuple[Loc, str, str]]:
    """(place, column, the form that lacks it). `forms`: the columns of each form."""
    named = [(("gathering", *loc), column, own) for loc, column in gathering.columns()]
    if crosscheck:
        named += [(("crosscheck", *loc), column, own) for loc, column in crosscheck.columns()]
        for loc, entry in crosscheck.compared():
            places = {"name": entry.name} | ({"day": entry.day} if entry.day else {})
            named += [(("crosscheck", *loc, key), column, entry.form) for key, column in places.items()]
    yield from (item for item in named if item[1] not in forms.get(item[2], ()))
