"""Kinds of fields the configuration files share: days, lines of a source, names that must exist elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from rules.plan import HEAD_OF_AGENCY, Text

COMMON_YEAR = 2013  # a yearly target must exist in every year, so 29/02 is refused


class ConfigEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class PlanReferences:
    """What a plan file may refer to. None: the file that says so could not be read, so nobody is blamed."""

    units: Collection[str] | None = None
    groups: Collection[str] | None = None
    ladders: Collection[str] | None = None
    step_ladders: Collection[str] | None = None  # those of steps after a hand-in
    clauses: Collection[str] = ()
    interpretations: Collection[str] = ()
    triggers: Collection[str] = ()
    obligations: Collection[str] = ()
    source_lines: int = 0


def read_day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("day", "no such day: {value}", {"value": str(value)}) from None


def read_day_of_year(value: Any) -> tuple[int, int]:
    """«31/10» → (10, 31)."""
    try:
        day, month = (int(part) for part in value.split("/"))
        return date(COMMON_YEAR, month, day).month, day
    except (AttributeError, TypeError, ValueError):
        raise PydanticCustomError("day_of_year", "no such day: {value}", {"value": str(value)}) from None


def _ordered(lines: tuple[int, int], info: ValidationInfo) -> tuple[int, int]:
    first, last = lines
    total = info.context.source_lines if isinstance(info.context, PlanReferences) else last
    if first > last or last > total:
        raise PydanticCustomError(
            "lines", "lines {first}-{last} of {total}", {"first": first, "last": last, "total": total}
        )
    return lines


def _known(kind: str, names: Callable[[PlanReferences], Collection[str] | None]) -> AfterValidator:
    def check(value: str, info: ValidationInfo) -> str:
        known = names(info.context) if isinstance(info.context, PlanReferences) else None
        if known is not None and value not in known:
            raise PydanticCustomError(f"unknown_{kind}", f"unknown {kind}: {{value}}", {"value": value})
        return value

    return AfterValidator(check)


def _with(names: Collection[str] | None, more: Collection[str] | None) -> Collection[str] | None:
    return None if names is None or more is None else (*names, *more)


Day = Annotated[date, BeforeValidator(read_day)]
DayOfYear = Annotated[
    tuple[int, int],
    BeforeValidator(read_day_of_year),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,2}/[0-9]{1,2}$", "examples": ["31/10"]}),
]
Whole = Annotated[int, Field(strict=True)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Quarter = Annotated[int, Field(strict=True, ge=1, le=4)]
DayOfMonth = Annotated[int, Field(strict=True, ge=1, le=31)]
Name = Annotated[str, Field(min_length=1)]
LineNumber = Annotated[int, Field(strict=True, ge=1)]
Lines = Annotated[tuple[LineNumber, LineNumber], AfterValidator(_ordered)]
Unit = Annotated[str, _known("unit", lambda known: _with(known.units, known.groups))]
Group = Annotated[str, _known("group", lambda known: known.groups)]
Organisation = Annotated[str, _known("unit", lambda known: known.units)]
LadderId = Annotated[str, _known("ladder", lambda known: known.ladders)]
Clause = Annotated[str, _known("clause", lambda known: known.clauses)]
InterpretationKey = Annotated[str, _known("interpretation", lambda known: known.interpretations)]
TriggerId = Annotated[str, _known("trigger", lambda known: known.triggers)]
ObligationId = Annotated[str, _known("obligation", lambda known: known.obligations)]
Approver = Annotated[str, _known("unit", lambda known: _with(known.units, (HEAD_OF_AGENCY,)))]


class TextEntry(ConfigEntry):
    vi: Name
    en: Name

    def text(self) -> Text:
        return Text(self.vi, self.en)
