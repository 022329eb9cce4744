"""Status of a case at a moment, computed from its facts and never stored. What follows a hand-in: rules.steps."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.deadlines import local_day
from rules.plan import Text


class Status(StrEnum):
    WAITING_FOR_TRIGGER = "waiting_for_trigger"
    NOT_OPEN = "not_open"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    RETURNED = "returned"
    RETURNED_OVERDUE = "returned_overdue"  # the day set for completing it has passed
    RECEIVED = "received"
    RECEIVED_LATE = "received_late"
    ACCEPTED = "accepted"
    ACCEPTED_LATE = "accepted_late"
    STEPS_WAITING = "steps_waiting"  # of the whole case: handed in, a step that follows is open
    STEPS_PAST_TARGET = "steps_past_target"
    STEPS_OVERDUE = "steps_overdue"
    NIL_RETURN = "nil_return"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    SUPERSEDED = "superseded"


ANSWERED = frozenset({Status.RECEIVED, Status.RECEIVED_LATE, Status.ACCEPTED, Status.ACCEPTED_LATE, Status.NIL_RETURN})
LATE = frozenset({Status.RECEIVED_LATE, Status.ACCEPTED_LATE})
STEPS = frozenset({Status.STEPS_WAITING, Status.STEPS_PAST_TARGET, Status.STEPS_OVERDUE})
COMPLETE = ANSWERED | STEPS  # handed in and not sent back, whether or not the steps that follow are done
RETURNED = frozenset({Status.RETURNED, Status.RETURNED_OVERDUE})
HANDED_IN = COMPLETE | RETURNED  # a return for completion does not take back that it was handed in
OVERDUE = frozenset({Status.OVERDUE, Status.STEPS_OVERDUE, Status.RETURNED_OVERDUE})
UNANSWERED = frozenset({Status.OPEN, Status.DUE_SOON, Status.OVERDUE})
EXEMPT = frozenset({Status.WAIVED, Status.NOT_APPLICABLE, Status.SUPERSEDED})
DONE = frozenset({Status.ACCEPTED, Status.ACCEPTED_LATE, Status.NIL_RETURN}) | EXEMPT
OPEN = frozenset({Status.OPEN, Status.DUE_SOON, Status.OVERDUE}) | RETURNED

LABELS: dict[Status, Text] = {
    Status.WAITING_FOR_TRIGGER: Text("Chờ điều kiện", "Waiting for its trigger"),
    Status.NOT_OPEN: Text("Chưa đến kỳ thực hiện", "Not open yet"),
    Status.OPEN: Text("Chưa gửi", "Not submitted"),
    Status.DUE_SOON: Text("Sắp đến hạn, chưa gửi", "Due soon, not submitted"),
    Status.OVERDUE: Text("Quá hạn, chưa gửi", "Overdue"),
    Status.RETURNED: Text("Đề nghị bổ sung", "Returned for completion"),
    Status.RETURNED_OVERDUE: Text("Quá hạn bổ sung", "Completion overdue"),
    Status.RECEIVED: Text("Đã gửi đúng hạn", "Received on time"),
    Status.RECEIVED_LATE: Text("Đã gửi sau hạn", "Received late"),
    Status.ACCEPTED: Text("Đã chấp nhận, đúng hạn", "Accepted, on time"),
    Status.ACCEPTED_LATE: Text("Đã chấp nhận, sau hạn", "Accepted, late"),
    Status.STEPS_WAITING: Text("Đã nộp, còn bước sau khi nộp", "Handed in, steps to follow"),
    Status.STEPS_PAST_TARGET: Text("Đã nộp, có bước quá mốc phấn đấu", "Handed in, a step past its target"),
    Status.STEPS_OVERDUE: Text("Đã nộp, có bước quá hạn", "Handed in, a step overdue"),
    Status.NIL_RETURN: Text("Không phát sinh", "Nil return"),
    Status.WAIVED: Text("Được miễn", "Waived"),
    Status.NOT_APPLICABLE: Text("Không áp dụng", "Not applicable"),
    Status.SUPERSEDED: Text("Đã được thay thế", "Superseded"),
}


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


def colour(status: Status) -> Colour:
    if status in ANSWERED:
        return Colour.GREEN
    if status in OVERDUE:
        return Colour.RED
    return Colour.YELLOW if status in OPEN | STEPS else Colour.GREY


@dataclass(frozen=True)
class CaseFacts:
    """Moments are aware UTC or None."""

    opens_at: datetime | None  # None: waits for its trigger
    due_soon_at: datetime | None
    late_at: datetime | None  # the first late moment, 24:00 of the last day or of the agreed day; None: never overdue
    due_soon_until: datetime | None = None  # where there is only a target: its end, after which it is merely open
    received_at: datetime | None = None
    returned_at: datetime | None = None
    return_by: date | None = None  # the last day for completing it
    accepted_at: datetime | None = None
    outcome: str | None = None  # "nil_return" | "waived" | "not_applicable" | "superseded"
    outcome_at: datetime | None = None


def status_of(facts: CaseFacts, now: datetime) -> Status:
    """The first condition that holds, in the order of the CASE WHEN that answers the same question in SQL.

    What lies after `now` has not happened yet, so the status of any past day can be computed.
    """
    received = facts.received_at if _reached(facts.received_at, now) else facts.accepted_at
    late = facts.late_at is not None and received is not None and received >= facts.late_at
    if facts.outcome is not None and _reached(facts.outcome_at, now):
        return Status(facts.outcome)
    if _reached(facts.accepted_at, now) and not _returned_since(facts, now):
        return Status.ACCEPTED_LATE if late else Status.ACCEPTED
    if _reached(facts.returned_at, now):
        passed = facts.return_by is not None and facts.return_by < local_day(now)
        return Status.RETURNED_OVERDUE if passed else Status.RETURNED
    if _reached(facts.received_at, now):
        return Status.RECEIVED_LATE if late else Status.RECEIVED
    return _by_dates(facts, now)


def _by_dates(facts: CaseFacts, now: datetime) -> Status:
    if facts.opens_at is None:
        return Status.WAITING_FOR_TRIGGER
    if facts.opens_at > now:
        return Status.NOT_OPEN
    if _reached(facts.late_at, now):
        return Status.OVERDUE
    if _reached(facts.due_soon_at, now) and not _reached(facts.due_soon_until, now):
        return Status.DUE_SOON
    return Status.OPEN


def _reached(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _returned_since(facts: CaseFacts, now: datetime) -> bool:
    if facts.returned_at is None or facts.accepted_at is None:
        return False
    return facts.accepted_at < facts.returned_at <= now


# --- an occurrence, from the statuses of its cases ----------------------------------------------------------------


class OccurrenceStatus(StrEnum):
    NOT_DUE = "not_due"
    SOON = "soon"
    WAITING = "waiting"
    OVERDUE = "overdue"
    STEPS_WAITING = "steps_waiting"
    STEPS_PAST_TARGET = "steps_past_target"
    DONE = "done"
    LATE_DONE = "late_done"
    WAIVED = "waived"
    WAITING_FOR_TRIGGER = "waiting_for_trigger"


OCCURRENCE_LABELS: dict[OccurrenceStatus, Text] = {
    OccurrenceStatus.NOT_DUE: Text("Chưa đến hạn", "Not due"),
    OccurrenceStatus.SOON: Text("Sắp đến hạn", "Due soon"),
    OccurrenceStatus.WAITING: Text("Đang chờ nộp", "Waiting for answers"),
    OccurrenceStatus.OVERDUE: Text("Quá hạn", "Overdue"),
    OccurrenceStatus.STEPS_WAITING: Text("Chờ bước sau khi nộp", "Waiting for steps"),
    OccurrenceStatus.STEPS_PAST_TARGET: Text("Bước quá mốc phấn đấu", "A step past its target"),
    OccurrenceStatus.DONE: Text("Đủ", "Complete"),
    OccurrenceStatus.LATE_DONE: Text("Nộp trễ", "Complete, some late"),
    OccurrenceStatus.WAIVED: Text("Không áp dụng", "Not applicable"),
    OccurrenceStatus.WAITING_FOR_TRIGGER: Text("Chờ điều kiện", "Waiting for its trigger"),
}

OCCURRENCE_COLOURS: dict[OccurrenceStatus, Colour] = {
    OccurrenceStatus.NOT_DUE: Colour.GREY,
    OccurrenceStatus.SOON: Colour.YELLOW,
    OccurrenceStatus.WAITING: Colour.YELLOW,
    OccurrenceStatus.OVERDUE: Colour.RED,
    OccurrenceStatus.STEPS_WAITING: Colour.YELLOW,
    OccurrenceStatus.STEPS_PAST_TARGET: Colour.YELLOW,
    OccurrenceStatus.DONE: Colour.GREEN,
    OccurrenceStatus.LATE_DONE: Colour.GREEN,
    OccurrenceStatus.WAIVED: Colour.GREY,
    OccurrenceStatus.WAITING_FOR_TRIGGER: Colour.GREY,
}


def occurrence_status(counts: Mapping[Status, int]) -> OccurrenceStatus:
    """From the standings of its cases: done only when everything is handed in and every step behind it is done."""
    present = {status for status, count in counts.items() if count}
    applicable = present - EXEMPT
    if present & OVERDUE:
        return OccurrenceStatus.OVERDUE
    if applicable and applicable <= COMPLETE:
        return _when_handed_in(applicable)
    if present and not applicable:
        return OccurrenceStatus.WAIVED
    if Status.DUE_SOON in present:
        return OccurrenceStatus.SOON
    if applicable & (OPEN | HANDED_IN):
        return OccurrenceStatus.WAITING
    return OccurrenceStatus.WAITING_FOR_TRIGGER if Status.WAITING_FOR_TRIGGER in present else OccurrenceStatus.NOT_DUE


def _when_handed_in(present: Set[Status]) -> OccurrenceStatus:
    if Status.STEPS_PAST_TARGET in present:
        return OccurrenceStatus.STEPS_PAST_TARGET
    if Status.STEPS_WAITING in present:
        return OccurrenceStatus.STEPS_WAITING
    return OccurrenceStatus.LATE_DONE if present & LATE else OccurrenceStatus.DONE


def ratio(counts: Mapping[Status, int]) -> tuple[int, int]:
    """How many have handed in, and how many must: not those exempt. What follows the hand-ins is counted apart."""
    answered = sum(count for status, count in counts.items() if status in HANDED_IN)
    return answered, sum(count for status, count in counts.items() if status not in EXEMPT)
