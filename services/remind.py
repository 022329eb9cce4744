"""Writes a notice for every open case that has reached a new step, and one message a person and day to carry them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, case, cast, func, literal, or_, select
from sqlmodel import Session, col

from models import queries_plan
from models.cases import Case
from models.columns import UtcMoment
from models.database import insert_selected
from models.messages import Message, Notice
from models.organisations import Organisation
from models.people import Post, Tenure
from models.plan import ObligationRow, Occurrence, StepDay, Term
from models.projection import Heartbeat
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from services import log

CHANNEL = "email"
OFFICE_OPENS = time(7, 30)
SUPERSEDED = "đã qua mốc nhắc khi hệ thống không chạy"
OF_THE_LEAD = ("coordinator", "leader")  # posts at the body that runs the plan, whoever the late unit is
FIRST_LOOK_BACK = timedelta(days=400)

NOTICE_COLUMNS = ["case_id", "step", "person_id", "level", "message", "on_day", "written_at", "skipped"]
MESSAGE_COLUMNS = [
    "key", "person_id", "channel", "kind", "on_day", "created_at", "not_before", "state", "attempts", "reason"
]  # fmt: skip


@dataclass(frozen=True)
class Reminded:
    notices: int
    skipped: int
    messages: int


def remind(session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None) -> Reminded:
    """Three statements, however many cases there are. Nothing on a day off: the next working day does it."""
    today = local_day(now)
    if not office.calendar.is_working_day(today):
        return Reminded(0, 0, 0)
    lead = _lead(session)
    notices = insert_selected(session, Notice, NOTICE_COLUMNS, _reached(office, now, lead, obligations))
    skipped = insert_selected(session, Notice, NOTICE_COLUMNS, _passed_over(session, now, lead, obligations))
    messages = insert_selected(session, Message, MESSAGE_COLUMNS, _digests(office, now)) if notices else 0
    if notices or skipped:
        details = {"notices": notices, "skipped": skipped, "messages": messages, "day": today}
        log.append(session, now, "kyhan", "notices.write", f"day:{today}", details)
    return Reminded(notices, skipped, messages)


def _lead(session: Session) -> int:
    version = queries_plan.current_plan(session)
    assert version is not None
    found = select(col(Organisation.id)).where(col(Organisation.key) == version.lead_key)
    return int(session.execute(found).scalar_one() or 0)


def _recipients(now: datetime, lead: int, obligations: Collection[str] | None) -> Select[Any]:
    """Open case × step of its term × whoever holds the post that step reaches, today."""
    today = local_day(now)
    query = (
        select(col(Case.id))
        .select_from(StepDay)
        .join(Case, and_(col(Case.term_id) == col(StepDay.term_id), _open()))
        .join(Post, and_(col(Post.organisation_id) == _body(lead), col(Post.role) == col(StepDay.reaches)))
        .join(
            Tenure,
            and_(
                col(Tenure.post_id) == col(Post.id),
                col(Tenure.from_day) <= today,
                or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > today),
            ),
        )
    )
    if obligations is None:
        return query
    return (
        query.join(Term, col(Term.id) == col(StepDay.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(obligations))
    )


def _open() -> ColumnElement[bool]:
    return and_(col(Case.received_at).is_(None), col(Case.outcome).is_(None))


def _body(lead: int) -> ColumnElement[int]:
    return case((col(StepDay.reaches).in_(OF_THE_LEAD), literal(lead)), else_=col(Case.organisation_id))


def _reached(office: Office, now: datetime, lead: int, obligations: Collection[str] | None) -> Select[Any]:
    """The newest step of each open case: the one whose days hold today."""
    today = local_day(now)
    return (
        _recipients(now, lead, obligations)
        .add_columns(*_step_columns(), _digest_day(office, today), literal(now, UtcMoment()), literal(None, String()))
        .where(col(StepDay.until_day) > today, col(StepDay.on_day) <= today)
    )


def _passed_over(session: Session, now: datetime, lead: int, obligations: Collection[str] | None) -> Select[Any]:
    """Steps that came and went since the last look: recorded with the reason, never sent."""
    today = local_day(now)
    since = _last_look(session, now) - timedelta(days=7)
    return (
        _recipients(now, lead, obligations)
        .add_columns(*_step_columns(), col(StepDay.on_day), literal(now, UtcMoment()), literal(SUPERSEDED))
        .where(
            col(StepDay.until_day) > since,
            col(StepDay.until_day) <= today,
        )
    )


def _last_look(session: Session, now: datetime) -> date:
    seen = session.execute(
        select(func.max(col(Heartbeat.at))).where(col(Heartbeat.name).startswith("tick:"))
    ).scalar_one()
    return local_day(seen) if seen else local_day(now - FIRST_LOOK_BACK)


def _step_columns() -> tuple[Any, ...]:
    return col(StepDay.step), col(Tenure.person_id), col(StepDay.level), col(StepDay.message)


def _digest_day(office: Office, today: date) -> ColumnElement[date]:
    """Join a digest that still waits; start today's; or, when today's has gone out, the next working day's."""
    of_person = (col(Message.person_id) == col(Tenure.person_id), col(Message.kind) == "digest")
    waiting = select(func.max(col(Message.on_day))).where(*of_person, col(Message.state) == "pending").scalar_subquery()
    gone = select(col(Message.id)).where(*of_person, col(Message.on_day) == today).exists()
    tomorrow = office.calendar.add(today, 1)
    return func.coalesce(waiting, case((gone, literal(tomorrow, Date())), else_=literal(today, Date())))


def _digests(office: Office, now: datetime) -> Select[Any]:
    """One message for each person and digest day that notices written just now ask for."""
    moment, today = literal(now, UtcMoment()), local_day(now)
    opens = literal(max(_opening(today), now), UtcMoment())
    next_opening = literal(_opening(office.calendar.add(today, 1)), UtcMoment())
    return (
        select(
            literal("digest:") + cast(col(Notice.person_id), String()) + ":" + cast(col(Notice.on_day), String()),
            col(Notice.person_id),
            literal(CHANNEL),
            literal("digest"),
            col(Notice.on_day),
            moment,
            case((col(Notice.on_day) <= today, opens), else_=next_opening),
            literal("pending"),
            literal(0),
            literal(""),
        )
        .where(col(Notice.written_at) == moment, col(Notice.skipped).is_(None))
        .group_by(col(Notice.person_id), col(Notice.on_day))
    )


def _opening(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, PROVINCE)
