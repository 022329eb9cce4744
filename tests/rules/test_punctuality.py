from datetime import date
from decimal import Decimal

import pytest

from rules.punctuality import days_late, on_time_rate
from rules.working_days import WorkCalendar

CALENDAR = WorkCalendar()
FRIDAY = date(2013, 11, 29)


@pytest.mark.parametrize(
    ("received_day", "late"),
    [
        (date(2013, 11, 28), 0),
        (FRIDAY, 0),
        (date(2013, 11, 30), 1),  # the Saturday after is late, though no working day has passed
        (date(2013, 12, 2), 1),
        (date(2013, 12, 6), 5),
    ],
)
def test_lateness_is_counted_in_working_days(received_day, late):
    assert days_late(received_day, FRIDAY, CALENDAR) == late


def test_what_has_no_last_day_is_never_late():
    assert days_late(date(2020, 1, 1), None, CALENDAR) == 0


@pytest.mark.parametrize(
    ("on_time", "expected", "rate"), [(19, 22, "86.4"), (33, 33, "100.0"), (0, 5, "0.0"), (1, 16, "6.3")]
)
def test_the_rate_has_one_decimal(on_time, expected, rate):
    assert on_time_rate(on_time, expected) == Decimal(rate)


def test_nothing_expected_gives_no_rate():
    assert on_time_rate(0, 0) is None
