"""Every dated occurrence a plan yields between two days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.deadlines import ROMAN, deadline, why, why_soft
from rules.periods import day_of_month, length_rank, months_later, period_bounds, period_title_vi
from rules.periods import next_period as next_period
from rules.periods import previous_period as previous_period
from rules.plan import (
    AfterDocument,
    Bound,
    DatedOccurrence,
    Follows,
    Obligation,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    Plan,
    TargetOnly,
    Trigger,
    YearAfterTrigger,
    YearlyTarget,
)
from rules.reporting import REPORT_MONTHS
from rules.text.wording import day_vi
from rules.wordings import YearlyAfterHalf, YearlyBefore, YearlyMonth, YearlyQuarter
from rules.working_days import WorkCalendar


@dataclass(frozen=True)
class _Draft:
    """What the wording alone says, before the calendar is consulted."""

    period: str
    wording: str
    opens_on: date
    last_day: date  # by the wording, or the un-rolled target where the wording names no end
    soft: bool = False
    strict_before: bool = False
    data_cutoff: date | None = None
    trigger: str | None = None
    worded: bool = True
    why: str = ""  # where the days are not known yet


def occurrences(
    plan: Plan,
    calendar: WorkCalendar,
    first: date,
    last: date,
    obligations: Collection[str] | None = None,
) -> list[DatedOccurrence]:
    """Those whose last day lies in [first, last] and not after the plan's end."""
    end = min(last, plan.in_force_to or last)
    codes = None if obligations is None else {id.upper() for id in obligations}
    rows = [
        (draft.last_day, obligation.id, length_rank(draft.period), draft.period, _dated(obligation, draft, calendar))
        for obligation in plan.obligations
        if codes is None or obligation.id in codes
        for draft in _drafts(plan, obligation, range(first.year - 1, end.year + 1))
        if first <= draft.last_day <= end
    ]
    return [row[-1] for row in sorted(rows, key=lambda row: row[:-1])]


def contributor_target(bound: Bound, occurrence: DatedOccurrence, calendar: WorkCalendar) -> date:
    """The contributor's own soft day in the year (or, where no month is named, in the month) of the lead's last day;
    never later than the lead's target."""
    if bound.target_day is None:
        return occurrence.target_day
    due = _due_day(occurrence)
    own = day_of_month(date(due.year, bound.target_month or due.month, 1), bound.target_day)
    return min(calendar.on_or_before(own), occurrence.target_day)


def stage_target(follows: Follows, occurrence: DatedOccurrence, calendar: WorkCalendar) -> date | None:
    """The stage's soft day in the year of the deliverable's last day; None where it has none of its own."""
    if follows.target_month is None or follows.target_day is None:
        return None
    own = day_of_month(date(_due_day(occurrence).year, follows.target_month, 1), follows.target_day)
    return calendar.on_or_before(own)


def _due_day(occurrence: DatedOccurrence) -> date:
    return occurrence.nominal_last_day or occurrence.target_day


def _dated(obligation: Obligation, draft: _Draft, calendar: WorkCalendar) -> DatedOccurrence:
    due = deadline(draft.last_day, draft.strict_before, calendar)
    start, end = period_bounds(draft.period)
    explain = draft.why or (
        why_soft(draft.wording, draft.last_day, calendar) if draft.soft else why(draft.wording, due, calendar)
    )
    return DatedOccurrence(
        obligation=obligation.id,
        clause=obligation.clause,
        period=draft.period,
        opens_on=draft.opens_on,
        nominal_last_day=None if draft.soft else due.nominal_last_day,
        target_day=due.target_day,
        late_after=None if draft.soft else due.late_after,
        soft=draft.soft,
        strict_before=draft.strict_before,
        why=explain,
        period_start=start,
        period_end=end,
        data_cutoff=draft.data_cutoff,
        trigger=draft.trigger,
        worded=draft.worded,
    )


# --- what each wording yields ---------------------------------------------------------------------------------------


def _drafts(plan: Plan, obligation: Obligation, years: range) -> Iterator[_Draft]:
    if obligation.when is not None:
        if isinstance(obligation.when, AfterDocument):
            yield _after_document(obligation, obligation.when, plan)
        else:
            yield from YIELDS[type(obligation.when)](obligation.when, plan, years)


def _once_before(when: OnceBefore, plan: Plan, _: range) -> Iterator[_Draft]:
    last_day = when.day - timedelta(days=1)
    wording = f"Trước ngày {day_vi(when.day)}"
    yield _Draft(str(last_day.year), wording, plan.signed_on, last_day, strict_before=True)


def _once_in_quarter(when: OnceInQuarter, plan: Plan, _: range) -> Iterator[_Draft]:
    start, end = period_bounds(f"{when.year}-Q{when.quarter}")
    yield _Draft(str(when.year), f"Quý {ROMAN[when.quarter]}/{when.year}", max(start, plan.signed_on), end)


def _yearly_quarter(when: YearlyQuarter, plan: Plan, years: range) -> Iterator[_Draft]:
    for year in _from(when.first_year, years):
        start, end = period_bounds(f"{year}-Q{when.quarter}")
        wording = f"Quý {ROMAN[when.quarter]}/{year}{_for_year(year, when.for_offset)}"
        yield _Draft(str(year + when.for_offset), wording, max(start, plan.signed_on), end)


