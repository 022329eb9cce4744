"""Named queries about messages: claiming them, and what they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, literal, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_open, is_owed
from models.database import table
from models.tables.cases import Case
from models.tables.channels import SendingHold
from models.tables.messages import Attempt, Message, Notice
from models.tables.people import ContactAddress, Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.deadlines import HeldTo
from rules.plan import COMPLETION, OPEN_STEP


@dataclass(frozen=True)
class ClaimedMessage:
    id: int
    key: str
    person_id: int
    channel: str
    kind: str
    on_day: date
    case_id: int | None
    facts: str | None
    attachment: str | None
    attempts: int
    carries: str = "email"


CLAIMED = (
    col(Message.id),
    col(Message.key),
    col(Message.person_id),
    col(Message.channel),
    col(Message.kind),
    col(Message.on_day),
    col(Message.case_id),
    col(Message.facts),
    col(Message.attachment),
    col(Message.attempts),
    col(Message.carries),
)


def claim(
    session: Session,
    owner: str,
    now: datetime,
    until: datetime,
    limit: int,
    *,
    digests: bool,
    kinds: Collection[str] | None = None,
    channel: str | None = None,
    first: Collection[str] = (),
) -> list[ClaimedMessage]:
    """Lease the oldest waiting messages to `owner` in one statement; no two owners get the same.

    `first`: kinds that go before older ones.
    """
    waiting = (
        select(col(Message.id))
        .where(col(Message.state) == "pending", col(Message.not_before) <= literal(now, UtcMoment()))
        .order_by(*([col(Message.kind).not_in(first)] if first else []), col(Message.not_before), col(Message.id))
        .limit(limit)
    )
    if not digests:
        waiting = waiting.where(col(Message.kind) != "digest")
    if kinds is not None:
        waiting = waiting.where(col(Message.kind).in_(kinds))
    if channel is not None:
        waiting = waiting.where(col(Message.channel) == channel)
    if session.get_bind().dialect.name == "postgresql":
        waiting = waiting.with_for_update(skip_locked=True)
    statement: Any = (
        update(Message)
        .where(col(Message.id).in_(waiting.scalar_subquery()))
        .values(state="leased", lease_owner=owner, lease_until=until, attempts=col(Message.attempts) + 1)
        .returning(*CLAIMED)
        .execution_options(synchronize_session=False)
    )
    return sorted((ClaimedMessage(*row) for row in session.execute(statement)), key=lambda row: row.id)


@dataclass(frozen=True)
class Recipient:
    person_id: int
    name: str
    email: str
    example: bool
    role: str
    title: str
    organisation_id: int
    phone: str = ""


def recipients(session: Session, people: Collection[int], day: date) -> dict[int, Recipient]:
    """Each person with the post held that day."""
    query = (
        select(
            col(Person.id),
            col(Person.name),
            col(Person.email),
            col(Person.example),
            col(Post.role),
            col(Post.title),
            col(Post.organisation_id),
            col(Person.phone),
        )
        .join(Tenure, col(Tenure.person_id) == col(Person.id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .where(col(Person.id).in_(people))
        .where(holds_post_on(day))
        .order_by(col(Post.id).desc())
    )
    return {row[0]: Recipient(*row) for row in session.execute(query)}


def contact_addresses(session: Session, people: Collection[int]) -> dict[tuple[int, str], str]:
    """(person, kind of link) → address."""
    query = select(col(ContactAddress.person_id), col(ContactAddress.kind), col(ContactAddress.address))
    found = session.execute(query.where(col(ContactAddress.person_id).in_(people)))
    return {(person, kind): address for person, kind, address in found}


def linked_to(session: Session, addresses: Collection[str]) -> dict[tuple[str, str], str]:
    """(kind of link, address) → the e-mail address of the person."""
    query = select(col(ContactAddress.kind), col(ContactAddress.address), col(Person.email))
    found = session.execute(
        query.join(Person, col(Person.id) == col(ContactAddress.person_id)).where(
            col(ContactAddress.address).in_(addresses)
        )
    )
    return {(kind, address): email for kind, address, email in found}


def carried() -> ColumnElement[bool]:
    """The notices a digest carries: its person's of its day, as far as their steps go by its family of channels."""
    return and_(
        col(Notice.person_id) == col(Message.person_id),
        col(Notice.on_day) == col(Message.on_day),
        col(Notice.channels).like("% " + col(Message.carries) + " %"),
    )


class DigestRow(NamedTuple):  # quicker to make than a dataclass, and a morning reads ten thousand
    """A notice with its case, still unanswered."""

    message_id: int
    case_id: int
    level: int
    step: str
    organisation_id: int
    term_id: int


def digest_rows(session: Session, messages: Collection[int]) -> list[DigestRow]:
    """What each digest carries that is still owed now; an answered case is not mentioned."""
    query = (
        select(
            col(Message.id),
            col(Case.id),
            col(Notice.level),
            col(Notice.step),
            col(Case.organisation_id),
            col(Case.term_id),
        )
        .select_from(Message)
        .join(Notice, carried())
        .join(Case, col(Case.id) == col(Notice.case_id))
        .where(col(Message.id).in_(messages), col(Notice.skipped).is_(None))
        .where(is_open())
        .order_by(col(Message.id), col(Case.id), col(Notice.level))
    )
    return [DigestRow(*row) for row in session.execute(query)]


