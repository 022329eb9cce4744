"""Named queries of the outbox: what waits where, whom we wrote to lately, what no channel could deliver."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_pending
from models.queries.messages.claiming import carried
from models.tables.messages import GIVEN_UP as GIVEN_UP_ROWS
from models.tables.messages import LITE, WAITING, Attempt, Message, Notice
from models.tables.people import Person
from rules.channels import EMAIL

ALIVE = ("pending", "leased", "sent")
GIVEN_UP = ("failed", "exhausted", "bounced")


PAST_ITS_DAY = "đã qua ngày nhắc, thư điện tử thay lời nhắc này"


def expire(session: Session, now: datetime) -> int:
    """Nudges whose day has passed do not leave any more; returns how many."""
    past = update(Message).where(is_pending(), col(Message.expires_at) <= literal(now, UtcMoment()))
    return int(
        session.connection().execute(past.values(state="expired", reason=PAST_ITS_DAY, finished_at=now)).rowcount
    )


def waiting_channels(session: Session, now: datetime) -> list[str]:
    query = select(col(Message.channel)).where(is_pending(), col(Message.not_before) <= literal(now, UtcMoment()))
    return sorted(session.execute(query.distinct()).scalars())


def keep_waiting(session: Session, reason: str, now: datetime) -> int:
    """Writes beside what is due why it does not leave; returns how many these are."""
    due = (is_pending(), col(Message.not_before) <= literal(now, UtcMoment()))
    session.connection().execute(update(Message).where(*due, col(Message.reason) != reason).values(reason=reason))
    return int(session.execute(select(func.count()).select_from(Message).where(*due)).scalar_one())


def written_to(
    session: Session, people: Collection[int], channel: str, since: datetime, uncounted: Collection[str]
) -> dict[int, tuple[int, datetime]]:
    """Person → how many messages have left by this channel since then, and when the last did."""
    query = (
        select(col(Message.person_id), func.count(), func.max(col(Message.finished_at)))
        .where(col(Message.person_id).in_(people), col(Message.channel) == channel, col(Message.state) == "sent")
        .where(col(Message.kind).not_in(uncounted), col(Message.finished_at) >= literal(since, UtcMoment()))
        .group_by(col(Message.person_id))
    )
    return {person: (number, last) for person, number, last in session.execute(query)}


def siblings(session: Session, message: Message) -> Sequence[Message]:
    """The other messages that carry a person's notices of that day and are on their way, or have arrived."""
    query = select(Message).where(
        col(Message.person_id) == message.person_id,
        col(Message.on_day) == message.on_day,
        col(Message.kind) == "digest",
        col(Message.id) != message.id,
        col(Message.state).in_(ALIVE),
    )
    return session.execute(query).scalars().all()


def channels_of_notices(session: Session, message: int | None) -> list[str]:
    """The families each notice of a digest goes by."""
    query = select(col(Notice.channels)).select_from(Message).join(Notice, carried())
    return list(session.execute(query.where(col(Message.id) == message, col(Notice.skipped).is_(None))).scalars())


def reminded_by_mail(session: Session, cases: Collection[int]) -> set[tuple[int, int]]:
    """(case, person) of every reminder that has left by e-mail."""
    query = (
        select(col(Notice.case_id), col(Notice.person_id))
        .join(Message, carried())
        .where(col(Notice.case_id).in_(cases), col(Notice.skipped).is_(None))
        .where(col(Message.kind) == "digest", col(Message.channel) == "email", col(Message.state) == "sent")
    )
    return {(case_id, person) for case_id, person in session.execute(query)}


def given_up(session: Session) -> list[tuple[Message, Person]]:
    """What a person must see to, the oldest first."""
    query = (
        select(Message, Person)
        .join(Person, col(Person.id) == col(Message.person_id))
        .where(needs_a_person())
        .order_by(col(Message.finished_at), col(Message.id))
    )
    return [(message, person) for message, person in session.execute(query)]


def needs_a_person() -> ColumnElement[bool]:
    """Given up; nothing has taken it over, neither another channel nor a lighter letter; no mail brings its notices.

    Malformed: also where a mail brings them, for it would be refused the next time too.
    """
    return and_(text(f"message.{GIVEN_UP_ROWS}"), ~_taken_over(), or_(_is_malformed(), ~_covered_by_mail()))


def _is_malformed() -> ColumnElement[bool]:
    wrong = (col(Attempt.message_id) == col(Message.id), col(Attempt.state) == "malformed")
    return select(col(Attempt.id)).where(*wrong).correlate(Message).exists()


def _taken_over() -> ColumnElement[bool]:
    other = aliased(Message)
    same = (col(other.person_id) == col(Message.person_id), col(other.on_day) == col(Message.on_day))
    lighter = col(other.key) == col(Message.key) + LITE  # it stands on the list for both
    later = or_(lighter, and_(col(other.key).like(col(Message.key) + ">%"), col(other.state).in_(ALIVE)))
    return select(col(other.id)).where(*same, later).correlate(Message).exists()


def _covered_by_mail() -> ColumnElement[bool]:
    """Each notice of the digest is carried by a mail of that day too."""
    mail = aliased(Message)
    carries = select(col(mail.id)).where(
        col(mail.person_id) == col(Message.person_id),
        col(mail.on_day) == col(Message.on_day),
        col(mail.id) != col(Message.id),
        col(mail.kind) == "digest",
        col(mail.channel) == EMAIL.name,
        col(mail.state).in_(ALIVE),
        col(Notice.channels).like("% " + col(mail.carries) + " %"),
    )
    told = select(col(Notice.id)).where(carried(), col(Notice.skipped).is_(None)).correlate(Message)
    untold = told.where(~carries.correlate(Message, Notice).exists())
    return and_(col(Message.kind) == "digest", told.exists(), ~untold.exists())


def last_answers(session: Session, channel: str, number: int) -> list[tuple[str, str]]:
    """What the other side said to the newest attempts, code and words, the newest first."""
    query = (
        select(col(Attempt.code), col(Attempt.detail))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.channel) == channel, col(Attempt.state) != "intent")
        .order_by(col(Attempt.id).desc())
    )
    return [(code, said) for code, said in session.execute(query.limit(number))]


def count_waiting(session: Session) -> int:
    waiting = select(func.count()).select_from(Message).where(text(f"message.{WAITING}"))
    return int(session.execute(waiting).scalar_one())
