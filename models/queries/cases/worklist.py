"""Named queries about what waits for a person: how much of each, and what a page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select, text
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on
from models.queries.cases.inbox import PARTS
from models.queries.cases.status import as_of
from models.queries.cases.steps import late_steps
from models.queries.documents import waiting_ids
from models.queries.messages.outbox import needs_a_person
from models.queries.messages.urging_letters import WAITING
from models.tables.amendments import Proposal
from models.tables.answers import UNMATCHED, AnswerRequest, InboundEvent
from models.tables.channels import ChannelHealth
from models.tables.content import Consolidation, ContentCheck, Settlement
from models.tables.inbound import TO_BE_SEEN, AddressHealth, InboundMail
from models.tables.log import LogEntry
from models.tables.messages import LetterDraft, Message
from models.tables.organisations import Organisation
from models.tables.people import ContactAddress, Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Decision

Moment = ColumnElement[Any]
TABLES_COME_FROM = (ContentCheck, Decision, Settlement, Consolidation)
NEWEST = ("newest_check", "newest_decision", "newest_settlement", "newest_frozen")  # the same: the tables are, too
RECENT = 5_000  # entries of the log looked through for what was done lately


def counts(session: Session, now: datetime, today: date) -> dict[str, int]:
    """One statement; every part of it reads what waits, not what ever was. With the ids of NEWEST."""
    row = session.execute(_counts(), {"now": now, "today": today, **as_of(now)}).one()
    return dict(row._mapping)


@cache
def _counts() -> Select[Any]:
    """Built once: it goes with every page of a coordinator."""
    now, today = bindparam("now", type_=UtcMoment()), bindparam("today", type_=Date())
    parts = {
        **PARTS,
        "requests": select(col(AnswerRequest.id)).where(text("answer_request.state = 'waiting'")),
        "proposals": select(col(Proposal.id)).where(col(Proposal.amendment_id).is_(None)),
        "letters": select(col(LetterDraft.id)).where(col(LetterDraft.state).in_(WAITING)),
        "documents": waiting_ids(),
        "steps": late_steps(),
        "mails": select(col(InboundMail.id)).where(text(f"inbound_mail.{TO_BE_SEEN}"), _unseen()),
        "undelivered": select(col(Message.id)).where(needs_a_person()),
        "addresses": select(func.distinct(col(AddressHealth.id))).where(_dead(now), _still_used(today)),
        "channels": select(col(ChannelHealth.channel)).where(_paused(now)),
        "events": select(col(InboundEvent.id)).where(text(f"inbound_event.{UNMATCHED}")),
    }
    newest = (select(func.coalesce(func.max(col(table.id)), 0)).scalar_subquery() for table in TABLES_COME_FROM)
    return select(
        *(_number(part).label(name) for name, part in parts.items()),
        *(number.label(name) for name, number in zip(NEWEST, newest, strict=True)),
    )


def _number(part: Select[Any]) -> Any:
    return select(func.count()).select_from(part.subquery()).scalar_subquery()


def _unseen() -> ColumnElement[bool]:
    return col(InboundMail.seen_at).is_(None)


def _paused(now: Moment) -> ColumnElement[bool]:
    return col(ChannelHealth.paused_until) > now


def _dead(now: Moment) -> ColumnElement[bool]:
    until = col(AddressHealth.until)
    return and_(col(AddressHealth.state) == "dead", or_(until.is_(None), until > now))


def _of_person() -> ColumnElement[bool]:
    linked = select(col(ContactAddress.id)).where(
        col(ContactAddress.person_id) == col(Person.id),
        func.lower(col(ContactAddress.address)) == col(AddressHealth.address),
    )
    return or_(
        func.lower(col(Person.email)) == col(AddressHealth.address),
        col(Person.phone) == col(AddressHealth.address),
        linked.correlate(Person, AddressHealth).exists(),
    )


def _still_used(today: Moment) -> ColumnElement[bool]:
    """By somebody who holds a post today: whoever has left need not be reached."""
    query = select(col(Person.id)).join(Tenure, col(Tenure.person_id) == col(Person.id))
    return query.where(_of_person(), holds_post_on(today)).correlate(AddressHealth).exists()


@dataclass(frozen=True)
class BadAddress:
    """An address that does not work, and a post whose holder is written to by it."""

    id: int
    channel: str
    address: str
    state: str
    reason: str
    since: datetime
    until: datetime | None
    person_id: int
    person: str
    post: str
    role: str
    organisation_id: int
    unit: str


def bad_addresses(session: Session, today: date) -> list[BadAddress]:
    """The dead ones first; somebody with two posts stands there twice."""
    query = (
        select(
            col(AddressHealth.id),
            col(AddressHealth.channel),
            col(AddressHealth.address),
            col(AddressHealth.state),
            col(AddressHealth.reason),
            col(AddressHealth.since),
            col(AddressHealth.until),
            col(Person.id),
            col(Person.name),
            col(Post.title),
            col(Post.role),
            col(Post.organisation_id),
            col(Organisation.key),
        )
        .select_from(AddressHealth)
        .join(Person, _of_person())
        .join(Tenure, col(Tenure.person_id) == col(Person.id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .where(holds_post_on(today))
        .order_by(col(AddressHealth.state), col(AddressHealth.since).desc(), col(AddressHealth.id), col(Post.id))
    )
    return [BadAddress(*row) for row in session.execute(query)]


def channel_rows(session: Session) -> Sequence[ChannelHealth]:
    return session.execute(select(ChannelHealth).order_by(col(ChannelHealth.channel))).scalars().all()


def waiting_by_channel(session: Session) -> dict[str, tuple[int, datetime]]:
    """Channel → how many messages wait, and since when the oldest may leave."""
    query = (
        select(col(Message.channel), func.count(), func.min(col(Message.not_before)))
        .where(text("message.state IN ('pending', 'leased')"))
        .group_by(col(Message.channel))
    )
    return {channel: (number, oldest) for channel, number, oldest in session.execute(query)}


def unmatched_events(session: Session, most: int) -> Sequence[InboundEvent]:
    query = select(InboundEvent).where(text(f"inbound_event.{UNMATCHED}")).order_by(col(InboundEvent.id))
    return session.execute(query.limit(most)).scalars().all()


def posts_of_people(session: Session, people: Sequence[int], today: date) -> dict[int, tuple[str, str]]:
    """Person → unit and title of a post held today."""
    query = (
        select(col(Tenure.person_id), col(Organisation.key), col(Post.title))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .where(col(Tenure.person_id).in_(people), holds_post_on(today))
        .order_by(col(Post.id).desc())
    )
    return {person: (unit, title) for person, unit, title in session.execute(query)}


def last_done(session: Session, actions: Sequence[str], most: int) -> Sequence[LogEntry]:
    """The newest entries of the log with one of these actions."""
    newest = select(func.max(col(LogEntry.seq))).scalar_subquery()
    query = select(LogEntry).where(col(LogEntry.seq) > newest - RECENT, col(LogEntry.action).in_(actions))
    return session.execute(query.order_by(col(LogEntry.seq).desc()).limit(most)).scalars().all()


def open_periods(session: Session) -> list[tuple[str, str]]:
    """(duty, period) of every occurrence whose cases exist, the latest first."""
    query = (
        select(col(ObligationRow.code), col(Occurrence.period))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .where(col(Occurrence.opened_at).is_not(None))
        .order_by(col(Occurrence.target_day).desc(), col(ObligationRow.position), col(Occurrence.id))
    )
    return [(code, period) for code, period in session.execute(query)]
