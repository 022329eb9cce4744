"""Which days a report speaks of, as the plan in force says, and on which days it can be counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from builders import the_catalogue

from rules.plan import PeriodicReport
from rules.reporting import ReportingWindow, counting_day, reporting_window, satisfied_periods, satisfying_period

SIGNED = date(2013, 10, 23)
WHEN = PeriodicReport(("Q1", "Q2", "H1", "Q3", "Q4", "Y"), 20, 14, satisfies=(("H1", ("Q2",)), ("Y", ("Q4",))))
Q1 = ReportingWindow("2014-Q1", date(2013, 12, 15), date(2014, 3, 14), date(2014, 6, 13))


def window(period: str, when: PeriodicReport = WHEN) -> tuple[date, date, date]:
    shown = reporting_window(when, period, SIGNED)
    return shown.first, shown.cutoff, shown.until


@pytest.mark.parametrize(
    ("period", "first", "cutoff", "until"),
    [
        ("2013-Q4", SIGNED, date(2013, 12, 14), date(2014, 3, 13)),
        ("2014-Q1", date(2013, 12, 15), date(2014, 3, 14), date(2014, 6, 13)),
        ("2014-Q4", date(2014, 9, 15), date(2014, 12, 14), date(2015, 3, 13)),
        ("2014-H1", date(2013, 12, 15), date(2014, 6, 14), date(2014, 9, 13)),
        ("2014-Y", date(2013, 12, 15), date(2014, 12, 14), date(2015, 3, 13)),
    ],
)
def test_a_report_speaks_of_the_days_between_two_cutoffs(period: str, first: date, cutoff: date, until: date) -> None:
    assert window(period) == (first, cutoff, until)


def test_another_reading_of_the_cutoff_moves_the_window() -> None:
    end_of_month = replace(WHEN, cutoff_day=31)
    assert window("2014-Q2", end_of_month) == (date(2014, 4, 1), date(2014, 6, 30), date(2014, 9, 29))
    only_years = replace(WHEN, periods=("Y",))
    assert window("2014-Y", only_years) == (date(2013, 12, 15), date(2014, 12, 14), date(2015, 12, 13))


def test_without_a_day_it_is_counted_to_its_cutoff_or_to_today() -> None:
    assert counting_day(Q1, None, date(2026, 11, 30)) == date(2014, 3, 14)
    assert counting_day(Q1, None, date(2014, 1, 8)) == date(2014, 1, 8)


@pytest.mark.parametrize(
    ("as_of", "today", "what_to_do"),
    [
        (date(2014, 3, 20), date(2014, 3, 19), "chọn một ngày không sau hôm nay"),
        (date(2013, 12, 14), date(2014, 3, 19), "hãy soạn kỳ trước đó"),
        (None, date(2013, 12, 14), "hoặc chờ đến kỳ"),
        (date(2014, 6, 14), date(2026, 11, 30), "Để trống ngày để lấy số liệu đến ngày chốt 14/03/2014"),
    ],
)
def test_a_day_it_cannot_be_counted_on_is_refused_with_what_to_do(
    as_of: date | None, today: date, what_to_do: str
) -> None:
    with pytest.raises(ValueError, match=what_to_do):
        counting_day(Q1, as_of, today)


def test_one_document_discharges_two_periods_as_the_plan_says() -> None:
    shipped = the_catalogue().plan.periodic_report
    assert shipped is not None
    assert isinstance(shipped.when, PeriodicReport)
    assert shipped.when.satisfies == WHEN.satisfies
    assert [satisfied_periods(WHEN, period) for period in ("2014-Y", "2014-H1", "2014-Q4")] == [
        ("2014-Q4",),
        ("2014-Q2",),
        (),
    ]
    assert [satisfying_period(WHEN, period) for period in ("2014-Q2", "2014-Q4", "2014-Q1", "2014-Y")] == [
        "2014-H1",
        "2014-Y",
        None,
        None,
    ]
