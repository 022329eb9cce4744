from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.deadlines import deadline
from rules.ladder import due_soon_on, resumed, skipped, step_days, step_on
from rules.plan import Ladder, LadderStep
from rules.working_days import WorkCalendar

CALENDAR = WorkCalendar()
STANDARD = Ladder(
    "standard",
    (
        LadderStep("L1", 1, "target_day", -15, ("focal_point",), "gentle_reminder"),
        LadderStep("L2", 2, "target_day", -3, ("focal_point", "deputy"), "due_soon"),
        LadderStep("L3", 3, "late_after", 1, ("head", "focal_point"), "overdue"),
        LadderStep("L4", 4, "late_after", 5, ("head",), "urging_letter"),
        LadderStep("L5", 5, "late_after", 10, ("head",), "urging_letter"),
    ),
)
DUE = date(2013, 11, 29)
SIGNED = date(2013, 10, 23)


def days_of(opens_on=SIGNED, target_day=DUE, late_after: date | None = DUE):
    return step_days(STANDARD, opens_on, target_day, late_after, CALENDAR)


def dated(steps):
    return {row.step.id: row.on_day for row in steps}


def test_the_assessment_of_2013_is_reminded_and_urged_on_these_days():
    assert dated(days_of()) == {
        "L1": date(2013, 11, 8),
        "L2": date(2013, 11, 26),
        "L3": date(2013, 12, 2),
        "L4": date(2013, 12, 6),
        "L5": date(2013, 12, 13),
    }


def test_the_first_urging_of_a_rolled_deadline_comes_the_day_after_the_rolled_day():
    steps = days_of(date(2018, 10, 1), date(2018, 12, 28), date(2019, 1, 2))
    assert dated(steps)["L3"] == date(2019, 1, 3)


def test_after_a_strict_saturday_the_first_urging_is_on_monday():
    steps = days_of(date(2024, 10, 1), date(2024, 12, 13), date(2024, 12, 14))
    assert dated(steps)["L3"] == date(2024, 12, 16)


def test_a_step_from_before_the_opening_moves_to_the_first_working_day():
    assert dated(days_of(opens_on=date(2013, 11, 16)))["L1"] == date(2013, 11, 18)


def test_two_steps_pressed_onto_one_day_leave_only_the_later():
    assert list(dated(days_of(opens_on=date(2013, 11, 27)))) == ["L2", "L3", "L4", "L5"]


def test_nothing_is_said_about_days_left_when_the_case_opens_after_its_day():
    assert list(dated(days_of(opens_on=date(2013, 12, 3)))) == ["L3", "L4", "L5"]


def test_the_order_in_which_a_ladder_is_written_does_not_matter():
    backwards = Ladder("standard", STANDARD.steps[::-1])
    assert step_days(backwards, SIGNED, DUE, DUE, CALENDAR) == days_of()


def test_a_step_anchored_on_a_strict_saturday_waits_for_monday():
    last_day = Ladder("last-day", (LadderStep("L3", 3, "late_after", 0, ("head",), "overdue"),))
    (row,) = step_days(last_day, date(2024, 10, 1), date(2024, 12, 13), date(2024, 12, 14), CALENDAR)
    assert row.on_day == date(2024, 12, 16)


def test_a_soft_date_is_reminded_but_never_urged():
    assert list(dated(days_of(late_after=None))) == ["L1", "L2"]


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2013, 11, 7), None),
        (date(2013, 11, 8), "L1"),
        (date(2013, 11, 25), "L1"),
        (date(2013, 11, 26), "L2"),
        (date(2013, 11, 29), "L2"),
        (date(2013, 11, 30), None),  # nobody is told «còn 3 ngày» after the day
        (date(2013, 12, 2), "L3"),
        (date(2014, 3, 1), "L5"),
    ],
)
def test_the_newest_step_is_the_one_to_send(today, step):
    found = step_on(days_of(), today)
    assert (found and found.step.id) == step


def test_a_soft_reminder_ends_with_its_day():
    assert step_on(days_of(late_after=None), DUE + timedelta(days=1)) is None


def test_after_an_outage_the_missed_steps_are_recorded_and_only_the_newest_goes_out():
    steps, today = days_of(), date(2013, 12, 6)
    assert step_on(steps, today).step.id == "L4"
    assert [row.step.id for row in skipped(steps, {"L1"}, today)] == ["L2", "L3"]


def test_nothing_is_skipped_while_a_step_is_still_the_newest():
    assert skipped(days_of(), {"L1"}, DUE) == []


def test_a_case_is_due_soon_from_its_last_reminder_before_the_day():
    assert due_soon_on(days_of()) == date(2013, 11, 26)
    assert due_soon_on(days_of(opens_on=date(2013, 12, 3))) is None


NOMINAL = st.dates(date(2010, 1, 1), date(2035, 12, 31))
OFFSETS = st.lists(st.integers(-30, 30), min_size=1, max_size=6, unique=True)


def a_ladder(offsets):
    return Ladder(
        "any",
        tuple(
            LadderStep(f"L{n}", n, "target_day" if offset <= 0 else "late_after", offset, (), "any")
            for n, offset in enumerate(sorted(offsets), 1)
        ),
    )


def climbed(nominal, strict, lead_time, offsets):
    due = deadline(nominal, strict, CALENDAR)
    opens_on = nominal - timedelta(days=lead_time)
    return due, opens_on, step_days(a_ladder(offsets), opens_on, due.target_day, due.late_after, CALENDAR)