def _yearly_month(when: YearlyMonth, plan: Plan, years: range) -> Iterator[_Draft]:
    for year in _from(when.first_year, years):
        start, end = period_bounds(f"{year}-M{when.month:02d}")
        wording = f"Tháng {when.month}/{year}{_for_year(year, when.for_offset)}"
        yield _Draft(str(year + when.for_offset), wording, max(start, plan.signed_on), end)


def _yearly_before(when: YearlyBefore, plan: Plan, years: range) -> Iterator[_Draft]:
    """It opens with the year of its last day: «trước ngày 01/01» is asked for in the year before."""
    for year in _from(when.first_year, years):
        turn = (when.month, when.day) == (1, 1)
        day = date(year + turn, when.month, when.day)
        wording = f"Trước ngày {day_vi(day)}{_for_year(year, when.for_offset)}"
        opens_on, last_day = max(date(year, 1, 1), plan.signed_on), day - timedelta(days=1)
        if opens_on <= last_day:
            yield _Draft(str(year + when.for_offset), wording, opens_on, last_day, strict_before=True)


def _yearly_after_half(when: YearlyAfterHalf, plan: Plan, years: range) -> Iterator[_Draft]:
    for year in _from(when.first_year, years):
        target = day_of_month(date(year, when.target_month, 1), when.target_day)
        opens_on = max(date(year, 7, 1), plan.signed_on)
        yield _Draft(str(year), f"Sau 6 tháng đầu năm {year}", opens_on, target, soft=True)


def _periodic_report(when: PeriodicReport, plan: Plan, years: range) -> Iterator[_Draft]:
    for year in years:
        for part in when.periods:
            last_month = date(year, REPORT_MONTHS[part], 1)
            due = day_of_month(months_later(last_month, when.months_after), when.day)
            if due > plan.signed_on:
                yield _report(f"{year}-{part}", due, max(last_month, plan.signed_on), last_month, when.cutoff_day)


def _report(period: str, due: date, opens_on: date, last_month: date, cutoff_day: int) -> _Draft:
    wording = f"Báo cáo {period_title_vi(period)}"
    return _Draft(period, wording, opens_on, due, data_cutoff=day_of_month(last_month, cutoff_day))


def _year_after_trigger(when: YearAfterTrigger, plan: Plan, _: range) -> Iterator[_Draft]:
    trigger = _trigger(plan, when.trigger)
    wording = f"Trong năm {when.year}, sau khi có {trigger.document}"
    first, last = date(when.year, 1, 1), date(when.year, 12, 31)
    if trigger.fired_on is None:
        yield _Draft(str(when.year), wording, max(first, plan.signed_on), last, trigger=trigger.id)
        return
    opens_on = max(trigger.fired_on, plan.signed_on)
    # A trigger that came after its year leaves nobody late: the year could not be kept by anyone.
    too_late = opens_on > last
    yield _Draft(str(when.year), wording, opens_on, date(opens_on.year, 12, 31) if too_late else last, soft=too_late)


def _target_only(when: TargetOnly, plan: Plan, _: range) -> Iterator[_Draft]:
    wording = "Kế hoạch không nêu thời hạn"
    yield _Draft(when.period, wording, plan.signed_on, when.target, soft=True, worded=False)


def _yearly_target(when: YearlyTarget, plan: Plan, years: range) -> Iterator[_Draft]:
    for year in _from(when.first_year, years):
        opens_on = max(date(year, when.opens_month, when.opens_day), plan.signed_on)
        target = day_of_month(date(year, when.target_month, 1), when.target_day)
        yield _Draft(str(year), f"Hằng năm, năm {year}", opens_on, target, soft=True, worded=False)


def _after_document(obligation: Obligation, when: AfterDocument, plan: Plan) -> _Draft:
    """All the documents it waits for must exist; it begins with the last of them."""
    days = {trigger.id: trigger.fired_on for trigger in plan.triggers if trigger.fired_on}
    names = " và ".join(f"«{plan.obligation(code).short}»" for code in obligation.waits_for)
    missing = next((code for code in obligation.waits_for if code not in days), None)
    if missing is not None:
        open_end = f"Sau khi có {names}: chưa có, nên chưa có mốc nào; không tính quá hạn."
        last = date(when.year, 12, 31)
        return _Draft(str(when.year), "", plan.signed_on, last, soft=True, trigger=missing, worded=False, why=open_end)
    begins = max(plan.signed_on, *(days[code] for code in obligation.waits_for))
    target = day_of_month(months_later(begins.replace(day=1), when.months), begins.day)
    return _Draft(str(when.year), f"Sau khi có {names}", begins, target, soft=True, worded=False)


YIELDS: dict[type, Callable[[Any, Plan, range], Iterator[_Draft]]] = {
    OnceBefore: _once_before,
    OnceInQuarter: _once_in_quarter,
    YearlyQuarter: _yearly_quarter,
    YearlyMonth: _yearly_month,
    YearlyBefore: _yearly_before,
    YearlyAfterHalf: _yearly_after_half,
    PeriodicReport: _periodic_report,
    YearAfterTrigger: _year_after_trigger,
    TargetOnly: _target_only,
    YearlyTarget: _yearly_target,
}


def _from(first_year: int, years: range) -> range:
    return range(max(first_year, years.start), years.stop)


def _for_year(year: int, offset: int) -> str:
    return f" (cho năm {year + offset})" if offset else ""


def _trigger(plan: Plan, id: str) -> Trigger:
    for trigger in plan.triggers:
        if trigger.id == id:
            return trigger
    raise KeyError(f"Kế hoạch {plan.number} không có điều kiện «{id}»")
