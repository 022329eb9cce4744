from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.status import (
    ANSWERED,
    DONE,
    EXEMPT,
    LABELS,
    OCCURRENCE_COLOURS,
    OCCURRENCE_LABELS,
    OPEN,
    OVERDUE,
    STEPS,
    CaseFacts,
    Colour,
    OccurrenceStatus,
    Status,
    colour,
    occurrence_status,
    status_of,
)

OPENS = datetime(2013, 10, 22, 17, tzinfo=UTC)
SOON = datetime(2013, 11, 25, 17, tzinfo=UTC)
LATE = datetime(2013, 11, 29, 17, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
AWAITED = CaseFacts(OPENS, SOON, LATE)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (OPENS - TICK, Status.NOT_OPEN),
        (OPENS, Status.OPEN),
        (SOON - TICK, Status.OPEN),
        (SOON, Status.DUE_SOON),
        (LATE - TICK, Status.DUE_SOON),
        (LATE, Status.OVERDUE),
    ],
)
def test_an_unanswered_case_moves_with_the_days(now, status):
    assert status_of(AWAITED, now) is status


def test_a_case_without_an_opening_waits_for_its_trigger_and_is_never_overdue():
    assert status_of(replace(AWAITED, opens_at=None), LATE + DAY) is Status.WAITING_FOR_TRIGGER


def test_a_soft_case_is_never_overdue():
    assert status_of(CaseFacts(OPENS, SOON, None), LATE + 1000 * DAY) is Status.DUE_SOON


@pytest.mark.parametrize(("received_at", "status"), [(LATE - TICK, Status.RECEIVED), (LATE, Status.RECEIVED_LATE)])
def test_the_last_moment_before_midnight_is_on_time(received_at, status):
    assert status_of(replace(AWAITED, received_at=received_at), LATE + DAY) is status


def test_what_came_before_the_opening_counts_as_received():
    assert status_of(replace(AWAITED, received_at=OPENS - DAY), OPENS - TICK) is Status.RECEIVED


def test_a_return_shows_but_does_not_make_a_punctual_unit_late():
    returned = replace(AWAITED, received_at=LATE - DAY, returned_at=LATE + DAY)
    assert status_of(returned, LATE + 2 * DAY) is Status.RETURNED
    accepted = replace(returned, accepted_at=LATE + 3 * DAY)
    assert status_of(accepted, LATE + 3 * DAY) is Status.ACCEPTED


def test_a_return_after_an_acceptance_shows_again():
    facts = replace(AWAITED, received_at=SOON, accepted_at=SOON + DAY, returned_at=SOON + 2 * DAY)
    assert status_of(facts, SOON + 2 * DAY) is Status.RETURNED


def test_an_acceptance_of_the_same_moment_stands_above_the_return():
    assert status_of(replace(AWAITED, received_at=SOON, accepted_at=LATE, returned_at=LATE), LATE) is Status.ACCEPTED


def test_acceptance_remembers_that_the_answer_was_late():
    facts = replace(AWAITED, received_at=LATE, accepted_at=LATE + DAY)
    assert status_of(facts, LATE + DAY) is Status.ACCEPTED_LATE


def test_what_is_accepted_without_a_receipt_is_judged_by_the_acceptance():
    assert status_of(replace(AWAITED, accepted_at=LATE), LATE) is Status.ACCEPTED_LATE
    assert status_of(replace(AWAITED, accepted_at=LATE - TICK), LATE) is Status.ACCEPTED


@pytest.mark.parametrize("outcome", ["nil_return", "waived", "not_applicable", "superseded"])
def test_an_outcome_stands_above_all_else(outcome):
    facts = replace(AWAITED, received_at=SOON, accepted_at=SOON, outcome=outcome, outcome_at=LATE)
    assert status_of(facts, LATE) == outcome
    assert status_of(facts, LATE - TICK) is Status.ACCEPTED


def test_an_extension_is_a_later_late_moment():
    assert status_of(replace(AWAITED, late_at=LATE + 10 * DAY), LATE + DAY) is Status.DUE_SOON


# Half days, so that two moments often coincide.
NOW = st.integers(-10, 60).map(lambda halves: SOON + halves * DAY / 2)
MOMENTS = st.none() | NOW
FACTS = st.builds(
    CaseFacts,
    opens_at=MOMENTS,
    due_soon_at=MOMENTS,
    late_at=MOMENTS,
    received_at=MOMENTS,
    returned_at=MOMENTS,
    accepted_at=MOMENTS,
    outcome=st.sampled_from([None, "nil_return", "waived", "not_applicable", "superseded"]),
    outcome_at=MOMENTS,
)


