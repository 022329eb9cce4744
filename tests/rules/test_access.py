from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from rules.access import (
    EVERYWHERE,
    FILLED_BY,
    FREE_TRIES_OF_A_SOURCE,
    LONGEST_WAIT,
    TABLE,
    Action,
    Holding,
    PasswordProblem,
    Role,
    may,
    may_fill,
    password_problem,
    reach,
    wait_after,
)

HEALTH, FINANCE, LEAD = 1, 2, 3


@dataclass(frozen=True)
class Somebody:
    holdings: frozenset[Holding]


def somebody(*holdings: tuple[Role, int | None]) -> Somebody:
    return Somebody(frozenset(Holding(role, unit) for role, unit in holdings))


HUNG = somebody((Role.FOCAL_POINT, HEALTH))
LAN = somebody((Role.COORDINATOR, LEAD))
AUDITOR = somebody((Role.AUDITOR, None))


def test_every_action_is_in_the_table():
    assert set(TABLE) == set(Action)


def test_a_focal_point_acts_for_the_own_unit_only():
    assert may(HUNG, Action.HAND_IN, HEALTH)
    assert not may(HUNG, Action.HAND_IN, FINANCE)
    assert reach(HUNG, Action.READ_CASES) == {HEALTH}


def test_a_coordinator_sees_every_unit_and_hands_in_for_none():
    assert may(LAN, Action.READ_CASES, HEALTH)
    assert reach(LAN, Action.READ_CASES) is None
    assert not may(LAN, Action.HAND_IN, HEALTH)


def test_who_holds_posts_of_two_units_sees_both():
    both = somebody((Role.HEAD, HEALTH), (Role.DEPUTY, FINANCE))
    assert reach(both, Action.READ_CASES) == {HEALTH, FINANCE}


def test_who_coordinates_and_answers_for_the_lead_hands_in_for_the_lead_only():
    both = somebody((Role.COORDINATOR, LEAD), (Role.FOCAL_POINT, LEAD))
    assert may(both, Action.HAND_IN, LEAD)
    assert not may(both, Action.HAND_IN, HEALTH)


@pytest.mark.parametrize("action", [a for a in Action if not a.startswith(("read_", "see_", "own_"))])
def test_an_auditor_changes_nothing(action: Action):
    assert not may(AUDITOR, action)


def test_only_leaders_approve():
    assert TABLE[Action.APPROVE] == {Role.LEADER}


def test_who_holds_nothing_may_nothing():
    assert not any(may(somebody(), action) for action in Action)


def test_nobody_can_hand_on_a_post_that_may_more_than_his_own():
    """A focal point of the lead must not make a friend coordinator."""
    for post, fillers in FILLED_BY.items():
        unit_people = fillers - EVERYWHERE
        assert not (post in EVERYWHERE and unit_people), post
    assert not may_fill(somebody((Role.FOCAL_POINT, LEAD)), Role.COORDINATOR, LEAD)
    assert not may_fill(somebody((Role.COORDINATOR, LEAD)), Role.LEADER, LEAD)
    assert not may_fill(HUNG, Role.HEAD, HEALTH)


def test_a_head_hands_over_posts_of_the_own_unit_only():
    head = somebody((Role.HEAD, HEALTH))
    assert may_fill(head, Role.FOCAL_POINT, HEALTH)
    assert not may_fill(head, Role.FOCAL_POINT, FINANCE)


def test_a_role_that_is_granted_is_not_filled_like_a_post():
    assert not may_fill(somebody((Role.ADMINISTRATOR, None)), Role.ADMINISTRATOR, HEALTH)


def test_guessing_becomes_slower_but_never_ends():
    waits = [wait_after(failures, FREE_TRIES_OF_A_SOURCE) for failures in range(100)]
    assert waits[:FREE_TRIES_OF_A_SOURCE] == [timedelta(0)] * FREE_TRIES_OF_A_SOURCE
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("mười một ký", PasswordProblem.SHORT),
        ("x" * 201, PasswordProblem.LONG),
        ("ababababababab", PasswordProblem.MONOTONOUS),
        ("Dau-Moi.SYT nhé", PasswordProblem.PERSONAL),
        ("con ngựa trắng qua cầu", None),
    ],
)
def test_a_password_is_long_varied_and_not_the_own_name(password: str, problem: PasswordProblem | None):
    assert password_problem(password, ("dau-moi.syt@example.vn",)) == problem
