"""Writes a notice for every open case that has reached a new step, and one message a person and day to carry them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, Subquery, and_, case, cast, func, literal, select, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.database import insert_selected
from models.queries.people import posts as people_queries
from models.queries.people.reach import reachable
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Case
from models.tables.messages import WAITING, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from models.tables.projection import Heartbeat
from rules.channels import ChannelPolicy
from rules.deadlines import PROVINCE, local_day, start_of
from rules.office import Office
from services import log

CHANNEL = "email"
OFFICE_OPENS = time(7, 30)
SUPERSEDED = "đã qua mốc nhắc khi hệ thống không chạy"
OF_THE_LEAD = ("coordinator", "leader")  # posts at the body that runs the plan, whoever the late unit is
FIRST_LOOK_BACK = timedelta(days=400)

NOTICE_COLUMNS = ["case_id", "step", "person_id", "level", "message", "on_day", "written_at", "skipped", "channels"]
MESSAGE_COLUMNS = [
    "key", "person_id", "channel", "kind", "on_day", "created_at", "not_before", "expires_at", "state", "attempts",
    "reason",
]  # fmt: skip


@dataclass(frozen=True)
class RemindResult:
    notices: int
    skipped: int
    messages: int


def remind(session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None) -> RemindResult:
    """A handful of statements, however many cases there are. Nothing on a day off: the next working day does it."""
    today = local_day(now)
    if not office.calendar.is_working_day(today):
        return RemindResult(0, 0, 0)
    log.hold(session)
    _hold_digests(session)
    lead, before = _lead(session), _last_notice(session)
    since = _last_look(session, now) - timedelta(days=7)
    notices = skipped = 0
    people = _recipients(session, today, lead, obligations)
    for recipients in people:
        notices += insert_selected(session, Notice, NOTICE_COLUMNS, _reached(office, now, recipients))
    for recipients in people:
        skipped += insert_selected(session, Notice, NOTICE_COLUMNS, _passed_over(now, since, recipients))
    messages = _write_digests(session, office, now, before) if notices else 0
    if notices or skipped:
        details = {"notices": notices, "skipped": skipped, "messages": messages, "day": today}
        log.append(session, now, "kyhan", "notices.write", f"day:{today}", details)
    return RemindResult(notices, skipped, messages)


def _hold_digests(session: Session) -> None:
    """A digest that leaves while a notice joins it would leave without it; PostgreSQL must be told, SQLite waits."""
    waiting = select(col(Message.id)).where(
        text(f"message.{WAITING}"), col(Message.kind) == "digest", col(Message.state) == "pending"
    )
    session.execute(waiting.with_for_update()).all()


def _lead(session: Session) -> int:
    version = plan_queries.current_plan(session)
    assert version is not None
    found = select(col(Organisation.id)).where(col(Organisation.key) == version.lead_key)
    return int(session.execute(found).scalar_one() or 0)


def _last_notice(session: Session) -> int:
    return session.execute(select(func.max(col(Notice.id)))).scalar_one() or 0


Recipients = tuple[Select[Any], Any]  # open cases × steps × people; and the column of the person


def _recipients(session: Session, today: date, lead: int, obligations: Collection[str] | None) -> list[Recipients]:
    """Those who hold the posts today and, if there are any, those who stand in for them."""
    found = [_holders(session, today, lead)]
    deputies = people_queries.stand_ins(today)
    if session.execute(deputies.limit(1)).first() is not None:
        found.append(_deputies(deputies.subquery("deputies"), lead))
    return [(_of_these(query, obligations), person) for query, person in found]


def _open_steps() -> Select[Any]:
    return (
        select(col(Case.id)).select_from(StepDay).join(Case, and_(col(Case.term_id) == col(StepDay.term_id), _open()))
    )


def _holders(session: Session, today: date, lead: int) -> Recipients:
    query = (
        _open_steps()
        .join(Post, and_(col(Post.organisation_id) == _body(lead), col(Post.role) == col(StepDay.reaches)))
        .join(Tenure, and_(col(Tenure.post_id) == col(Post.id), people_queries.holding(Tenure, today)))
    )
    if people_queries.anybody_away(session, today):
        query = query.where(people_queries.not_stood_in_for(Tenure, Post, today))
    return query, col(Tenure.person_id)


def _deputies(deputies: Subquery, lead: int) -> Recipients:
    same = and_(deputies.c.organisation_id == _body(lead), deputies.c.role == col(StepDay.reaches))
    return _open_steps().join(deputies, same), deputies.c.person_id


def _of_these(query: Select[Any], obligations: Collection[str] | None) -> Select[Any]:
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


def _reached(office: Office, now: datetime, recipients: Recipients) -> Select[Any]:
    """The newest step of each open case: the one whose days hold today."""
    today, waiting = local_day(now), _waiting_digests(office)
    query, person = recipients
    on_day = _digest_day(office, today, waiting, person)
    return (
        query.join(waiting, waiting.c.person_id == person, isouter=True)
        .add_columns(*_step_columns(person), on_day, literal(now, UtcMoment()), literal(None, String()), _channels())
        .where(col(StepDay.until_day) > today, col(StepDay.on_day) <= today)
        .order_by(person)  # as the index of digests is laid out: it is large and each page is met once
    )


def _passed_over(now: datetime, since: date, recipients: Recipients) -> Select[Any]:
    """Steps that came and went since the last look: recorded with the reason, never sent."""
    today = local_day(now)
    query, person = recipients
    return query.add_columns(
        *_step_columns(person), col(StepDay.on_day), literal(now, UtcMoment()), literal(SUPERSEDED), _channels()
    ).where(col(StepDay.until_day) > since, col(StepDay.until_day) <= today, ~_told())


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


def _step_columns(person: ColumnElement[int]) -> tuple[Any, ...]:
    return col(StepDay.step), person, col(StepDay.level), col(StepDay.message)


def _channels() -> Any:
    return col(StepDay.channels)


def _waiting_digests(office: Office) -> Subquery:
    """Person → the digest that still waits. Gathered once: a person's sent digests pile up over the years."""
    pending = select(col(Message.person_id), col(Message.on_day)).where(
        text(f"message.{WAITING}"), col(Message.state) == "pending", col(Message.kind) == "digest"
    )
    if len(office.ways) > 1:  # a day whose digest has left by one channel takes nothing more by the others
        pending = pending.where(~_left_already())
    few = _at_first(pending, "pending")
    found = select(few.c.person_id, func.max(few.c.on_day).label("on_day")).group_by(few.c.person_id)
    return found.subquery("waiting")


