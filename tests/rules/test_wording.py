from datetime import date
from decimal import Decimal

import pytest

from rules.text.wording import dates_vi, day_vi, long_day_vi, number_vi, percent_vi, weekday_name


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2014, 1, 5), "ngày 05 tháng 01 năm 2014"),
        (date(2014, 2, 28), "ngày 28 tháng 02 năm 2014"),
        (date(2013, 9, 2), "ngày 02 tháng 9 năm 2013"),
        (date(2013, 10, 23), "ngày 23 tháng 10 năm 2013"),
    ],
)
def test_official_dates_have_a_zero_before_small_days_and_the_first_two_months_only(day, written):
    assert long_day_vi(day) == written


def test_short_dates_have_two_figures():
    assert day_vi(date(2014, 3, 5)) == "05/03/2014"


def test_the_week_starts_on_the_second_day():
    assert [weekday_name(date(2013, 11, n)) for n in (25, 30)] == ["thứ Hai", "thứ Bảy"]
    assert weekday_name(date(2013, 12, 1)) == "Chủ nhật"


def test_several_days_are_listed_with_a_last_and():
    days = [date(2013, 11, 5), date(2013, 11, 12), date(2013, 11, 19)]
    assert dates_vi(days) == "05/11/2013, 12/11/2013 và 19/11/2013"
    assert (dates_vi(days[:1]), dates_vi([])) == ("05/11/2013", "")


@pytest.mark.parametrize(("value", "written"), [(1250, "1.250"), (12, "12"), (Decimal("1234.5"), "1.234,5")])
def test_thousands_have_a_dot_and_decimals_a_comma(value, written):
    assert number_vi(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(Decimal("86.4"), "86,4%"), (Decimal("100.0"), "100%"), (Decimal("0.0"), "0%"), (None, "–")],
)
def test_percentages_have_at_most_one_decimal(value, written):
    assert percent_vi(value) == written
