"""What a unit owes, as the people who answer for it need it: late, to be completed, due soon, later, done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from models.queries.cases import owed as queries
from models.tables.answers import AnswerRequest
from rules.answers import Answer, RequestState
from rules.deadlines import local_day
from rules.due_day import days_left, due_day, explanation, send_by
from rules.office import Office
from rules.plan import Obligation
from rules.punctuality import days_late
from rules.status import ANSWERED, EXEMPT, LATE, OVERDUE, RETURNED, STEPS, Status
from services.cases.extension_request import waits
from services.units import Unit, all_units
from services.views.open_steps import StepLine, steps_of_cases
from services.views.waiting_steps import steps_for_others

REMEMBERED = timedelta(days=400)  # what was done in the last year, with some days to spare
AHEAD = timedelta(days=200)
GROUPS: Mapping[str, frozenset[Status]] = {
    "overdue": OVERDUE,
    "returned": RETURNED - OVERDUE,
    "soon": frozenset({Status.DUE_SOON}),
    "steps": STEPS - OVERDUE,
    "later": frozenset({Status.OPEN, Status.NOT_OPEN, Status.WAITING_FOR_TRIGGER}),
    "done": ANSWERED | EXEMPT,
}


@dataclass(frozen=True)
class OwedCase:
    case_id: int
    unit: Unit
    duty: Obligation | None  # None: the plan in force no longer has it
    code: str
    period: str
    role: str
    status: Status
    target_day: date
    late_after: date | None
    agreed_on: date | None
    why: str
    received_on: date | None
    day: date
    send_by: date | None
    days_left: int
    working_days_late: int
    return_by: date | None
    returned_because: str
    requests: tuple[AnswerRequest, ...]  # the newest first
    steps: tuple[StepLine, ...]  # open ones that follow its hand-in, the most pressing first

    @property
    def soft(self) -> bool:
        return self.late_after is None

    @property
    def waiting(self) -> AnswerRequest | None:
        return next((item for item in self.requests if item.state == RequestState.WAITING), None)

    @property
    def may_ask_for_time(self) -> bool:
        unanswered = self.status in {Status.OPEN, Status.DUE_SOON, Status.OVERDUE}
        return unanswered and not self.soft and not waits(self.requests, Answer.EXTENSION)


@dataclass(frozen=True)
class Coming:
    unit: Unit
    duty: Obligation | None
    code: str
    period: str
    role: str
    opens_on: date
    target_day: date
    why: str


@dataclass(frozen=True)
class WhatWeOwe:
    groups: Mapping[str, tuple[OwedCase, ...]]
    coming: tuple[Coming, ...]
    for_others: tuple[StepLine, ...] = ()  # steps that follow hand-ins of units below

    def __getitem__(self, group: str) -> tuple[OwedCase, ...]:
        return self.groups[group]


def what_we_owe(session: Session, office: Office, units: Collection[int], now: datetime) -> WhatWeOwe:
    today = local_day(now)
    units_by_id = all_units(session, today)
    rows = queries.owed(session, office.plan.id, units, now, now - REMEMBERED)
    cases = [row.id for row in rows]
    requests, returned = queries.asked(session, cases), queries.returned_because(session, cases)
    steps = steps_of_cases(session, office, now, ((row.id, row.status) for row in rows), units_by_id)
    about = _About(requests, returned, steps)
    lines = [_line(row, units_by_id[row.organisation_id], office, today, about) for row in rows]
    groups = {name: tuple(line for line in lines if line.status in group) for name, group in GROUPS.items()}
    groups["done"] = groups["done"][::-1]
    ahead = queries.coming(session, office.plan.id, units, today, today + AHEAD)
    return WhatWeOwe(
        groups,
        tuple(_coming(row, units_by_id, office.obligations) for row in ahead),
        steps_for_others(session, office, units, units_by_id, now),
    )


class _About(NamedTuple):
    """What there is besides, by case."""

    requests: Mapping[int, Sequence[AnswerRequest]]
    returned: Mapping[int, str]
    steps: Mapping[int, tuple[StepLine, ...]]


def _line(row: Any, unit: Unit, office: Office, today: date, about: _About) -> OwedCase:
    received = local_day(row.received_at) if row.received_at else None
    status = Status(row.status)
    counts = status is Status.OVERDUE or status in LATE
    return_by = row.return_by if status in RETURNED else None
    late = days_late(today, return_by, office.calendar) if return_by else 0
    due = due_day(row.target_day, row.late_after, return_by)
    agreed = date.fromisoformat(row.agreed) if row.agreed else None
    return OwedCase(
        case_id=row.id,
        unit=unit,
        duty=office.obligations.get(row.duty),
        code=row.duty,
        period=row.period,
        role=row.role,
        status=status,
        target_day=row.target_day,
        late_after=row.late_after,
        agreed_on=agreed,
        why=explanation(row.why, agreed, row.target_day, row.late_after, row.occurrence_day),
        received_on=received,
        day=due,
        send_by=send_by(due, row.target_day) if return_by is None and today <= due else None,
        days_left=days_left(due, today),
        working_days_late=days_late(received or today, row.late_after, office.calendar) if counts else late,
        return_by=return_by,
        returned_because=about.returned.get(row.id, ""),
        requests=tuple(about.requests.get(row.id, ())),
        steps=about.steps.get(row.id, ()),
    )


def _coming(row: Any, units: Mapping[int, Unit], duties: Mapping[str, Obligation]) -> Coming:
    unit, duty = units[row.organisation_id], duties.get(row.duty)
    return Coming(unit, duty, row.duty, row.period, row.role, row.opens_on, row.target_day, row.why)
