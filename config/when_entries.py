"""Schema of `when` in a plan's plan.yaml: one entry per wording."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from config import fields as f
from config.fields import ConfigEntry
from rules.wordings import (
    AfterDocument,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    TargetOnly,
    When,
    YearAfterTrigger,
    YearlyAfterHalf,
    YearlyBefore,
    YearlyMonth,
    YearlyQuarter,
    YearlyTarget,
)

ReportPart = Literal["Q1", "Q2", "H1", "Q3", "H2", "Q4", "Y"]


class OnceBeforeEntry(ConfigEntry):
    wording: Literal["once_before"]
    day: f.Day
    day_itself_counts: Annotated[bool, Field(strict=True)] = False  # the other reading of «trước ngày D» (A1)

    def when(self) -> When:
        return OnceBefore(self.day + timedelta(days=self.day_itself_counts))


class OnceInQuarterEntry(ConfigEntry):
    wording: Literal["once_in_quarter"]
    year: f.Year
    quarter: f.Quarter

    def when(self) -> When:
        return OnceInQuarter(self.year, self.quarter)


class YearlyQuarterEntry(ConfigEntry):
    wording: Literal["yearly_quarter"]
    quarter: f.Quarter
    first_year: f.Year
    for_offset: f.Whole = 0

    def when(self) -> When:
        return YearlyQuarter(self.quarter, self.first_year, self.for_offset)


class YearlyMonthEntry(ConfigEntry):
    wording: Literal["yearly_month"]
    month: f.Month
    first_year: f.Year
    for_offset: f.Whole = 0

    def when(self) -> When:
        return YearlyMonth(self.month, self.first_year, self.for_offset)


class YearlyBeforeEntry(ConfigEntry):
    wording: Literal["yearly_before"]
    day: f.DayOfYear  # itself too late
    first_year: f.Year
    for_offset: f.Whole = 0

    def when(self) -> When:
        return YearlyBefore(*self.day, self.first_year, self.for_offset)


class YearlyAfterHalfEntry(ConfigEntry):
    wording: Literal["yearly_after_half"]
    first_year: f.Year
    target: f.DayOfYear

    def when(self) -> When:
        return YearlyAfterHalf(self.first_year, *self.target)


class PeriodicReportEntry(ConfigEntry):
    wording: Literal["periodic_report"]
    periods: Annotated[tuple[ReportPart, ...], Field(min_length=1)]
    day: f.DayOfMonth
    cutoff_day: f.DayOfMonth
    months_after: Annotated[int, Field(strict=True, ge=0, le=11)] = 0
    satisfies: dict[ReportPart, tuple[ReportPart, ...]] = Field(default_factory=dict)

    def when(self) -> When:
        satisfies = tuple(self.satisfies.items())
        return PeriodicReport(self.periods, self.day, self.cutoff_day, self.months_after, satisfies)


class YearAfterTriggerEntry(ConfigEntry):
    wording: Literal["year_after_trigger"]
    year: f.Year
    trigger: f.TriggerId

    def when(self) -> When:
        return YearAfterTrigger(self.year, self.trigger)


class TargetOnlyEntry(ConfigEntry):
    wording: Literal["target_only"]
    period: Annotated[str, Field(pattern=r"^\d{4}(-(Q[1-4]|H[12]|Y|M\d\d))?$")]
    target: f.Day

    def when(self) -> When:
        return TargetOnly(self.period, self.target)


class YearlyTargetEntry(ConfigEntry):
    wording: Literal["yearly_target"]
    first_year: f.Year
    opens: f.DayOfYear
    target: f.DayOfYear

    def when(self) -> When:
        return YearlyTarget(self.first_year, *self.opens, *self.target)


class AfterDocumentEntry(ConfigEntry):
    """The documents are those of the obligations under waits_for."""

    wording: Literal["after_document"]
    year: f.Year
    months: Annotated[int, Field(strict=True, ge=1, le=36)]

    def when(self) -> When:
        return AfterDocument(self.year, self.months)


WhenEntry = Annotated[
    OnceBeforeEntry
    | OnceInQuarterEntry
    | YearlyQuarterEntry
    | YearlyMonthEntry
    | YearlyBeforeEntry
    | YearlyAfterHalfEntry
    | PeriodicReportEntry
    | YearAfterTriggerEntry
    | TargetOnlyEntry
    | YearlyTargetEntry
    | AfterDocumentEntry,
    Field(discriminator="wording"),
]
