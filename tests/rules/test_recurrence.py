from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_70 import REGULATION_680, REPORTS, SIGNED_ON, a_plan

from rules.plan import Bound, BoundRole, Follows, OnceBefore, PeriodicReport
from rules.recurrence import contributor_target, occurrences, stage_target
from rules.wordings import YearlyBefore
from rules.working_days import Override, WorkCalendar

CALENDAR = WorkCalendar()
PLAN = a_plan()


def d(text: str) -> date:
    return date.fromisoformat(text)


def yielded(first: str, last: str, *obligations: str, plan=PLAN):
    return occurrences(plan, CALENDAR, d(first), d(last), obligations or None)


TABLE_2013_2015 = """
II1-ASSESS        2013     -           2013-11-15  -
I1-ASSESS         2013     2013-11-29  2013-11-29  2013-11-29
II1-PLAN          2013     -           2013-11-29  -
II2-REPORT        2013-Q4  2013-12-20  2013-12-20  2013-12-20
II2-REPORT        2013-Y   2013-12-20  2013-12-20  2013-12-20
I2A-DEMAND-LIST   2014     2013-12-31  2013-12-31  2013-12-31
I3-FORMS          2013     2013-12-31  2013-12-31  2013-12-31
I5-CALENDAR       2014     2013-12-31  2013-12-31  2013-12-31
II2-REPORT        2014-Q1  2014-03-20  2014-03-20  2014-03-20
II2-REPORT        2014-Q2  2014-06-20  2014-06-20  2014-06-20
II2-REPORT        2014-H1  2014-06-20  2014-06-20  2014-06-20
II2-REPORT        2014-Q3  2014-09-20  2014-09-19  2014-09-22
I4B-CATALOGUE     2015     2014-09-30  2014-09-30  2014-09-30
I4B-COMPILE-PLAN  2015     2014-09-30  2014-09-30  2014-09-30
II2-REPORT        2014-Q4  2014-12-20  2014-12-19  2014-12-22
II2-REPORT        2014-Y   2014-12-20  2014-12-19  2014-12-22
I2A-DEMAND-LIST   2015     2014-12-31  2014-12-31  2014-12-31
I5-CALENDAR       2015     2014-12-31  2014-12-31  2014-12-31
I6-DIRECTIVE      2014     2014-12-31  2014-12-31  2014-12-31
II2-REPORT        2015-Q1  2015-03-20  2015-03-20  2015-03-20
II2-REPORT        2015-Q2  2015-06-20  2015-06-19  2015-06-22
II2-REPORT        2015-H1  2015-06-20  2015-06-19  2015-06-22
I4-MIDYEAR-REVIEW 2015     -           2015-07-31  -
II2-REPORT        2015-Q3  2015-09-20  2015-09-18  2015-09-21
I4B-CATALOGUE     2016     2015-09-30  2015-09-30  2015-09-30
I4B-COMPILE-PLAN  2016     2015-09-30  2015-09-30  2015-09-30
II2-REPORT        2015-Q4  2015-12-20  2015-12-18  2015-12-21
II2-REPORT        2015-Y   2015-12-20  2015-12-18  2015-12-21
I2A-DEMAND-LIST   2016     2015-12-31  2015-12-31  2015-12-31
I5-CALENDAR       2016     2015-12-31  2015-12-31  2015-12-31
"""


def test_the_plan_yields_exactly_these_occurrences_until_2015_in_this_order():
    rows = [
        [o.obligation, o.period, *(str(day or "-") for day in (o.nominal_last_day, o.target_day, o.late_after))]
        for o in yielded("2013-01-01", "2015-12-31")
    ]
    assert rows == [line.split() for line in TABLE_2013_2015.strip().splitlines()]


@pytest.mark.parametrize(
    ("obligation", "opens_on"),
    [
        ("I1-ASSESS", SIGNED_ON),
        ("I3-FORMS", SIGNED_ON),
        ("I5-CALENDAR", SIGNED_ON),
        ("II2-REPORT", d("2013-12-01")),
        ("I4B-CATALOGUE", d("2014-09-01")),
        ("I6-DIRECTIVE", d("2014-05-28")),
        ("I4-MIDYEAR-REVIEW", d("2015-07-01")),
        ("II1-PLAN", SIGNED_ON),
    ],
)
def test_the_first_occurrence_opens_with_its_window_but_not_before_the_plan_was_signed(obligation, opens_on):
    assert yielded("2013-01-01", "2015-12-31", obligation)[0].opens_on == opens_on


def test_the_second_calendar_opens_on_the_first_of_october():
    assert yielded("2014-01-01", "2014-12-31", "I5-CALENDAR")[0].opens_on == d("2014-10-01")


