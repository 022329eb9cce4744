"""A named person decides upon a case as its page showed it; whoever was quicker is told of first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.queries.cases import case_file as queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.queries.content.rows import faulty_tables
from rules.deadlines import local_day
from rules.office import Office
from rules.status import RETURNED, Status, status_of
from rules.step_records import conditional_steps
from services.cases import decide as review
from services.cases.case_file import LogLine, tell
from services.errors import Refused

UNANSWERED = frozenset({Status.WAITING_FOR_TRIGGER, Status.NOT_OPEN, Status.OPEN, Status.DUE_SOON, Status.OVERDUE})
RECEIVED = frozenset({Status.RECEIVED, Status.RECEIVED_LATE})
ACCEPTED = frozenset({Status.ACCEPTED, Status.ACCEPTED_LATE})

# what may be decided, and while the case stands where
CHOICES: Mapping[str, frozenset[Status]] = {
    "accept": RECEIVED | RETURNED,
    "return": RECEIVED | ACCEPTED | {Status.RETURNED_OVERDUE},
    "extend": UNANSWERED - {Status.WAITING_FOR_TRIGGER},
    "waive": UNANSWERED,
    "nil_return": UNANSWERED,
    "not_applicable": UNANSWERED,
    "reopen": ACCEPTED | {Status.NIL_RETURN, Status.WAIVED, Status.NOT_APPLICABLE},
}
FARTHEST = timedelta(days=3 * 366)  # a year mistyped
NEEDS_DAY = frozenset({"return", "extend"})
NEEDS_REASON = frozenset(CHOICES) - {"accept"}


@dataclass(frozen=True)
class Order:
    kind: str
    reason: str
    until: date | None
    seen: int  # the newest entry of the log on the page it was decided from


class DecisionRefused(Refused):
    """`problem`: kind, reason, long, day, past, far, not_later, stage, closed, unanswered."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class ConcurrentDecision(Exception):
    """The case has changed since the page was shown."""

    def __init__(self, told: tuple[LogLine, ...]) -> None:
        super().__init__()
        self.told = told


def choices(status: Status, soft: bool) -> tuple[str, ...]:
    """`soft`: nothing is late there, so there is nothing to extend."""
    return tuple(kind for kind, where in CHOICES.items() if status in where and not (soft and kind == "extend"))


def decide(session: Session, office: Office, case_id: int, order: Order, by: str, now: datetime) -> None:
    """Raises ConcurrentDecision, DecisionRefused."""
    file = as_seen(session, case_id, order.seen)
    faulty = faulty_tables(session, [case_id]).get(case_id)
    problem = problem_of(office, file, order, now, faulty=faulty is not None)
    if problem:
        raise DecisionRefused(problem)
    if order.kind == "accept":
        review.accept(session, file, by, now, order.reason, faulty)
    elif order.kind == "return":
        assert order.until is not None
        review.return_for_completion(session, file, by, now, order.reason, order.until)
    elif order.kind == "extend":
        assert order.until is not None
        review.extend(session, office, file, by, now, order.reason, order.until)
    elif order.kind == "reopen":
        review.reopen(session, file, by, now, order.reason)
    else:
        review.close_without_submission(session, file, order.kind, by, now, order.reason)


def problem_of(office: Office, file: CaseFile, order: Order, now: datetime, *, faulty: bool) -> str:
    """Why this cannot be decided about this case now; empty: it can. `faulty`: its table is not good as a whole."""
    status = status_of(facts_of(file.case, file.term), now)
    last = file.statutory.late_after
    if order.kind not in choices(status, last is None):
        return "kind"
    if not order.reason and (order.kind in NEEDS_REASON or (order.kind == "accept" and faulty)):
        return "reason"
    if order.kind == "accept" and file.case.adjusted is None and conditional_steps(office.plan, file.obligation.code):
        return "unanswered"  # once it is closed nobody can say any more whether something is adjusted
    if order.kind not in NEEDS_DAY:
        return ""
    if order.until is None:
        return "day"
    if order.until < local_day(now):
        return "past"
    if order.until > local_day(now) + FARTHEST:
        return "far"
    held_to = [day for day in (last, file.occurrence.late_after) if order.kind == "extend" and day is not None]
    return "not_later" if any(order.until <= day for day in held_to) else ""


def as_seen(session: Session, case_id: int, newest: int) -> CaseFile:
    """Held. `newest`: of the log, when the case was shown. Raises ConcurrentDecision."""
    file = queries.hold_case(session, case_id)
    if file is None:
        raise DecisionRefused("kind")
    if news := tuple(tell(entry) for entry in queries.story(session, case_id, after=newest)):
        raise ConcurrentDecision(news)
    return file
