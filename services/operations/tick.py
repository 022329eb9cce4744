"""One pass over the plan: as of `now`, what ought to be true? — and make it so. Any number of passes is harmless.

Most of it is done for each duty, or for all in one pass; what is the whole office's, once on each day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.database import insert_new, writing
from models.queries.cases.status import counts_by_occurrence
from models.queries.cases.steps import NO_STEPS, open_counts
from models.queries.operations import watch as watch_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.projection import Heartbeat
from rules.deadlines import local_day
from rules.office import Office
from rules.status import ANSWERED, Status, ratio
from rules.steps import StepState, open_steps_text
from services.cases.new_version import come_into_force
from services.cases.opening import open_cases
from services.content.approval import freeze_approved
from services.content.rows import keep_rows
from services.errors import Refused, unknown
from services.operations.inbox_mail import tell_what_waits
from services.reminders.reach import ask_still_you, look_ahead
from services.reminders.remind import remind
from services.reminders.urging_letters import draft_letters
from services.reports.drafts import draft_reports

OFFICE = "office"  # the heartbeat of what is done once on each day
FAULTS = (SQLAlchemyError, Refused, ValueError, KeyError, OSError)


@dataclass
class TickResult:
    obligation: str
    opened: int = 0
    notices: int = 0
    skipped: int = 0
    messages: int = 0
    due: int = 0  # cases that apply
    handed_in: int = 0  # whether or not the steps that follow are done
    done: int = 0
    soon: int = 0
    waiting: int = 0
    overdue: int = 0  # not handed in, or not completed
    steps: dict[StepState, int] = field(default_factory=dict)  # open ones that follow a hand-in
    problems: list[str] = field(default_factory=list)
    dated: bool = True  # False: it has no occurrences at all

    @property
    def is_late(self) -> bool:
        """A hand-in or a step that follows one is overdue."""
        return self.overdue > 0 or StepState.OVERDUE in self.steps

    @property
    def text(self) -> str:
        if not self.due:
            return "chưa mở kỳ nào" if self.dated else "không có kỳ"
        steps = f", {open_steps_text(self.steps).vi}" if self.steps else ""
        late = f", {self.overdue} quá hạn" if self.overdue else ""
        return f"{self.handed_in}/{self.due} đã nộp{steps}{late}"


def tick(engine: Engine, office: Office, now: datetime, obligation: str | None = None) -> list[TickResult]:
    """All obligations, or one. An error in one obligation is told in its result and does not stop the others."""
    office, problems = _office_of(engine, office, now)
    dated = [item.id for item in office.plan.obligations if item.when is not None]
    codes = dated if obligation is None else [code_of(office, obligation)]
    results = {code: TickResult(code, dated=code in dated) for code in codes}
    results[codes[0]].problems += problems
    try:
        _tick_duties(engine, office, now, codes, results, together=obligation is None)
    except FAULTS:
        if len(codes) == 1:
            raise
        _one_by_one(engine, office, now, results)
    try:
        keep_rows(engine, office, now)
        freeze_approved(engine, office, now)
        _tick_office(engine, office, now)
    except FAULTS as error:
        results[codes[0]].problems.append(f"{type(error).__name__}: {error}")
    with writing(engine) as session:
        _beat(session, codes, now)
        _count(session, now, results)
    return list(results.values())


def _office_of(engine: Engine, office: Office, now: datetime) -> tuple[Office, list[str]]:
    """By the version of the plan whose day has come; one that cannot come into force is told and stops nothing."""
    try:
        return come_into_force(engine, office, now), []
    except FAULTS as error:
        return office, [f"{type(error).__name__}: {error}"]


def code_of(office: Office, code: str) -> str:
    try:
        return office.plan.obligation(code).id
    except KeyError:
        codes = [item.id for item in office.plan.obligations]
        raise unknown("nhiệm vụ", "obligation", code, codes) from None


def _tick_duties(
    engine: Engine, office: Office, now: datetime, codes: list[str], results: dict[str, TickResult], *, together: bool
) -> None:
    only = None if together else codes
    first = results[codes[0]]
    with writing(engine) as session:
        opened = open_cases(session, office, now, only)
        reminded = remind(session, office, now, only)
        look_ahead(session, office, now, only)
        first.opened += opened.cases
        first.notices += reminded.notices
        first.skipped += reminded.skipped
        first.messages += reminded.messages
    draft_reports(engine, office, now, codes)
    draft_letters(engine, office, now, only)


def _one_by_one(engine: Engine, office: Office, now: datetime, results: dict[str, TickResult]) -> None:
    for code, result in results.items():
        try:
            _tick_duties(engine, office, now, [code], results, together=False)
        except FAULTS as error:
            result.problems.append(f"{type(error).__name__}: {error}")


def _tick_office(engine: Engine, office: Office, now: datetime) -> None:
    """By whichever duty comes first that day; of two at the same moment, one."""
    with writing(engine) as session:
        insert_new(session, Heartbeat, [{"name": OFFICE, "at": now - timedelta(days=1)}])
        last = session.get_one(Heartbeat, OFFICE, with_for_update=True)
        if local_day(last.at) != local_day(now):
            ask_still_you(session, office, now)
            tell_what_waits(session, office, now)
            last.at = now


def _beat(session: Session, codes: Sequence[str], now: datetime) -> None:
    names = [f"tick:{code}" for code in codes]
    insert_new(session, Heartbeat, [{"name": name, "at": now} for name in names])
    for row in watch_queries.heartbeats(session, names):
        row.at = now


def _count(session: Session, now: datetime, results: dict[str, TickResult]) -> None:
    codes = plan_queries.opened(session, list(results))
    steps = open_counts(session, now)
    for occurrence, counts in counts_by_occurrence(session, now).items():
        result = results.get(codes.get(occurrence, ""))
        if result is not None:
            _add(result, counts, steps.get(occurrence, NO_STEPS))


def _add(result: TickResult, counts: Mapping[Status, int], steps: Mapping[StepState, int]) -> None:
    handed_in, total = ratio(counts)
    done = sum(counts.get(status, 0) for status in ANSWERED)
    result.due += total
    result.handed_in += handed_in
    result.done += done
    result.soon += counts.get(Status.DUE_SOON, 0)
    result.overdue += counts.get(Status.OVERDUE, 0) + counts.get(Status.RETURNED_OVERDUE, 0)
    result.waiting += total - done
    for state, number in steps.items():
        result.steps[state] = result.steps.get(state, 0) + number
