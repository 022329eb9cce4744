from datetime import date, timedelta

import pytest

from rules.working_days import Override, WorkCalendar

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