def _left_already() -> ColumnElement[bool]:
    other = aliased(Message)
    same = (col(other.person_id) == col(Message.person_id), col(other.on_day) == col(Message.on_day))
    return select(col(other.id)).where(*same, col(other.kind) == "digest", col(other.state) != "pending").exists()


def _at_first(few: Select[Any], name: str) -> Subquery:
    """Read before anything is grouped: SQLite would rather walk the whole history in the groups' order."""
    return few.offset(0).subquery(name)


def _digest_day(office: Office, today: date, waiting: Subquery, person: ColumnElement[int]) -> ColumnElement[date]:
    """Join a digest that still waits; start today's; or, when today's has gone out, the next working day's."""
    of_person = (col(Message.person_id) == person, col(Message.kind) == "digest")
    gone = select(col(Message.id)).where(*of_person, col(Message.on_day) == today).exists()
    tomorrow = office.calendar.add(today, 1)
    return func.coalesce(waiting.c.on_day, case((gone, literal(tomorrow, Date())), else_=literal(today, Date())))


def _write_digests(session: Session, office: Office, now: datetime, before: int) -> int:
    """One statement a channel; of a family each person gets the first channel that reaches them."""
    written, tried = 0, dict[str, list[ChannelPolicy]]()
    for way in office.ways:
        earlier = tried.setdefault(way.family, [])
        source = _digests(office, now, before, way, earlier)
        written += insert_selected(session, Message, [*MESSAGE_COLUMNS, "carries"], source)
        earlier.append(way)
    return written


def _digests(
    office: Office, now: datetime, before: int, way: ChannelPolicy, earlier: Sequence[ChannelPolicy]
) -> Select[Any]:
    """One message for each person and digest day that the notices after `before`, written just now, ask for."""
    moment, today = literal(now, UtcMoment()), local_day(now)
    next_day = office.calendar.add(today, 1)
    opens, next_opening = (literal(one, UtcMoment()) for one in (max(_opening(today), now), _opening(next_day)))
    written = select(col(Notice.person_id), col(Notice.on_day))
    asked = (col(Notice.skipped).is_(None), col(Notice.channels).contains(f" {way.family} "))
    fresh = _at_first(written.where(col(Notice.id) > before, *asked), "fresh")
    person, on_day = fresh.c.person_id, fresh.c.on_day
    return (
        select(
            literal("digest:") + cast(person, String()) + ":" + cast(on_day, String()) + f":{way.name}",
            person,
            literal(way.name),
            literal("digest"),
            on_day,
            moment,
            case((on_day <= today, opens), else_=next_opening),
            case((on_day <= today, _end(way, today)), else_=_end(way, next_day)),
            literal("pending"),
            literal(0),
            literal(""),
            literal(way.family),
        )
        .where(
            *reachable(way, person, today),
            *(~and_(*reachable(other, person, today)) for other in earlier),
        )
        .group_by(person, on_day)
    )


def _end(way: ChannelPolicy, day: date) -> ColumnElement[Any]:
    """A nudge is of use on its day; what is guaranteed waits until it can leave."""
    return literal(None if way.guaranteed else start_of(day + timedelta(days=1)), UtcMoment())


def _opening(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, PROVINCE)
