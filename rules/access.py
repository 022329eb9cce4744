"""Roles and permissions: which action on which units a person may perform."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    DEPUTY = "deputy"
    AUDITOR = "auditor"


class Action(StrEnum):
    READ_BOARD = "read_board"  # every unit beside every other
    READ_CASES = "read_cases"  # of a unit
    READ_MAILS = "read_mails"  # whatever the mail catcher caught, whoever it was for
    READ_LOG = "read_log"
    HAND_IN = "hand_in"  # also: nothing to report, ask for more time, answer a return
    REGISTER = "register"  # what arrived on paper, in the unit's place
    RECORD_ACTIVITY = "record_activity"  # what a unit did for a duty outside its cases
    RECORD_TRIGGER = "record_trigger"  # that a document the plan waits for was issued
    MAKE_FORMS = "make_forms"  # the tables that units fill in
    DECIDE = "decide"  # accept, return, extend, waive
    RECORD_STEP = "record_step"  # approved, reported, published: of whoever owes the step, or in their place
    CHASE = "chase"  # whom to call and what was promised; notes the units never see
    CONVERSE = "converse"  # in the thread of a case
    APPROVE = "approve"
    SEE_OFFICE = "see_office"  # people, organisations, calendar, ladders, plan versions, as they are
    MANAGE = "manage"  # and change them
    SEE_WORK = "see_work"  # the lists of what waits for a person, as far as one of them is the visitor's
    TEND = "tend"  # the post: what was not delivered, addresses, channels
    SEE_POSTS = "see_posts"  # who holds which post of a unit, and who is invited
    OWN_ACCOUNT = "own_account"


ROLES = frozenset(Role)
GRANTED = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})  # to a person; every other role comes with a post
OF_THE_LEAD = frozenset({Role.COORDINATOR, Role.LEADER})
EVERYWHERE = GRANTED | OF_THE_LEAD  # whose word counts for every unit; the others see their own
ANSWERING = frozenset({Role.HEAD, Role.FOCAL_POINT, Role.DEPUTY})

TABLE: Mapping[Action, frozenset[Role]] = {
    Action.READ_BOARD: EVERYWHERE,
    Action.READ_CASES: ROLES,
    Action.READ_MAILS: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    Action.READ_LOG: GRANTED,
    Action.HAND_IN: ANSWERING,
    Action.REGISTER: frozenset({Role.COORDINATOR}),
    Action.RECORD_ACTIVITY: ANSWERING | {Role.COORDINATOR},
    Action.RECORD_TRIGGER: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.MAKE_FORMS: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.DECIDE: frozenset({Role.COORDINATOR, Role.LEADER}),
    Action.RECORD_STEP: OF_THE_LEAD | ANSWERING,
    Action.CHASE: OF_THE_LEAD,
    Action.CONVERSE: OF_THE_LEAD | ANSWERING,
    Action.APPROVE: frozenset({Role.LEADER}),
    Action.SEE_OFFICE: GRANTED | {Role.COORDINATOR},
    Action.SEE_WORK: frozenset({Role.COORDINATOR, Role.LEADER, Role.ADMINISTRATOR}),
    Action.TEND: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    Action.MANAGE: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_POSTS: ROLES - {Role.DEPUTY},
    Action.OWN_ACCOUNT: ROLES,
}

# post: who may hand it to somebody. Nobody may fill a post that may do more than his own.
FILLED_BY: Mapping[Role, frozenset[Role]] = {
    Role.DEPUTY: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD, Role.FOCAL_POINT}),
    Role.FOCAL_POINT: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD, Role.FOCAL_POINT}),
    Role.HEAD: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD}),
    Role.COORDINATOR: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    Role.LEADER: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
}


@dataclass(frozen=True)
class Holding:
    """A role, and the organisation whose post carries it; None for a role granted to the person."""

    role: Role
    organisation_id: int | None = None


class Holder(Protocol):
    @property
    def holdings(self) -> Collection[Holding]: ...


def may(visitor: Holder, action: Action, organisation_id: int | None = None) -> bool:
    """Without an organisation: whether the visitor may do it anywhere at all."""
    return _held(visitor, TABLE[action], organisation_id)


def may_fill(visitor: Holder, post: Role, organisation_id: int) -> bool:
    return _held(visitor, FILLED_BY.get(post, frozenset()), organisation_id)


def reach(visitor: Holder, action: Action) -> frozenset[int] | None:
    """Ids of the organisations for which the visitor may do it; None: all."""
    holdings = [holding for holding in visitor.holdings if holding.role in TABLE[action]]
    if any(holding.role in EVERYWHERE for holding in holdings):
        return None
    return frozenset(holding.organisation_id for holding in holdings if holding.organisation_id is not None)


def is_of(visitor: Holder, organisation_id: int) -> bool:
    """Whether the visitor holds a post of this organisation; others act in its place, and the record says so."""
    return any(holding.organisation_id == organisation_id for holding in visitor.holdings)


def _held(visitor: Holder, roles: Collection[Role], organisation_id: int | None) -> bool:
    return any(holding.role in roles and _reaches(holding, organisation_id) for holding in visitor.holdings)


def _reaches(holding: Holding, organisation_id: int | None) -> bool:
    return organisation_id is None or holding.role in EVERYWHERE or holding.organisation_id == organisation_id


# --- slowing down whoever guesses -----------------------------------------------------------------------------------

REMEMBERED = timedelta(hours=1)
# A try comes from a browser that has signed in as this person before, from a network where that person has, or from
# elsewhere. Failures are counted at one address and one source, at one address from all of elsewhere, and from one
# network at all addresses; what strangers do never slows a known browser, and a known network only by its own tries.
#
#                            this source, this address   elsewhere, this address   this network, all addresses
#   a known browser          5, then waits               –                         –
#   a known network          5, then waits               –                         40, then waits
#   from elsewhere           5, then waits               20, then waits            40, then waits
#
# Waits double from 15 seconds to 15 minutes and failures count for an hour: one source gets about 15 tries at an
# address in its first hour, all strangers together about 30, then fewer; a password and its code need both.
FREE_TRIES_OF_A_SOURCE = 5
FREE_TRIES_OF_STRANGERS = 20
FREE_TRIES_OF_A_NETWORK = 40  # a whole office may stand behind one address
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)  # slower, never locked out: else anybody could lock anybody out


def wait_after(failures: int, free: int) -> timedelta:
    """How long the next try must wait after so many failures within the hour; doubles each time."""
    if failures < free:
        return timedelta(0)
    doubled: int = 2 ** min(failures - free, 10)  # beyond that the longest wait holds anyway
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


# --- passwords ------------------------------------------------------------------------------------------------------

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
FEWEST_LETTERS = 6  # different ones


class PasswordProblem(StrEnum):
    SHORT = "short"
    LONG = "long"
    MONOTONOUS = "monotonous"
    PERSONAL = "personal"


def password_problem(password: str, personal: Collection[str]) -> PasswordProblem | None:
    """`personal`: words everybody knows of this person, such as the e-mail address."""
    if len(password) < SHORTEST_PASSWORD:
        return PasswordProblem.SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordProblem.LONG
    if len(set(password)) < FEWEST_LETTERS:
        return PasswordProblem.MONOTONOUS
    folded = password.casefold()
    known = {word.casefold() for words in personal for word in (words, words.partition("@")[0]) if len(word) > 3}
    return PasswordProblem.PERSONAL if any(word in folded for word in known) else None
