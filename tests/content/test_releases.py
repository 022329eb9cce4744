"""A plan and a calendar beside what is known to be released."""

from __future__ import annotations

from datetime import date

import pytest

from rules.province.releases import Release, ReleaseCounts, ReleaseState, compare, count

UNTIL = date(2027, 6, 30)
ADDRESS = "https://soyte.example.vn/thang-1"


def a_release(day: str, product: str = "Báo cáo dịch bệnh", address: str = "", sent: date | None = None) -> Release:
    return Release("SYT", product, day, address, sent)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2027-06-30", ReleaseState.NOT_RECORDED),
        ("2027-06", ReleaseState.NOT_RECORDED),
        ("2027-07-01", ReleaseState.TO_COME),
        ("2027-07", ReleaseState.TO_COME),
        ("quý II", ReleaseState.NOT_RECORDED),
    ],
)
def test_what_is_due_and_not_recorded_is_told_from_what_is_still_to_come(day: str, state: ReleaseState) -> None:
    [line] = compare([], [a_release(day)], [], UNTIL)
    assert line.state is state


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (a_release("2027-01-29", address=ADDRESS, sent=date(2027, 1, 29)), ReleaseState.RECORDED),
        (a_release("2027-01-29", address=ADDRESS, sent=date(2027, 1, 28)), ReleaseState.NOT_RECORDED),  # a promise
        (a_release("2027-01", address=ADDRESS, sent=date(2027, 1, 31)), ReleaseState.RECORDED),
        (a_release("2027-01-29", sent=date(2027, 2, 1)), ReleaseState.NOT_RECORDED),  # no address
        (a_release("2027-01-22", address=ADDRESS, sent=date(2027, 2, 1)), ReleaseState.NOT_RECORDED),  # another one
        (Release("STC", "Báo cáo dịch bệnh", "2027-01-29", ADDRESS, date(2027, 2, 1)), ReleaseState.NOT_RECORDED),
    ],
)
def test_only_an_address_sent_on_the_day_or_later_proves_a_release(record: Release, state: ReleaseState) -> None:
    [line] = compare([], [a_release("2027-01-29")], [record], UNTIL)
    assert line.state is state
    assert (line.recorded is record) is (state is ReleaseState.RECORDED)


def test_one_address_proves_one_release() -> None:
    record = a_release("2027-01", address=ADDRESS, sent=date(2027, 2, 1))
    lines = compare([], [a_release("2027-01-10"), a_release("2027-01-20")], [record], UNTIL)
    assert [line.state for line in lines] == [ReleaseState.RECORDED, ReleaseState.NOT_RECORDED]


def test_plan_and_calendar_of_one_month_are_one_line_and_each_may_stand_alone() -> None:
    planned = [a_release("2027-01"), a_release("2027-08"), a_release("2027-02", "Niên giám")]
    announced = [a_release("2027-01-29", "Báo cáo  dịch bệnh"), a_release("2027-03-29")]
    lines = compare(planned, announced, [], UNTIL)
    assert [(line.planned and line.planned.day, line.announced and line.announced.day) for line in lines] == [
        ("2027-01", "2027-01-29"),
        (None, "2027-03-29"),
        ("2027-08", None),
        ("2027-02", None),
    ]
    assert count(lines) == ReleaseCounts(planned=3, announced=2, recorded=0, not_recorded=3, to_come=1)
