"""What was known of a case at a moment, and in which one column of a report it stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from builders import at
from hypothesis import given
from hypothesis import strategies as st

from rules.case_history import Act, KnownCase, known
from rules.punctuality import ReportOutcome, report_outcome

MONDAY = at("2014-01-06")
DAY = timedelta(days=1)
RECEIVED = Act(MONDAY, "hand_in", MONDAY - DAY, "12/BC")
AGAIN = Act(MONDAY + 4 * DAY, "hand_in", MONDAY + 4 * DAY, "15/BC")
RETURNED = Act(MONDAY + DAY, "return", until=date(2014, 1, 20))
EXTENDED = Act(MONDAY, "extend", until=date(2014, 2, 3))
NOTHING = Act(MONDAY, "nil_return")
REOPENED = Act(MONDAY + DAY, "reopen")

HISTORIES = {
    "nothing": ((), KnownCase()),
    "received": ((RECEIVED,), KnownCase(MONDAY - DAY, "12/BC")),
    "returned": ((RECEIVED, RETURNED), KnownCase(MONDAY - DAY, "12/BC", returned=True)),
    "answered again": ((RECEIVED, RETURNED, AGAIN), KnownCase(MONDAY - DAY, "15/BC")),
    "accepted after a return": (
        (RECEIVED, RETURNED, Act(MONDAY + 2 * DAY, "accept")),
        KnownCase(MONDAY - DAY, "12/BC"),
    ),
    "an earlier receipt told later": (
        (Act(MONDAY, "hand_in", MONDAY, "12/BC"), Act(MONDAY + DAY, "hand_in", MONDAY - DAY, "11/BC")),
        KnownCase(MONDAY - DAY, "11/BC"),
    ),
    "extended": ((EXTENDED,), KnownCase(extended_to=date(2014, 2, 3))),
    "extended twice": (
        (EXTENDED, Act(MONDAY + DAY, "extend", until=date(2014, 3, 3))),
        KnownCase(extended_to=date(2014, 3, 3)),
    ),
    "nothing arose": ((NOTHING,), KnownCase(outcome="nil_return", outcome_at=MONDAY)),
    "reopened": ((NOTHING, REOPENED), KnownCase()),
    "another decision": ((RECEIVED, Act(MONDAY + DAY, "adjust")), KnownCase(MONDAY - DAY, "12/BC")),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_a_case_is_known_by_its_acts(history: str) -> None:
    acts, facts = HISTORIES[history]
    assert known(reversed(acts)) == facts  # in whatever order they are read


FIRST, AGREED = date(2013, 12, 31), date(2014, 2, 3)
BEFORE, LATER, AFTER_ALL = date(2013, 12, 30), date(2014, 1, 8), date(2014, 2, 4)


@pytest.mark.parametrize(
    ("closed", "received", "last", "as_of", "outcome"),
    [
        (None, None, FIRST, BEFORE, ReportOutcome.NOT_DUE),
        (None, None, FIRST, FIRST, ReportOutcome.NOT_DUE),
        (None, None, FIRST, LATER, ReportOutcome.MISSING),
        (None, FIRST, FIRST, LATER, ReportOutcome.ON_TIME),
        (None, LATER, FIRST, LATER, ReportOutcome.LATE),
        (None, None, AGREED, LATER, ReportOutcome.EXTENDED),
        (None, None, AGREED, BEFORE, ReportOutcome.NOT_DUE),
        (None, LATER, AGREED, LATER, ReportOutcome.ON_TIME),
        (None, None, AGREED, AFTER_ALL, ReportOutcome.MISSING),
        ("nil_return", None, FIRST, LATER, ReportOutcome.NIL_RETURN),
        ("waived", None, FIRST, LATER, ReportOutcome.WAIVED),
        ("not_applicable", None, FIRST, LATER, ReportOutcome.NOT_APPLICABLE),
        ("superseded", None, FIRST, LATER, ReportOutcome.NOT_APPLICABLE),
    ],
)
def test_a_case_stands_in_one_column(
    closed: str | None, received: date | None, last: date, as_of: date, outcome: ReportOutcome
) -> None:
    assert report_outcome(closed, received, FIRST, last, as_of) is outcome


@given(st.none() | st.dates(), st.dates(), st.dates())
def test_not_due_is_only_what_lies_ahead(received: date | None, last: date, as_of: date) -> None:
    outcome = report_outcome(None, received, last, last, as_of)
    assert (outcome is ReportOutcome.NOT_DUE) == (received is None and last >= as_of)