class TermDetails(NamedTuple):
    """What is owed by a term, in the plan's words: the same for every unit that is held to it."""

    code: str
    title: str
    short: str
    clause: str
    period: str
    role: str
    deadline_phrase: str
    nominal_last_day: date | None
    occurrence_day: date
    target_day: date
    late_after: date | None
    why: str = ""
    agreed: str = ""  # the day of an extension

    @property
    def held(self) -> HeldTo:
        return HeldTo(
            self.deadline_phrase,
            self.nominal_last_day,
            self.occurrence_day,
            self.target_day,
            self.late_after,
            date.fromisoformat(self.agreed) if self.agreed else None,
        )


def owed(session: Session, terms: Collection[int]) -> dict[int, TermDetails]:
    query = (
        select(
            col(Term.id),
            col(ObligationRow.code),
            col(ObligationRow.title_vi),
            col(ObligationRow.short),
            col(ObligationRow.clause),
            col(Occurrence.period),
            col(Term.role),
            col(Occurrence.deadline_phrase),
            col(Occurrence.nominal_last_day),
            col(Occurrence.target_day),
            col(Term.target_day),
            col(Term.late_after),
            col(Occurrence.why),
            col(Term.agreed),
        )
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Term.id).in_(terms))
    )
    return {term: TermDetails(*rest) for term, *rest in session.execute(query)}


class CaseTerm(NamedTuple):
    case_id: int
    organisation_id: int
    term_id: int


def terms_of(session: Session, cases: Collection[int]) -> list[CaseTerm]:
    query = select(col(Case.id), col(Case.organisation_id), col(Case.term_id)).where(col(Case.id).in_(cases))
    return [CaseTerm(*row) for row in session.execute(query.order_by(col(Case.id)))]


def awaited(session: Session, cases: Collection[int]) -> dict[int, int]:
    """Of these cases those an answer is owed for → the organisation that owes it."""
    query = select(col(Case.id), col(Case.organisation_id)).where(col(Case.id).in_(cases), is_owed())
    return dict(row._tuple() for row in session.execute(query))


def told_before(session: Session, cases: Collection[int], before: date) -> dict[int, dict[int, list[date]]]:
    """Case → person → the days before this one on which they were reminded of it."""
    query = (
        select(col(Notice.case_id), col(Notice.person_id), col(Notice.on_day))
        .where(col(Notice.case_id).in_(cases), col(Notice.on_day) < before)
        .where(col(Notice.skipped).is_(None), col(Notice.level) < 4, col(Notice.channels) != "")
        .where(col(Notice.message).not_in((OPEN_STEP, COMPLETION)))  # which are about what follows
    )
    days: dict[int, dict[int, list[date]]] = {}
    for case_id, person, day in session.execute(query):
        days.setdefault(case_id, {}).setdefault(person, []).append(day)
    return days


def reminded_on(session: Session, cases: Collection[int], before: date) -> dict[int, tuple[date, ...]]:
    """The days on which each case's people were reminded."""
    return {case_id: days_told(told) for case_id, told in told_before(session, cases, before).items()}


def days_told(told: Mapping[int, list[date]]) -> tuple[date, ...]:
    return tuple(sorted({day for days in told.values() for day in days}))


def ended_at(session: Session, messages: Collection[int], now: datetime) -> list[int]:
    """Of these messages, those that have ended at that moment."""
    ended = (col(Message.id).in_(messages), col(Message.finished_at) == literal(now, UtcMoment()))
    return list(session.execute(select(col(Message.id)).where(*ended).order_by(col(Message.id))).scalars())


def begin_attempt(connection: Connection, claimed: ClaimedMessage, intent: Mapping[str, Any]) -> bool:
    """False: somebody has claimed it since, or it was taken back, or a person holds the channel."""
    return bool(connection.execute(BEGIN, {"m": claimed.id, "n": claimed.attempts, **intent}).rowcount)


def renew_lease(connection: Connection, claimed: ClaimedMessage, until: datetime) -> bool:
    """False: it is no longer ours."""
    ours = {"m": claimed.id, "n": claimed.attempts, "until": until}
    return bool(connection.execute(RENEW, ours).rowcount)


_messages, _attempts = table(Message), table(Attempt)
OURS = (
    _messages.c.id == bindparam("m"),
    _messages.c.attempts == bindparam("n"),
    _messages.c.state == "leased",
)
RENEW = update(_messages).where(*OURS).values(lease_until=bindparam("until"))
INTENT = ("address", "subject", "state", "code", "detail", "provider_ref", "started_at")
BEGIN = insert(_attempts).from_select(
    ["message_id", "number", *INTENT],
    select(
        _messages.c.id, _messages.c.attempts, *(bindparam(name, type_=_attempts.c[name].type) for name in INTENT)
    ).where(
        *OURS,
        ~select(table(SendingHold)).where(table(SendingHold).c.channel.in_(["*", _messages.c.channel])).exists(),
    ),
)


def expired_leases(session: Session, now: datetime) -> Sequence[Message]:
    """Held until the transaction ends: two who put the same message back would let a third send it in between."""
    query = select(Message).where(col(Message.state) == "leased", col(Message.lease_until) < literal(now, UtcMoment()))
    return session.execute(query.with_for_update(skip_locked=True)).scalars().all()


def ends_of_attempts(session: Session, messages: Collection[int]) -> list[tuple[int, str, str, int]]:
    """(message, state, code, how many attempts ended so)."""
    end = (col(Attempt.message_id), col(Attempt.state), col(Attempt.code))
    query = select(*end, func.count()).where(col(Attempt.message_id).in_(messages)).group_by(*end)
    return [(message, state, code, number) for message, state, code, number in session.execute(query)]


def intents(session: Session, messages: Collection[int]) -> Sequence[Attempt]:
    """Attempts that were begun and never recorded."""
    query = select(Attempt).where(col(Attempt.message_id).in_(messages), col(Attempt.state) == "intent")
    return session.execute(query).scalars().all()
