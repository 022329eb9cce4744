"""Which days offices work: the national calendar with the province's own corrections on top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from holidays import HolidayBase, country_holidays

DAY = timedelta(days=1)
WEEKEND = "ngày nghỉ cuối tuần"
LIBRARY_SWAP = "Ngày nghỉ (thay cho ngày "
SWAP = "ngày nghỉ hoán đổi (làm bù ngày "
EXPECTED = ", dự kiến"  # of a year nobody has announced the holidays of


@dataclass(frozen=True)
class Override:
    """One day the national calendar does not know, or knows wrongly: a late swap, a new day off."""

    day: date
    working: bool
    reason: str
    document: str = ""


@dataclass(frozen=True)
class _Year:
    working: tuple[date, ...]
    lookup: frozenset[date]
    names: dict[date, str]
    doubtful: dict[date, str]


class WorkCalendar:
    """`shipped`: the corrections of calendar.yaml; `entered`: those the office made since, which count before them.

    `unconfirmed`: days of calendar.yaml that do not count yet; no library makes them, or their return in a later year,
    a day off.
    """

    def __init__(
        self,
        shipped: Iterable[Override] = (),
        entered: Iterable[Override] = (),
        unconfirmed: Iterable[Override] = (),
    ) -> None:
        self.shipped, self.unconfirmed = tuple(shipped), tuple(unconfirmed)
        self._overrides = {override.day: override for override in (*self.shipped, *entered)}
        self._announced = max((day.year for day in self._overrides), default=date.max.year)
        self._years: dict[int, _Year] = {}

    def with_entered(self, entered: Iterable[Override]) -> WorkCalendar:
        return WorkCalendar(self.shipped, entered, self.unconfirmed)

    @property
    def overrides(self) -> tuple[Override, ...]:
        return tuple(self._overrides.values())

    def is_working_day(self, day: date) -> bool:
        return day in self._year(day.year).lookup

    def on_or_before(self, day: date) -> date:
        while not self.is_working_day(day):
            day -= DAY
        return day

    def on_or_after(self, day: date) -> date:
        while not self.is_working_day(day):
            day += DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, or before it when negative; `day` itself when zero."""
        step, roll = (DAY, self.on_or_after) if count > 0 else (-DAY, self.on_or_before)
        for _ in range(abs(count)):
            day = roll(day + step)
        return day

    def between(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and with `until`; negative when `until` is the earlier."""
        if until < after:
            return -self.between(until, after)
        whole_years = sum(len(self._year(year).working) for year in range(after.year, until.year))
        return whole_years + self._passed(until) - self._passed(after)

    def name_of(self, day: date) -> str | None:
        """Why this day is off, in Vietnamese; None for a working day."""
        if self.is_working_day(day):
            return None
        return self._year(day.year).names.get(day, WEEKEND)

    def doubts(self, year: int) -> dict[date, str]:
        """Days of that year which may be off: worked until somebody confirms what is said of them."""
        return self._year(year).doubtful

    def _passed(self, day: date) -> int:
        return bisect_right(self._year(day.year).working, day)

    def _year(self, number: int) -> _Year:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._compute(number)
        return known

    def _compute(self, number: int) -> _Year:
        # The language is fixed: left alone, the library's names follow the machine's locale.
        national = country_holidays("VN", years=number, language="vi")
        doubtful = self._taken_out(national, number)
        first = date(number, 1, 1)
        days = (first + DAY * n for n in range((date(number, 12, 31) - first).days + 1))
        working = tuple(day for day in days if self._works(day, national))
        expected = EXPECTED if number > self._announced else ""
        names = {day: f"{_name(label)}{expected}" for day, label in national.items()}
        names |= {day: override.reason for day, override in self._overrides.items() if not override.working}
        return _Year(working, frozenset(working), names, doubtful)

    def _taken_out(self, national: HolidayBase, number: int) -> dict[date, str]:
        doubtful: dict[date, str] = {}
        for entry in self.unconfirmed:
            if entry.working or number < entry.day.year:
                continue
            days = [day for day, label in national.items() if day == entry.day or entry.reason in label]
            for day in days:
                national.pop(day)
            doubtful |= dict.fromkeys(days or [entry.day] * (number == entry.day.year), entry.reason)
        return {day: reason for day, reason in doubtful.items() if day not in self._overrides}

    def _works(self, day: date, national: HolidayBase) -> bool:
        override = self._overrides.get(day)
        return override.working if override else national.is_working_day(day)


def _name(label: str) -> str:
    return label.replace(LIBRARY_SWAP, SWAP) if label.startswith(LIBRARY_SWAP) else label
