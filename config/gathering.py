"""How the rows of a form become the province's table, as forms.yaml says it; every column it names must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field

from config.fields import ConfigEntry, ObligationId
from config.yaml_file import Loc
from rules.content.gathering import ComparedTable, CrossCheck, Gathering


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