def test_strict_is_only_what_is_worded_before_a_day():
    assert {o.obligation for o in yielded("2013-01-01", "2015-12-31") if o.strict_before} == {"I1-ASSESS"}


def test_soft_are_the_duties_without_a_last_day():
    soft = {o.obligation: o.worded for o in yielded("2013-01-01", "2015-12-31") if o.soft}
    assert soft == {"II1-ASSESS": False, "II1-PLAN": False, "I4-MIDYEAR-REVIEW": True}


def test_a_report_is_for_its_calendar_period_with_figures_until_the_14th():
    report = yielded("2014-06-01", "2014-06-30", "II2-REPORT")[1]
    assert (report.period, report.period_start, report.period_end) == ("2014-H1", d("2014-01-01"), d("2014-06-30"))
    assert report.data_cutoff == d("2014-06-14")


def test_the_catalogue_made_in_2014_is_for_the_year_2015():
    catalogue = yielded("2014-09-01", "2014-09-30", "I4B-CATALOGUE")[0]
    assert (catalogue.period_start, catalogue.period_end) == (d("2015-01-01"), d("2015-12-31"))
    assert catalogue.why.startswith("Tháng 9/2014 (cho năm 2015): ngày cuối là thứ Ba 30/09/2014")


def test_the_directive_waits_as_long_as_its_trigger_has_not_come():
    waiting = a_plan(trigger=replace(REGULATION_680, fired_on=None))
    (directive,) = yielded("2014-01-01", "2014-12-31", "I6-DIRECTIVE", plan=waiting)
    assert (directive.opens_on, directive.trigger) == (d("2014-01-01"), "QD-680")


def test_a_trigger_that_has_come_is_no_longer_waited_for():
    assert yielded("2014-01-01", "2014-12-31", "I6-DIRECTIVE")[0].trigger is None


def test_a_trigger_that_came_after_its_year_leaves_nobody_late():
    tardy = a_plan(trigger=replace(REGULATION_680, fired_on=d("2015-02-02")))
    (directive,) = yielded("2014-01-01", "2015-12-31", "I6-DIRECTIVE", plan=tardy)
    assert (directive.opens_on, directive.target_day, directive.late_after) == (d("2015-02-02"), d("2015-12-31"), None)


def test_an_unknown_trigger_is_named_in_the_error():
    with pytest.raises(KeyError, match="QD-680"):
        yielded("2014-01-01", "2014-12-31", plan=a_plan(trigger=replace(REGULATION_680, id="QD-1")))


def test_nothing_falls_due_after_the_plan_has_ended():
    closed = a_plan(in_force_to=d("2014-06-20"))
    assert yielded("2014-01-01", "2030-12-31", plan=closed)[-1].period == "2014-H1"


def test_obligations_are_asked_for_in_any_case_of_letters():
    assert [o.obligation for o in yielded("2013-01-01", "2014-06-01", "i3-forms")] == ["I3-FORMS"]


def test_a_day_that_the_month_does_not_have_becomes_its_last_day():
    plan = a_plan({"II2-REPORT": PeriodicReport(("Q2",), day=31, cutoff_day=31)})
    report = yielded("2014-01-01", "2014-12-31", plan=plan)[0]
    assert (report.nominal_last_day, report.data_cutoff) == (d("2014-06-30"), d("2014-06-30"))


def test_reports_may_be_due_in_the_month_after_their_period():
    plan = a_plan({"II2-REPORT": replace(REPORTS, day=10, cutoff_day=31, months_after=1)})
    (quarter, year) = yielded("2015-01-01", "2015-01-31", plan=plan)
    assert (quarter.period, year.period) == ("2014-Q4", "2014-Y")
    assert (quarter.nominal_last_day, quarter.data_cutoff) == (d("2015-01-10"), d("2014-12-31"))


def test_a_contributor_aims_at_its_own_day_of_the_year_in_which_the_list_falls_due():
    demand_list = yielded("2015-01-01", "2015-12-31", "I2A-DEMAND-LIST")[0]
    departments = Bound(("departments",), BoundRole.CONTRIBUTOR, target_month=11, target_day=15)
    assert contributor_target(departments, demand_list, CALENDAR) == d("2015-11-13")  # 15/11/2015 is a Sunday


def test_a_contributor_to_a_report_aims_at_a_day_of_the_month_in_which_it_falls_due():
    report = yielded("2014-03-01", "2014-03-31", "II2-REPORT")[0]
    departments = Bound(("departments",), BoundRole.CONTRIBUTOR, target_day=17)
    assert contributor_target(departments, report, CALENDAR) == d("2014-03-17")


