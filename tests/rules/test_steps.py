from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rules.plan import Severity
from rules.status import CaseFacts, Status
from rules.steps import STEP_LABELS, StepFacts, StepState, standing_of, step_state, steps_state

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
OPENS = datetime(2013, 9, 30, 17, tzinfo=UTC)
TARGET = date(2013, 11, 29)
AFTER_TARGET = datetime(2013, 11, 29, 17, tzinfo=UTC)  # 30/11/2013 00:00 in the province
LATE = datetime(2013, 12, 31, 17, tzinfo=UTC)  # the end of «Quý IV»
IN = CaseFacts(OPENS, None, LATE, received_at=OPENS + DAY)
HARD, SOFT = StepFacts(Severity.HARD, TARGET), StepFacts(Severity.SOFT, TARGET)


@pytest.mark.parametrize(
    ("step", "now", "state"),
    [
        (HARD, AFTER_TARGET - TICK, StepState.WAITING),
        (HARD, AFTER_TARGET, StepState.PAST_TARGET),
        (HARD, LATE - TICK, StepState.PAST_TARGET),
        (HARD, LATE, StepState.OVERDUE),
        (replace(HARD, severity=Severity.MEDIUM), LATE, StepState.OVERDUE),
        (SOFT, AFTER_TARGET, StepState.PAST_TARGET),
        (SOFT, LATE + 1000 * DAY, StepState.PAST_TARGET),
        (replace(HARD, severity=None), LATE + DAY, StepState.PAST_TARGET),
        (replace(HARD, target_day=None), LATE - TICK, StepState.WAITING),
        (replace(HARD, target_day=None), LATE, StepState.OVERDUE),
        (replace(SOFT, target_day=None), LATE + DAY, StepState.WAITING),
        (replace(HARD, target_day=date(2014, 1, 15)), LATE + DAY, StepState.WAITING),
        (replace(HARD, applicable=False), LATE + DAY, StepState.NOT_APPLICABLE),
    ],
)
def test_a_step_is_overdue_when_its_target_and_the_last_day_of_its_case_have_passed(step, now, state):
    assert step_state(step, LATE, now) is state


def test_a_binding_step_of_a_case_that_is_never_late_is_overdue_after_its_target():
    assert step_state(HARD, None, AFTER_TARGET - TICK) is StepState.WAITING
    assert step_state(HARD, None, AFTER_TARGET) is StepState.OVERDUE
    assert step_state(replace(HARD, target_day=None), None, LATE) is StepState.WAITING


def test_a_step_done_or_recorded_later_was_not_done_yet():
    blank = replace(HARD, superseded_at=LATE + DAY)
    done = replace(HARD, done_on=date(2013, 12, 2), recorded_at=LATE + DAY)
    assert standing_of(IN, [blank, done], LATE) is Status.STEPS_OVERDUE
    assert standing_of(IN, [blank, done], LATE + DAY) is Status.RECEIVED
    ahead = replace(HARD, done_on=date(2014, 1, 3), recorded_at=LATE)
    assert step_state(ahead, LATE, LATE) is StepState.OVERDUE
    assert step_state(ahead, LATE, LATE + 2 * DAY) is StepState.DONE


def test_a_step_that_was_taken_back_is_open_again():
    done = replace(HARD, done_on=TARGET, recorded_at=AFTER_TARGET)
    assert standing_of(IN, [done], LATE) is Status.RECEIVED
    assert standing_of(IN, [replace(done, done_on=None, recorded_at=None)], LATE) is Status.STEPS_OVERDUE


DONE = replace(HARD, done_on=TARGET)
AWAY = replace(HARD, applicable=False)
TO_COME = replace(HARD, target_day=date(2014, 3, 1))


@pytest.mark.parametrize(
    ("steps", "state", "standing"),
    [
        ([], StepState.NOT_APPLICABLE, Status.RECEIVED),
        ([AWAY], StepState.NOT_APPLICABLE, Status.RECEIVED),
        ([AWAY, DONE], StepState.DONE, Status.RECEIVED),
        ([DONE, TO_COME], StepState.WAITING, Status.STEPS_WAITING),
        ([DONE, TO_COME, SOFT], StepState.PAST_TARGET, Status.STEPS_PAST_TARGET),
        ([HARD, SOFT, TO_COME, DONE], StepState.OVERDUE, Status.STEPS_OVERDUE),
    ],
)
def test_the_worst_open_step_speaks_for_the_case(steps, state, standing):
    assert (steps_state(IN, steps, LATE), standing_of(IN, steps, LATE)) == (state, standing)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (replace(IN, received_at=None), Status.OVERDUE),
        (replace(IN, returned_at=OPENS + 2 * DAY), Status.RETURNED),
        (replace(IN, outcome="nil_return", outcome_at=OPENS), Status.NIL_RETURN),
        (replace(IN, outcome="waived", outcome_at=OPENS), Status.WAIVED),
    ],
)
def test_while_the_hand_in_is_what_is_missing_or_nothing_is_owed_steps_do_not_count(facts, status):
    assert standing_of(facts, [HARD], LATE) is status


def test_every_state_has_a_label_in_both_languages():
    assert all(STEP_LABELS[state].vi and STEP_LABELS[state].en for state in StepState)