@given(FACTS, NOW)
def test_yesterdays_status_does_not_know_what_happened_today(facts, now):
    def known(moment):
        return moment if moment is not None and moment <= now else None

    then = replace(
        facts,
        received_at=known(facts.received_at),
        returned_at=known(facts.returned_at),
        accepted_at=known(facts.accepted_at),
        outcome_at=known(facts.outcome_at),
    )
    assert status_of(facts, now) is status_of(then, now)


@given(FACTS, NOW)
def test_nobody_is_overdue_before_the_last_day_has_ended(facts, now):
    if status_of(facts, now) is Status.OVERDUE:
        assert facts.late_at is not None
        assert facts.late_at <= now


def test_every_status_has_a_label_in_both_languages_and_a_colour():
    assert set(LABELS) == set(Status)
    assert set(OCCURRENCE_LABELS) == set(OCCURRENCE_COLOURS) == set(OccurrenceStatus)
    assert all(text.vi and text.en for text in (*LABELS.values(), *OCCURRENCE_LABELS.values()))


def test_red_means_overdue_and_nothing_else():
    assert {status for status in Status if colour(status) is Colour.RED} == OVERDUE


def test_green_is_answered_yellow_is_open_grey_is_the_rest():
    by_colour = {shade: {status for status in Status if colour(status) is shade} for shade in Colour}
    assert by_colour[Colour.GREEN] == ANSWERED
    assert by_colour[Colour.YELLOW] == (OPEN | STEPS) - OVERDUE
    assert by_colour[Colour.GREY] == EXEMPT | {Status.NOT_OPEN, Status.WAITING_FOR_TRIGGER}


def test_what_is_done_is_not_open():
    assert not DONE & OPEN


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, OccurrenceStatus.NOT_DUE),
        ({Status.NOT_OPEN: 33}, OccurrenceStatus.NOT_DUE),
        ({Status.WAITING_FOR_TRIGGER: 1}, OccurrenceStatus.WAITING_FOR_TRIGGER),
        ({Status.OPEN: 33, Status.OVERDUE: 0}, OccurrenceStatus.WAITING),
        ({Status.OPEN: 21, Status.RECEIVED: 12}, OccurrenceStatus.WAITING),
        ({Status.DUE_SOON: 21, Status.RECEIVED: 12}, OccurrenceStatus.SOON),
        ({Status.RECEIVED: 32, Status.RETURNED: 1}, OccurrenceStatus.WAITING),
        ({Status.RECEIVED: 32, Status.OVERDUE: 1}, OccurrenceStatus.OVERDUE),
        ({Status.RECEIVED: 30, Status.ACCEPTED: 1, Status.NIL_RETURN: 1, Status.WAIVED: 1}, OccurrenceStatus.DONE),
        ({Status.RECEIVED: 32, Status.RECEIVED_LATE: 1}, OccurrenceStatus.LATE_DONE),
        ({Status.ACCEPTED: 32, Status.ACCEPTED_LATE: 1}, OccurrenceStatus.LATE_DONE),
        ({Status.WAIVED: 2, Status.NOT_APPLICABLE: 1, Status.SUPERSEDED: 1}, OccurrenceStatus.WAIVED),
        ({Status.NOT_OPEN: 32, Status.RECEIVED: 1}, OccurrenceStatus.WAITING),
        ({Status.STEPS_WAITING: 32, Status.ACCEPTED: 1}, OccurrenceStatus.STEPS_WAITING),
        ({Status.STEPS_WAITING: 32, Status.STEPS_PAST_TARGET: 1}, OccurrenceStatus.STEPS_PAST_TARGET),
        ({Status.STEPS_WAITING: 32, Status.STEPS_OVERDUE: 1}, OccurrenceStatus.OVERDUE),
        ({Status.STEPS_PAST_TARGET: 32, Status.OPEN: 1}, OccurrenceStatus.WAITING),
        ({Status.STEPS_WAITING: 32, Status.DUE_SOON: 1}, OccurrenceStatus.SOON),
        ({Status.STEPS_WAITING: 1, Status.WAIVED: 32}, OccurrenceStatus.STEPS_WAITING),
    ],
)
def test_an_occurrence_shows_the_most_pressing_truth_of_its_cases(counts, shown):
    assert occurrence_status(counts) is shown


def test_an_occurrence_is_named_in_the_coordinators_words():
    assert [OCCURRENCE_LABELS[status].vi for status in OccurrenceStatus] == [
        "Chưa đến hạn",
        "Sắp đến hạn",
        "Đang chờ nộp",
        "Quá hạn",
        "Chờ bước sau khi nộp",
        "Bước quá mốc phấn đấu",
        "Đủ",
        "Nộp trễ",
        "Không áp dụng",
        "Chờ điều kiện",
    ]
