from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_70 import REPORTS, WHEN, a_plan

from rules.deadlines import Deadline, HeldTo, deadline, deadline_phrase, late_from, local_day, start_of, why
from rules.recurrence import occurrences
from rules.working_days import WorkCalendar

CALENDAR = WorkCalendar()
DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("nominal", "target_day", "late_after"),
    [
        (date(2013, 12, 31), date(2013, 12, 31), date(2013, 12, 31)),
        (date(2017, 9, 30), date(2017, 9, 29), date(2017, 10, 2)),
        (date(2018, 9, 30), date(2018, 9, 28), date(2018, 10, 1)),
        (date(2016, 12, 31), date(2016, 12, 30), date(2017, 1, 3)),
        (date(2017, 12, 31), date(2017, 12, 29), date(2018, 1, 2)),
        (date(2018, 12, 31), date(2018, 12, 28), date(2019, 1, 2)),
        (date(2022, 12, 31), date(2022, 12, 30), date(2023, 1, 3)),
        (date(2023, 9, 30), date(2023, 9, 29), date(2023, 10, 2)),
        (date(2023, 12, 31), date(2023, 12, 29), date(2024, 1, 2)),
        (date(2028, 9, 30), date(2028, 9, 29), date(2028, 10, 2)),
        (date(2028, 12, 31), date(2028, 12, 29), date(2029, 1, 2)),
    ],
)
def test_a_last_day_off_is_aimed_at_before_and_late_only_after_the_next_working_day(nominal, target_day, late_after):
    assert deadline(nominal, False, CALENDAR) == Deadline(nominal, target_day, late_after, False)


@pytest.mark.parametrize(
    ("nominal", "target_day"),
    [
        (date(2013, 11, 29), date(2013, 11, 29)),
        (date(2024, 12, 14), date(2024, 12, 13)),
        (date(2025, 12, 14), date(2025, 12, 12)),
    ],
)
def test_strictly_before_never_rolls_forward(nominal, target_day):
    assert deadline(nominal, True, CALENDAR) == Deadline(nominal, target_day, nominal, True)


@given(DAYS, st.booleans())
def test_target_nominal_and_late_after_keep_their_order(nominal, strict):
    due = deadline(nominal, strict, CALENDAR)
    assert due.target_day <= due.nominal_last_day <= due.late_after


@given(DAYS)
def test_rolled_days_are_working_days(nominal):
    due = deadline(nominal, False, CALENDAR)
    assert CALENDAR.is_working_day(due.target_day)
    assert CALENDAR.is_working_day(due.late_after)


@given(DAYS)
def test_no_working_day_lies_between_the_target_and_the_nominal_day(nominal):
    due = deadline(nominal, False, CALENDAR)
    assert CALENDAR.between(due.target_day, nominal) == 0


def test_a_day_ends_at_midnight_in_the_province():
    assert late_from(date(2013, 11, 29)) == datetime(2013, 11, 29, 17, tzinfo=UTC)
    assert start_of(date(2013, 11, 29)) == datetime(2013, 11, 28, 17, tzinfo=UTC)


def test_half_past_eleven_at_night_is_still_the_same_day():
    assert local_day(datetime(2013, 11, 29, 16, 30, tzinfo=UTC)) == date(2013, 11, 29)
    assert local_day(datetime(2013, 11, 29, 17, 0, tzinfo=UTC)) == date(2013, 11, 30)


def test_a_zone_that_changes_its_clocks_has_a_day_of_23_hours():
    berlin = ZoneInfo("Europe/Berlin")
    day = date(2014, 3, 30)
    assert late_from(day, berlin) - start_of(day, berlin) == timedelta(hours=23)


def test_the_sentence_names_the_swapped_day_and_both_rolled_days():
    due = deadline(date(2018, 12, 31), False, CALENDAR)
    assert why("Quý IV/2018", due, CALENDAR) == (
        "Quý IV/2018: ngày cuối là thứ Hai 31/12/2018, là ngày nghỉ hoán đổi (làm bù ngày 05/01/2019), "
        "nên gửi chậm nhất thứ Sáu 28/12/2018 nhưng chỉ tính quá hạn sau thứ Tư 02/01/2019."
    )


def test_the_sentence_of_a_working_day_is_short():
    due = deadline(date(2013, 12, 31), False, CALENDAR)
    assert why("Quý IV/2013", due, CALENDAR) == (
        "Quý IV/2013: ngày cuối là thứ Ba 31/12/2013, là ngày làm việc; tính quá hạn sau ngày này."
    )


def test_the_sentence_of_a_strict_day_says_that_it_does_not_move():
    due = deadline(date(2024, 12, 14), True, CALENDAR)
    assert why("Trước ngày 15/12/2024", due, CALENDAR) == (
        "Trước ngày 15/12/2024: ngày cuối là thứ Bảy 14/12/2024, là ngày nghỉ cuối tuần, nên gửi chậm nhất thứ "
        "Sáu 13/12/2024 và tính quá hạn sau 14/12/2024, vì «trước ngày» không kéo dài sang ngày làm việc sau."
    )