@given(NOMINAL, st.booleans(), st.integers(-40, 90), OFFSETS)
def test_no_step_is_spent_on_a_day_off_or_before_the_opening(nominal, strict, lead_time, offsets):
    _, opens_on, steps = climbed(nominal, strict, lead_time, offsets)
    assert all(CALENDAR.is_working_day(row.on_day) and row.on_day >= opens_on for row in steps)


@given(NOMINAL, st.booleans(), st.integers(-40, 90), OFFSETS)
def test_steps_climb_and_their_windows_do_not_overlap(nominal, strict, lead_time, offsets):
    _, _, steps = climbed(nominal, strict, lead_time, offsets)
    for earlier, later in pairwise(steps):
        assert earlier.until_day is not None
        assert earlier.on_day < earlier.until_day <= later.on_day
        assert earlier.step.level < later.step.level


@given(NOMINAL, st.booleans(), st.integers(0, 90), OFFSETS)
def test_reminders_end_with_the_target_and_urging_starts_after_the_last_day(nominal, strict, lead_time, offsets):
    due, _, steps = climbed(nominal, strict, lead_time, offsets)
    for row in steps:
        if row.step.offset <= 0:
            assert row.until_day <= due.target_day + timedelta(days=1)
        else:
            assert row.on_day > due.late_after


@given(NOMINAL, st.booleans(), st.integers(0, 90), OFFSETS, st.integers(-60, 60))
def test_the_step_to_send_is_never_among_the_skipped(nominal, strict, lead_time, offsets, shift):
    _, _, steps = climbed(nominal, strict, lead_time, offsets)
    today = nominal + timedelta(days=shift)
    newest = step_on(steps, today)
    assume(newest)
    assert newest not in skipped(steps, set(), today)


def test_a_step_is_said_again_after_so_many_working_days():
    again = Ladder(
        "again", (LadderStep("L3", 3, "late_after", 1, ("head",), "overdue", repeat_every=2, repeat_times=2),)
    )
    steps = step_days(again, SIGNED, DUE, DUE, CALENDAR)
    assert dated(steps) == {"L3": date(2013, 12, 2), "L3.2": date(2013, 12, 4), "L3.3": date(2013, 12, 6)}
    assert [row.until_day for row in steps] == [date(2013, 12, 4), date(2013, 12, 6), None]


# --- after a gap ------------------------------------------------------------------------------------------------------

MONTHLY = Ladder(
    "monthly",
    (
        *STANDARD.steps,
        LadderStep("REP", 6, "late_after", 15, ("coordinator",), "report_line", channels=()),
        LadderStep("HT", 3, "late_after", 35, ("head",), "overdue", repeat_monthly=True),
    ),
)


def laid(rows, until: date = date(2014, 12, 31)):
    return {row.step.id: (row.on_day, row.until_day or until) for row in rows}


WHOLE = laid(step_days(MONTHLY, SIGNED, DUE, DUE, CALENDAR))


def resumed_on(today: date, *taken: str, rows=WHOLE):
    return dated(resumed(MONTHLY, rows, taken, today, CALENDAR))


def test_who_was_never_looked_at_gets_the_gentlest_step_first_and_the_others_at_their_own_pace():
    assert resumed_on(date(2014, 2, 10)) == {
        "L3": date(2014, 2, 10),
        "L4": date(2014, 2, 14),
        "L5": date(2014, 2, 21),
        "REP": date(2014, 2, 28),
        "HT": date(2014, 3, 28),
    }


def test_a_ladder_goes_on_from_the_step_that_was_taken_last():
    assert list(resumed_on(date(2014, 2, 10), "L3")) == ["L4", "L5", "REP", "HT"]
    assert resumed_on(date(2014, 2, 10), "L3")["L4"] == date(2014, 2, 10)


def test_on_a_day_off_a_ladder_goes_on_the_next_working_day():
    assert resumed_on(date(2014, 2, 8))["L3"] == date(2014, 2, 10)


def test_nothing_is_laid_out_while_the_next_step_still_stands():
    assert resumed_on(date(2013, 12, 3), "L3") == {}
    assert resumed_on(date(2013, 12, 2)) == {}


def test_after_the_last_step_the_monthly_one_comes_again_and_again():
    taken = ["L3", "L4", "L5", "REP", "HT"]
    rows = {**WHOLE, "HT": (date(2014, 1, 20), date(2014, 3, 21))}
    assert resumed_on(date(2014, 1, 21), *taken, rows=rows) == {"HT.2": date(2014, 2, 20)}
    rows |= {"HT.2": (date(2014, 2, 20), date(2014, 4, 21))}
    assert resumed_on(date(2014, 2, 21), *taken, rows=rows) == {}
    assert resumed_on(date(2014, 2, 21), *taken, "HT.2", rows=rows) == {"HT.3": date(2014, 3, 20)}


def test_a_month_that_passed_in_a_gap_is_made_up_for_once():
    taken = ["L3", "L4", "L5", "REP", "HT"]
    rows = {**WHOLE, "HT": (date(2014, 1, 20), date(2014, 3, 21))}
    assert resumed_on(date(2014, 7, 1), *taken, rows=rows) == {"HT.2": date(2014, 7, 1)}


def test_a_step_a_ladder_gained_later_follows_the_last_one_taken():
    rows = {id: days for id, days in WHOLE.items() if id != "HT"}
    assert resumed_on(date(2013, 12, 23), "L3", "L4", "L5", "REP", rows=rows) == {"HT": date(2014, 1, 20)}


def test_a_ladder_without_a_monthly_step_ends():
    assert resumed(STANDARD, laid(days_of()), ["L3", "L4", "L5"], date(2014, 2, 10), CALENDAR) == []
