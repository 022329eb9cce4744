"""Fills an empty home with this year so far: the same services, day by day, with made-up answers, marked as such."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from bootstrap.home import Home
from models.conditions import is_open
from models.database import reading, writing
from models.queries.cases.case_file import hold_case
from models.queries.cases.selection import CASE_FILES, CaseFile
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from models.tables.projection import Heartbeat
from models.tables.submissions import Submission
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services.cases.decide import accept, close_without_submission, return_for_completion
from services.cases.hand_in import HandIn, hand_in
from services.delivery.dispatch import Outgoing, dispatch
from services.operations.tick import tick

SEED = 2024
BY = "Dữ liệu minh họa"
UNTIL, REACHED = "demo:until", "demo:reached"
TICK, SEND, ANSWER, REVIEW, SEND_AGAIN = time(6, 45), time(7, 45), time(10, 20), time(15, 40), time(16, 0)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class AnswerPattern:
    """How a made-up unit behaves: its share of all, and the working days between the target and its answer."""

    share: int
    earliest: int
    latest: int
    kind: str = "hand_in"


HABITS = (
    AnswerPattern(46, -50, -4),
    AnswerPattern(24, -3, 0),
    AnswerPattern(12, 1, 6),
    AnswerPattern(8, -15, -5, "nil_return"),
    AnswerPattern(10, 0, 0, "silent"),
)
LEAD_HABITS = (
    AnswerPattern(75, -4, 0),
    AnswerPattern(15, 1, 5),
    AnswerPattern(10, 0, 0, "silent"),
)  # the lead always has something to send


@dataclass(frozen=True)
class PendingCase:
    case_id: int
    unit: str
    obligation: str
    period: str
    target_day: date
    role: str


def first_day(now: datetime) -> datetime:
    return datetime.combine(date(local_day(now).year, 1, 1), TICK, PROVINCE)


def is_due(home: Home) -> bool:
    """In a home nobody has used, and in one whose replay was interrupted."""
    with reading(home.engine) as session:
        until, reached = session.get(Heartbeat, UNTIL), session.get(Heartbeat, REACHED)
        if until is not None:
            return reached is None or reached.at < until.at
        return session.execute(select(col(Submission.id)).limit(1)).first() is None


def fill_demo(home: Home, now: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Every day from 1 January until `now`: tick, send, answer, review. Goes on where an interrupted one stopped."""
    with writing(home.engine) as session:
        until = session.get(Heartbeat, UNTIL)
        if until is None:
            session.add(Heartbeat(name=UNTIL, at=now))
        reached = session.get(Heartbeat, REACHED)
    now = until.at if until else now
    start = local_day(reached.at) + DAY if reached else local_day(first_day(now))
    total = (local_day(now) - start).days + 1
    with _catcher(home.folder / "mail") as port:
        outgoing = home.outgoing("demo", catcher=port)
        for done in range(total):
            _live(home.engine, home.office, outgoing, start + done * DAY, now)
            progress(done + 1, total)


@contextmanager
def _catcher(folder: Path) -> Iterator[int]:
    """The mail catcher in its own process, for as long as the replay takes."""
    command = [sys.executable, "-m", "notifications.email.catcher", "--port", "0", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.terminate()


def _live(engine: Engine, office: Office, outgoing: Outgoing, day: date, now: datetime) -> None:
    for moment, act in ((TICK, _tick), (SEND, _send), (ANSWER, _answer), (REVIEW, _review), (SEND_AGAIN, _send)):
        at = datetime.combine(day, moment, PROVINCE)
        if at <= now:
            act(engine, office, outgoing, at)
    with writing(engine) as session:
        session.merge(Heartbeat(name=REACHED, at=min(now, datetime.combine(day, time.max, PROVINCE))))


def _tick(engine: Engine, office: Office, _: Outgoing, now: datetime) -> None:
    tick(engine, office, now)


def _send(engine: Engine, office: Office, outgoing: Outgoing, now: datetime) -> None:
    dispatch(engine, office, outgoing, now)


def _answer(engine: Engine, office: Office, _: Outgoing, now: datetime) -> None:
    if not office.calendar.is_working_day(local_day(now)):
        return
    with reading(engine) as session:
        waiting = _waiting(session)
    answering = [row for row in waiting if _answers_on(office, row) == local_day(now)]
    if not answering:
        return
    with writing(engine) as session:
        for row in answering:
            _respond(session, row, now)


def _waiting(session: Session) -> list[PendingCase]:
    query = (
        select(
            col(Case.id),
            col(Organisation.key),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Term.target_day),
            col(Case.role),
        )
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(is_open())
    )
    return [PendingCase(*row) for row in session.execute(query)]


def _luck(row: PendingCase) -> Random:
    return Random(f"{SEED}:{row.unit}:{row.obligation}:{row.period}")


def habit_of(row: PendingCase) -> AnswerPattern:
    habits = LEAD_HABITS if row.role == "lead" else HABITS
    number = _luck(row).randrange(sum(habit.share for habit in habits))
    for habit in habits:
        if number < habit.share:
            return habit
        number -= habit.share
    raise AssertionError("shares do not add up")


def _answers_on(office: Office, row: PendingCase) -> date | None:
    habit = habit_of(row)
    if habit.kind == "silent":
        return None
    return office.calendar.add(row.target_day, _luck(row).randint(habit.earliest, habit.latest))


def _respond(session: Session, row: PendingCase, now: datetime) -> None:
    file = hold_case(session, row.case_id)
    assert file is not None
    if habit_of(row).kind == "nil_return":
        reason = "Không phát sinh nội dung trong kỳ (dữ liệu minh họa)"
        close_without_submission(session, file, "nil_return", BY, now, reason)
        return
    number = f"{_luck(row).randint(11, 890)}/BC-{row.unit} (minh họa)"
    arrival = HandIn(
        received_at=now,
        via="mail",
        document_number=number,
        document_date=local_day(now),
        registered_by=BY,
    )
    hand_in(session, file, arrival, now)


def _review(engine: Engine, office: Office, _: Outgoing, now: datetime) -> None:
    """Three working days after a receipt: most are accepted, one in twelve is sent back and completed a week later."""
    if not office.calendar.is_working_day(local_day(now)):
        return
    with writing(engine) as session:
        for file in _received(session, office, now):
            luck = Random(f"{SEED}:review:{file.organisation.key}:{file.obligation.code}:{file.occurrence.period}")
            if luck.randrange(12) == 0 and file.case.returned_at is None:
                until = office.calendar.add(local_day(now), 5)
                return_for_completion(session, file, BY, now, "Thiếu thời điểm phổ biến của một số dòng", until)
            else:
                accept(session, file, BY, now)


def _received(session: Session, office: Office, now: datetime) -> Iterator[CaseFile]:
    day = office.calendar.add(local_day(now), -3)
    query = CASE_FILES.where(
        col(Case.received_at) == datetime.combine(day, ANSWER, PROVINCE),
        col(Case.accepted_at).is_(None),
        col(Case.returned_at).is_(None),
    )
    for row in session.execute(query).all():
        yield CaseFile(*row)