def test_a_contributor_without_a_day_aims_with_the_lead():
    report = yielded("2014-09-01", "2014-09-20", "II2-REPORT")[0]
    assert contributor_target(Bound(("departments",), BoundRole.CONTRIBUTOR), report, CALENDAR) == d("2014-09-19")


def test_a_contributor_never_aims_later_than_the_lead():
    report = yielded("2014-09-01", "2014-09-20", "II2-REPORT")[0]
    tardy = Bound(("departments",), BoundRole.CONTRIBUTOR, target_month=12, target_day=1)
    assert contributor_target(tardy, report, CALENDAR) == report.target_day


def test_stages_of_the_calendar_are_staggered_before_the_end_of_the_year():
    release_calendar = yielded("2014-01-01", "2014-12-31", "I5-CALENDAR")[0]
    approval = Follows("I5-CALENDAR", 1, target_month=11, target_day=30)
    assert stage_target(approval, release_calendar, CALENDAR) == d("2014-11-28")  # 30/11/2014 is a Sunday
    assert stage_target(Follows("I5-CALENDAR", 2), release_calendar, CALENDAR) is None


def test_a_soft_date_explains_that_it_is_only_aimed_at():
    (plan_of_unit,) = yielded("2013-01-01", "2013-12-31", "II1-PLAN")
    assert plan_of_unit.why == (
        "Kế hoạch không nêu thời hạn: không có ngày cuối bắt buộc, mốc phấn đấu là thứ Sáu 29/11/2013 "
        "(ngày 30/11/2013 là ngày nghỉ cuối tuần); không tính quá hạn."
    )


DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@given(DAYS, st.booleans())
def test_a_new_holiday_or_worked_day_never_makes_an_occurrence_disappear(day, working):
    changed = WorkCalendar([Override(day, working, "Điều chỉnh")])
    window = (date(day.year, 1, 1), date(day.year, 12, 31))
    before, after = (occurrences(PLAN, calendar, *window) for calendar in (CALENDAR, changed))
    assert [(o.obligation, o.period) for o in before] == [(o.obligation, o.period) for o in after]


@given(DAYS)
def test_two_neighbouring_windows_find_the_same_as_one(cut):
    first, last = date(2013, 1, 1), date(2036, 12, 31)
    earlier = occurrences(PLAN, CALENDAR, first, cut, ["II2-REPORT", "I5-CALENDAR"])
    later = occurrences(PLAN, CALENDAR, date.fromordinal(cut.toordinal() + 1), last, ["II2-REPORT", "I5-CALENDAR"])
    assert earlier + later == occurrences(PLAN, CALENDAR, first, last, ["II2-REPORT", "I5-CALENDAR"])


@given(DAYS)
def test_before_a_day_is_never_late_before_that_day_nor_on_time_on_it(day):
    plan = a_plan({"I1-ASSESS": OnceBefore(day)})
    (found,) = occurrences(plan, CALENDAR, date(2009, 1, 1), date(2036, 1, 1))
    assert found.late_after == date.fromordinal(day.toordinal() - 1)


def test_dates_of_twenty_five_years_keep_their_order():
    for found in yielded("2010-01-01", "2035-12-31"):
        assert CALENDAR.is_working_day(found.target_day)
        if found.nominal_last_day and found.late_after:
            assert found.opens_on <= found.target_day <= found.nominal_last_day <= found.late_after


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        (
            YearlyBefore(10, 15, 2014),
            ["2014 2014-10-14 2014-10-14 2014-10-14", "2015 2015-10-14 2015-10-14 2015-10-14"],
        ),
        (YearlyBefore(10, 20, 2015, 1), ["2016 2015-10-19 2015-10-19 2015-10-19"]),
        (YearlyBefore(6, 15, 2015), ["2015 2015-06-14 2015-06-12 2015-06-14"]),  # a Sunday: not rolled forward
        (YearlyBefore(1, 1, 2014), ["2014 2014-12-31 2014-12-31 2014-12-31", "2015 2015-12-31 2015-12-31 2015-12-31"]),
        (
            YearlyBefore(10, 15, 2013),
            ["2014 2014-10-14 2014-10-14 2014-10-14", "2015 2015-10-14 2015-10-14 2015-10-14"],
        ),
    ],
    ids=["each year", "for the next year", "day off", "turn of the year", "not before the plan was signed"],
)
def test_before_a_day_of_each_year(when: YearlyBefore, dates: list[str]) -> None:
    rows = yielded("2013-01-01", "2015-12-31", "I1-ASSESS", plan=a_plan({"I1-ASSESS": when}))
    assert [f"{one.period} {one.nominal_last_day} {one.target_day} {one.late_after}" for one in rows] == dates
    assert all(one.strict_before and one.why.startswith("Trước ngày ") for one in rows)
