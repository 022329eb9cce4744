"""Writes a notice for every open case that has reached a new step, and one message a person and day to carry them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, Subquery, and_, case, cast, func, literal, or_, select, text
from sqlmodel import Session, col

from models import queries_plan
from models.cases import Case
from models.columns import UtcMoment
from models.database import insert_selected
from models.messages import WAITING, Message, Notice
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
    log.hold(session)
    _hold_digests(session)
    lead, before = _lead(session), _last_notice(session)
    notices = insert_selected(session, Notice, NOTICE_COLUMNS, _reached(office, now, lead, obligations))
    skipped = insert_selected(session, Notice, NOTICE_COLUMNS, _passed_over(session, now, lead, obligations))
    messages = insert_selected(session, Message, MESSAGE_COLUMNS, _digests(office, now, before)) if notices else 0
    if notices or skipped:
        details = {"notices": notices, "skipped": skipped, "messages": messages, "day": today}
        log.append(session, now, "kyhan", "notices.write", f"day:{today}", details)
    return Reminded(notices, skipped, messages)


def _hold_digests(session: Session) -> None:
    """A digest that leaves while a notice joins it would leave without it; PostgreSQL must be told, SQLite waits."""
    waiting = select(col(Message.id)).where(
        text(f"message.{WAITING}"), col(Message.kind) == "digest", col(Message.state) == "pending"
    )
    session.execute(waiting.with_for_update()).all()


def _lead(session: Session) -> int:
    version = queries_plan.current_plan(session)
    assert version is not None
    found = select(col(Organisation.id)).where(col(Organisation.key) == version.lead_key)
    return int(session.execute(found).scalar_one() or 0)


def _last_notice(session: Session) -> int:
    return session.execute(select(func.max(col(Notice.id)))).scalar_one() or 0


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
    today, waiting = local_day(now), _waiting_digests()
    on_day = _digest_day(office, today, waiting)
    return (
        _recipients(now, lead, obligations)
        .join(waiting, waiting.c.person_id == col(Tenure.person_id), isouter=True)
        .add_columns(*_step_columns(), on_day, literal(now, UtcMoment()), literal(None, String()))
        .where(col(StepDay.until_day) > today, col(StepDay.on_day) <= today)
        .order_by(col(Tenure.person_id))  # as the index of digests is laid out: it is large and each page is met once
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
            ~_told(),
        )
    )


def _told() -> ColumnElement[bool]:
    """Somebody was told of this step; who took over the post since then has missed nothing."""
    return (
        select(col(Notice.id))
        .where(col(Notice.case_id) == col(Case.id), col(Notice.step) == col(StepDay.step))
        .exists()
    )


def _last_look(session: Session, now: datetime) -> date:
    seen = session.execute(
        select(func.max(col(Heartbeat.at))).where(col(Heartbeat.name).startswith("tick:"))
    ).scalar_one()
    return local_day(seen) if seen else local_day(now - FIRST_LOOK_BACK)


def _step_columns() -> tuple[Any, ...]:
    return col(StepDay.step), col(Tenure.person_id), col(StepDay.level), col(StepDay.message)


def _waiting_digests() -> Subquery:
    """Person → the digest that still waits. Gathered once: a person's sent digests pile up over the years."""
    pending = _at_first(
        select(col(Message.person_id), col(Message.on_day)).where(
            text(f"message.{WAITING}"), col(Message.state) == "pending", col(Message.kind) == "digest"
        ),
        "pending",
    )
    found = select(pending.c.person_id, func.max(pending.c.on_day).label("on_day")).group_by(pending.c.person_id)
    return found.subquery("waiting")


def _at_first(few: Select[Any], name: str) -> Subquery:
    """Read before anything is grouped: SQLite would rather walk the whole history in the groups' order."""
    return few.offset(0).subquery(name)


def _digest_day(office: Office, today: date, waiting: Subquery) -> ColumnElement[date]:
    """Join a digest that still waits; start today's; or, when today's has gone out, the next working day's."""
    of_person = (col(Message.person_id) == col(Tenure.person_id), col(Message.kind) == "digest")
    gone = select(col(Message.id)).where(*of_person, col(Message.on_day) == today).exists()
    tomorrow = office.calendar.add(today, 1)
    return func.coalesce(waiting.c.on_day, case((gone, literal(tomorrow, Date())), else_=literal(today, Date())))


def _digests(office: Office, now: datetime, before: int) -> Select[Any]:
    """One message for each person and digest day that the notices after `before`, written just now, ask for."""
    moment, today = literal(now, UtcMoment()), local_day(now)
    opens = literal(max(_opening(today), now), UtcMoment())
    next_opening = literal(_opening(office.calendar.add(today, 1)), UtcMoment())
    written = select(col(Notice.person_id), col(Notice.on_day))
    fresh = _at_first(written.where(col(Notice.id) > before, col(Notice.skipped).is_(None)), "fresh")
    person, on_day = fresh.c.person_id, fresh.c.on_day
    return select(
        literal("digest:") + cast(person, String()) + ":" + cast(on_day, String()),
        person,
        literal(CHANNEL),
        literal("digest"),
        on_day,
        moment,
        case((on_day <= today, opens), else_=next_opening),
        literal("pending"),
        literal(0),
        literal(""),
    ).group_by(person, on_day)


def _opening(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, PROVINCE)
