from datetime import date, timedelta

import pytest
from builders import an_office

from rules.working_days import WEEKEND, Override, WorkCalendar

CALENDAR = WorkCalendar()
NEW_YEAR_2026 = (
    Override(date(2026, 1, 2), working=False, reason="Nghỉ hoán đổi với thứ Bảy 10/01/2026"),
    Override(date(2026, 1, 10), working=True, reason="Làm bù cho thứ Sáu 02/01/2026"),
)


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2014, 5, 2), date(2014, 4, 26)),
        (date(2015, 1, 2), date(2014, 12, 27)),
        (date(2018, 12, 31), date(2019, 1, 5)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_a_swapped_day_is_off_and_its_saturday_is_worked(off, worked):
    assert not CALENDAR.is_working_day(off)
    assert CALENDAR.is_working_day(worked)


def test_a_swap_announced_at_christmas_comes_in_as_two_overrides():
    corrected = WorkCalendar(NEW_YEAR_2026)
    assert CALENDAR.is_working_day(date(2026, 1, 2))  # what the library still believes
    assert not corrected.is_working_day(date(2026, 1, 2))
    assert corrected.is_working_day(date(2026, 1, 10))
    assert corrected.on_or_after(date(2026, 1, 1)) == date(2026, 1, 5)


def test_whether_24_november_is_a_day_off_is_the_provinces_decision():
    culture_day = date(2026, 11, 24)
    not_yet_law = WorkCalendar([Override(culture_day, working=True, reason="Luật chưa sửa")])
    assert CALENDAR.name_of(culture_day) == "Ngày Văn hóa Việt Nam"
    assert not_yet_law.is_working_day(culture_day)
    assert not_yet_law.name_of(culture_day) is None


def test_a_weekend_or_a_holiday_rolls_back_and_forward():
    assert CALENDAR.on_or_before(date(2016, 12, 31)) == date(2016, 12, 30)
    assert CALENDAR.on_or_after(date(2016, 12, 31)) == date(2017, 1, 3)
    assert CALENDAR.on_or_before(date(2013, 12, 31)) == date(2013, 12, 31)


def test_working_days_are_added_over_tet():
    assert CALENDAR.add(date(2014, 1, 28), 1) == date(2014, 2, 5)
    assert CALENDAR.add(date(2014, 2, 5), -1) == date(2014, 1, 28)


def test_adding_nothing_leaves_even_a_sunday_where_it_is():
    assert CALENDAR.add(date(2013, 12, 1), 0) == date(2013, 12, 1)


def test_days_between_leave_out_the_first_and_take_the_last():
    friday, monday = date(2013, 11, 29), date(2013, 12, 2)
    assert CALENDAR.between(friday, monday) == 1
    assert CALENDAR.between(monday, friday) == -1
    assert CALENDAR.between(friday, friday) == 0


def test_days_between_agree_with_counting_over_several_years():
    first, last = date(2013, 10, 23), date(2019, 3, 1)
    days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
    assert CALENDAR.between(first, last) == sum(CALENDAR.is_working_day(day) for day in days)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2013, 11, 30), "ngày nghỉ cuối tuần"),
        (date(2014, 1, 1), "Tết Dương lịch"),
        (date(2017, 1, 2), "Tết Dương lịch (nghỉ bù)"),
        (date(2018, 12, 31), "ngày nghỉ hoán đổi (làm bù ngày 05/01/2019)"),
        (date(2013, 11, 29), None),
    ],
)
def test_every_day_off_says_why_in_vietnamese(day, name):
    assert CALENDAR.name_of(day) == name


def test_names_stay_vietnamese_whatever_the_machines_language(monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert WorkCalendar().name_of(date(2014, 4, 30)) == "Ngày Chiến thắng"


def test_an_override_says_its_own_reason():
    assert WorkCalendar(NEW_YEAR_2026).name_of(date(2026, 1, 2)) == "Nghỉ hoán đổi với thứ Bảy 10/01/2026"


CULTURE_DAY = Override(date(2026, 11, 24), working=False, reason="Ngày Văn hóa Việt Nam")


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2031])
def test_a_day_nobody_has_confirmed_is_worked_in_its_year_and_after(year):
    waiting = WorkCalendar(unconfirmed=[CULTURE_DAY])
    day = date(year, 11, 24)
    assert waiting.is_working_day(day) is (day.weekday() < 5)
    assert waiting.doubts(year) == {day: "Ngày Văn hóa Việt Nam"}
    assert waiting.doubts(2025) == {}


def test_a_day_that_the_office_has_entered_is_in_no_doubt():
    entered = WorkCalendar(unconfirmed=[CULTURE_DAY]).with_entered([CULTURE_DAY])
    assert not entered.is_working_day(CULTURE_DAY.day)
    assert entered.doubts(2026) == {}
    assert entered.doubts(2027) == {date(2027, 11, 24): "Ngày Văn hóa Việt Nam"}


def test_days_off_of_a_year_nobody_has_announced_are_expected_ones():
    calendar = WorkCalendar(NEW_YEAR_2026)
    assert calendar.name_of(date(2026, 9, 2)) == "Quốc khánh"
    assert calendar.name_of(date(2027, 9, 2)) == "Quốc khánh, dự kiến"
    assert calendar.name_of(date(2027, 9, 4)) == WEEKEND


@pytest.mark.parametrize(
    ("day", "works"),
    [
        *[("2014-01-25", True), ("2014-01-27", True), ("2014-01-28", False), ("2014-02-05", False)],
        *[("2014-02-06", True), ("2014-02-08", True), ("2026-11-24", True)],
    ],
)
def test_the_shipped_calendar_knows_tet_2014_and_leaves_24_november_open(day, works):
    assert an_office().calendar.is_working_day(date.fromisoformat(day)) is works