@pytest.mark.parametrize(
    ("obligation", "phrase"),
    [
        ("I1-ASSESS", "trước ngày 30/11/2013"),
        ("I3-FORMS", "trong Quý IV/2013 (chậm nhất ngày 31/12/2013)"),
        ("I5-CALENDAR", "trong Quý IV/2013 (chậm nhất ngày 31/12/2013)"),
        ("I4B-CATALOGUE", "trong tháng 9/2014 (chậm nhất ngày 30/09/2014)"),
        ("I6-DIRECTIVE", "trong năm 2014 (chậm nhất ngày 31/12/2014)"),
        ("II2-REPORT", "chậm nhất ngày 20/12/2013"),
        ("I4-MIDYEAR-REVIEW", "sau 6 tháng đầu năm 2015 (phấn đấu hoàn thành đến ngày 31/07/2015)"),
        ("II1-PLAN", "phấn đấu hoàn thành đến ngày 29/11/2013"),
    ],
)
def test_letters_word_the_deadline_as_the_plan_does(obligation, phrase):
    found = occurrences(a_plan(), CALENDAR, date(2013, 1, 1), date(2015, 12, 31), [obligation])
    assert deadline_phrase(WHEN[obligation], found[0]) == phrase


def test_a_report_says_only_its_latest_day():
    found = occurrences(a_plan(), CALENDAR, date(2014, 9, 1), date(2014, 9, 30), ["II2-REPORT"])
    assert deadline_phrase(REPORTS, found[0]) == "chậm nhất ngày 20/09/2014"


NO_DAY = date(2026, 9, 18)
HELD = {
    "a-working-day": HeldTo(
        "chậm nhất ngày 20/12/2013", date(2013, 12, 20), date(2013, 12, 20), date(2013, 12, 20), date(2013, 12, 20)
    ),
    "a-day-off": HeldTo("chậm nhất ngày 20/09/2026", date(2026, 9, 20), NO_DAY, NO_DAY, date(2026, 9, 21)),
    "strictly-before": HeldTo(
        "trước ngày 30/11/2013", date(2013, 11, 29), date(2013, 11, 29), date(2013, 11, 29), date(2013, 11, 29)
    ),
    "strictly-before-a-day-off": HeldTo(
        "trước ngày 15/12/2024", date(2024, 12, 14), date(2024, 12, 13), date(2024, 12, 13), date(2024, 12, 14)
    ),
    "only-a-target": HeldTo(
        "phấn đấu hoàn thành đến ngày 29/11/2013", None, date(2013, 11, 29), date(2013, 11, 29), None
    ),
    "a-contributor": HeldTo(
        "trong Quý IV/2026 (chậm nhất ngày 31/12/2026)",
        date(2026, 12, 31),
        date(2026, 12, 31),
        date(2026, 11, 13),
        None,
    ),
    "a-contributor-with-a-last-day": HeldTo(
        "trong Quý IV/2026 (chậm nhất ngày 31/12/2026)",
        date(2026, 12, 31),
        date(2026, 12, 31),
        date(2026, 11, 13),
        date(2026, 12, 31),
    ),
    "extended": HeldTo(
        "trong Quý IV/2014 (chậm nhất ngày 31/12/2014)",
        date(2014, 12, 31),
        date(2014, 12, 31),
        date(2015, 4, 29),
        date(2015, 5, 4),
        date(2015, 5, 3),
    ),
}
SAID = {
    "a-working-day": "chậm nhất ngày 20/12/2013",
    "a-day-off": "chậm nhất ngày 20/09/2026, là ngày nghỉ nên tính đến hết thứ Hai 21/09/2026",
    "strictly-before": "trước ngày 30/11/2013 (đến hết thứ Sáu 29/11/2013)",
    "strictly-before-a-day-off": "trước ngày 15/12/2024 (đến hết thứ Bảy 14/12/2024)",
    "only-a-target": "phấn đấu hoàn thành đến ngày 29/11/2013",
    "a-contributor": "phấn đấu gửi đến hết thứ Sáu 13/11/2026",
    "a-contributor-with-a-last-day": "phấn đấu gửi đến hết thứ Sáu 13/11/2026, chậm nhất thứ Năm 31/12/2026",
    "extended": "trong Quý IV/2014 (chậm nhất ngày 31/12/2014), được gia hạn đến ngày 03/05/2015, "
    "là ngày nghỉ nên tính đến hết thứ Hai 04/05/2015",
}


@pytest.mark.parametrize("name", HELD)
def test_the_dates_a_case_is_held_to_have_one_wording(name):
    assert HELD[name].words == SAID[name]


@pytest.mark.parametrize(
    ("name", "day"),
    [("a-day-off", date(2026, 9, 20)), ("extended", date(2015, 5, 3)), ("a-contributor", date(2026, 11, 13))],
)
def test_a_short_text_names_the_same_day(name, day):
    assert HELD[name].named_day == day
