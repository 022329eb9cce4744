"""Named queries of the ledger: reminders, official letters, and other messages about cases, as one list."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_known_step
from models.queries.messages.claiming import carried
from models.queries.plan.ladder_days import of_step
from models.tables.cases import Case, Stage
from models.tables.messages import Attempt, LetterCase, LetterDraft, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence, StepDay
from models.tables.submissions import Submission
from rules.plan import COMPLETION, OPEN_STEP

FATES = (
    *("sent", "delivered", "bounced", "failed", "given_up", "waiting"),
    *("skipped", "expired", "suppressed", "recorded", "issued"),
)
MOST = 1_000  # lines at once
LETTER = "letter"  # the channel of an official letter


@dataclass(frozen=True)
class LedgerFilter:
    """Which lines; whatever is None or empty is not asked for."""

    case_id: int | None = None
    unit: str = ""
    obligation: str = ""
    person: str = ""  # part of a name or of an address
    channel: str = ""
    fate: str = ""
    first: date | None = None
    last: date | None = None
    until: datetime | None = None  # as it was known before this moment


@dataclass(frozen=True)
class LedgerLine:
    kind: str  # notice, letter, or the kind of another message
    id: int  # of the notice, the draft, the message
    case_id: int
    organisation_id: int
    unit: str
    obligation: str
    short: str
    period: str
    step: str
    message: str  # what the step asks for
    person: str
    to_unit: bool  # it went to the unit itself, not to whoever follows it
    on_day: date
    written_at: datetime
    families: str  # of channels the step goes by
    skipped: str | None
    message_id: int | None
    channel: str | None
    state: str | None
    attempts: int | None
    reason: str | None
    address: str | None
    sent_at: datetime | None
    told: str | None  # of the last attempt: accepted, delivered, rejected, unknown …
    number: str
    fate: str


def lines(session: Session, filters: LedgerFilter, limit: int, offset: int = 0) -> list[LedgerLine]:
    """The newest first."""
    told = union_all(_notices(filters), _letters(filters), _others(filters)).subquery("told")
    query = _asked(_newest_first(told), told, filters).limit(limit).offset(offset)
    return [LedgerLine(*row) for row in session.execute(query)]


def of_case(session: Session, case_id: int) -> list[LedgerLine]:
    """Of one case, the newest first and at most `MOST`."""
    return [LedgerLine(*row) for row in session.execute(_of_case(), {"case_id": case_id})]


@cache
def _of_case() -> Select[Any]:
    """Written once: to write it takes ten times as long as to answer it."""
    asked = bindparam("case_id", type_=Integer())
    every = LedgerFilter()
    told = union_all(
        _notices(every).where(col(Notice.case_id) == asked),
        _letters(every).where(col(LetterCase.case_id) == asked),
        _others(every).where(col(Message.case_id) == asked),
    )
    return _newest_first(told.subquery("told")).limit(MOST)


def _newest_first(told: Any) -> Select[Any]:
    return select(told).order_by(told.c.on_day.desc(), told.c.written_at.desc(), told.c.kind, told.c.id.desc())


def count(session: Session, filters: LedgerFilter) -> int:
    told = union_all(_notices(filters), _letters(filters), _others(filters)).subquery("told")
    return int(session.execute(_asked(select(func.count()).select_from(told), told, filters)).scalar_one())


def _asked(query: Select[Any], told: Any, filters: LedgerFilter) -> Select[Any]:
    """What only the whole line knows."""
    if filters.channel:
        query = query.where(told.c.channel == filters.channel)
    return query.where(told.c.fate == filters.fate) if filters.fate else query


def _about(query: Select[Any], filters: LedgerFilter, case_id: Any, day: Any) -> Select[Any]:
    query = (
        query.join(Case, col(Case.id) == case_id)
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )
    if filters.case_id is not None:
        query = query.where(case_id == filters.case_id)
    if filters.unit:
        query = query.where(func.upper(col(Organisation.key)) == filters.unit.upper())
    if filters.obligation:
        query = query.where(col(ObligationRow.code) == filters.obligation.upper())
    if filters.first is not None:
        query = query.where(day >= filters.first)
    return query.where(day <= filters.last) if filters.last is not None else query


def _of_person(query: Select[Any], filters: LedgerFilter) -> Select[Any]:
    if not filters.person:
        return query
    part = filters.person.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    named = or_(col(Person.name).ilike(f"%{part}%", escape="\\"), col(Person.email).ilike(f"%{part}%", escape="\\"))
    return query.where(named)


def _arm(**columns: Any) -> Select[Any]:
    """One part of the union: the columns of a line by name, in the order of its fields. Raises TypeError."""
    names = [field.name for field in fields(LedgerLine)]
    every = {**_NAMED, **_LACKING, **columns}
    if wrong := every.keys() ^ set(names):
        raise TypeError(f"not the columns of a line: {', '.join(sorted(wrong))}")
    return select(*(every[name].label(name) for name in names))


_NAMED = {
    "case_id": col(Case.id),
    "organisation_id": col(Case.organisation_id),
    "unit": col(Organisation.key),
    "obligation": col(ObligationRow.code),
    "short": col(ObligationRow.short),
    "period": col(Occurrence.period),
}
_LACKING = {  # what an arm does not have it does not name
    "families": literal(""),
    "skipped": cast(null(), String()),
    "message_id": cast(null(), Integer()),
    "attempts": cast(null(), Integer()),
    "address": cast(null(), String()),
    "sent_at": cast(null(), UtcMoment()),
    "told": cast(null(), String()),
    "number": literal(""),
}
_SENT = {
    "message_id": col(Message.id),
    "channel": col(Message.channel),
    "state": col(Message.state),
    "attempts": col(Message.attempts),
    "reason": col(Message.reason),
    "address": col(Attempt.address),
    "sent_at": col(Attempt.started_at),
    "told": col(Attempt.state),
}


def _notices(filters: LedgerFilter) -> Select[Any]:
    fate = case(
        (col(Notice.skipped).is_not(None), "skipped"),
        (col(Message.id).is_(None), "recorded"),
        (_answered_before(), "expired"),
        else_=_fate(filters),
    )
    query = _arm(
        kind=literal("notice"),
        id=col(Notice.id),
        step=col(Notice.step),
        message=col(Notice.message),
        person=col(Person.name),
        to_unit=_to_unit(col(Notice.on_day)),
        on_day=col(Notice.on_day),
        written_at=col(Notice.written_at),
        families=col(Notice.channels),
        skipped=col(Notice.skipped),
        fate=fate,
        **_SENT,
    ).select_from(Notice)
    digest = and_(carried(), col(Message.kind) == "digest", col(Notice.skipped).is_(None))
    query = _about(query, filters, col(Notice.case_id), col(Notice.on_day))
    query = query.join(Person, col(Person.id) == col(Notice.person_id)).outerjoin(Message, digest)
    if filters.until is not None:
        query = query.where(col(Notice.written_at) < literal(filters.until, UtcMoment()))
    return _of_person(_with_last_attempt(query, filters), filters)


def _others(filters: LedgerFilter) -> Select[Any]:
    """Receipts, returns and the like: messages about one case that are no reminders."""
    query = _arm(
        kind=col(Message.kind),
        id=col(Message.id),
        step=literal(""),
        message=col(Message.kind),
        person=col(Person.name),
        to_unit=_to_unit(col(Message.on_day)),
        on_day=col(Message.on_day),
        written_at=col(Message.created_at),
        fate=_fate(filters),
        **_SENT,
    ).select_from(Message)
    query = _about(query, filters, col(Message.case_id), col(Message.on_day))
    query = query.join(Person, col(Person.id) == col(Message.person_id)).where(col(Message.kind) != "digest")
    if filters.until is not None:
        query = query.where(col(Message.created_at) < literal(filters.until, UtcMoment()))
    return _of_person(_with_last_attempt(query, filters), filters)


def _letters(filters: LedgerFilter) -> Select[Any]:
    """Official letters that were issued; the official exchange carries them, so nothing more is known here."""
    query = _arm(
        kind=literal(LETTER),
        id=col(LetterDraft.id),
        step=col(LetterDraft.step),
        message=literal(LETTER),
        person=literal(""),
        to_unit=true(),
        on_day=col(LetterDraft.issued_on),
        written_at=col(LetterDraft.changed_at),
        channel=literal(LETTER),
        state=literal("issued"),
        reason=literal(""),
        number=col(LetterDraft.document_number),
        fate=literal("issued"),
    ).select_from(LetterCase)
    query = query.join(LetterDraft, col(LetterDraft.id) == col(LetterCase.draft_id))
    query = query.where(col(LetterDraft.state) == "issued")
    if filters.person:
        query = query.where(false())
    return _about(query, filters, col(LetterCase.case_id), col(LetterDraft.issued_on))


def _fate(filters: LedgerFilter) -> ColumnElement[Any]:
    """In one word; as it was known before `until`."""
    bounced: ColumnElement[bool] = col(Message.state) == "bounced"
    waiting: ColumnElement[bool] = col(Message.state).in_(("pending", "leased"))
    if filters.until is not None:
        later = col(Message.finished_at) >= literal(filters.until, UtcMoment())
        bounced, waiting = and_(bounced, ~later), or_(waiting, later)
    return case(
        (bounced, "bounced"),
        (col(Message.state) == "bounced", "sent"),
        (waiting, "waiting"),
        (col(Message.state).in_(("failed", "exhausted")), "failed"),
        (and_(col(Message.state) == "sent", col(Attempt.state) == "delivered"), "delivered"),
        else_=col(Message.state),
    )


def _answered_before() -> ColumnElement[bool]:
    """A letter that left after the answer was known no longer spoke of this case, nor of a step recorded by then."""
    left = col(Attempt.started_at)
    known = exists().where(col(Submission.case_id) == col(Case.id), col(Submission.registered_at) <= left)
    recorded = (
        select(col(Stage.id))
        .join(StepDay, of_step())
        .where(col(Stage.case_id) == col(Case.id), is_known_step(left), col(Stage.done_on).is_not(None))
        .correlate(Case, Notice, Attempt)
        .exists()
    )
    completed = exists().where(
        col(Submission.case_id) == col(Case.id),
        col(Submission.registered_at) <= left,
        col(Submission.registered_at) > col(Notice.written_at),
    )
    of_kind = ((col(Notice.message) == OPEN_STEP, recorded), (col(Notice.message) == COMPLETION, completed))
    return or_(col(Case.outcome_at) <= left, case(*of_kind, else_=known))


def _to_unit(day: Any) -> ColumnElement[bool]:
    held = holds_post_on(day)
    query = select(col(Tenure.id)).join(Post, col(Post.id) == col(Tenure.post_id))
    query = query.where(col(Tenure.person_id) == col(Person.id), col(Post.organisation_id) == col(Case.organisation_id))
    return query.where(held).correlate(Person, Case, Notice, Message).exists()


def _with_last_attempt(query: Select[Any], filters: LedgerFilter) -> Select[Any]:
    last = select(func.max(col(Attempt.id))).where(col(Attempt.message_id) == col(Message.id))
    if filters.until is not None:
        last = last.where(col(Attempt.started_at) < literal(filters.until, UtcMoment()))
    return query.outerjoin(Attempt, col(Attempt.id) == last.correlate(Message).scalar_subquery())


def of_message(session: Session, message: int) -> list[LedgerLine]:
    """What one message is about: the notices of a digest, or its own case."""
    told = union_all(
        _notices(LedgerFilter()).where(col(Message.id) == message),
        _others(LedgerFilter()).where(col(Message.id) == message),
    ).subquery("told")
    query = select(told).order_by(told.c.unit, told.c.obligation, told.c.id)
    return [LedgerLine(*row) for row in session.execute(query)]


def attempts(session: Session, message: int) -> list[Attempt]:
    query = select(Attempt).where(col(Attempt.message_id) == message).order_by(col(Attempt.number))
    return list(session.execute(query).scalars())
