"""Named queries about what came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, stands
from models.queries.messages.claiming import carried
from models.tables.cases import Case
from models.tables.inbound import AddressHealth, InboundMail
from models.tables.messages import Attempt, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Submission, SubmissionFile


def decided_at(session: Session, places: Collection[str]) -> dict[str, str]:
    """The verdict on the mails at these places of a mailbox, as far as there is one."""
    query = select(col(InboundMail.place), col(InboundMail.verdict))
    query = query.where(col(InboundMail.place).in_(places), col(InboundMail.verdict) != "new")
    return dict(session.execute(query).tuples().all())


def by_dedupe_key(session: Session, key: str) -> InboundMail | None:
    return session.execute(select(InboundMail).where(col(InboundMail.dedupe_key) == key)).scalar_one_or_none()


def to_be_seen(session: Session) -> Sequence[InboundMail]:
    """Quarantined mails nobody has looked at yet, the oldest first."""
    query = select(InboundMail).where(col(InboundMail.verdict) == "quarantined", col(InboundMail.seen_at).is_(None))
    return session.execute(query.order_by(col(InboundMail.id))).scalars().all()


def laid_aside(session: Session, most: int) -> Sequence[InboundMail]:
    """The last ones a person has looked at and not registered."""
    query = select(InboundMail).where(col(InboundMail.verdict) == "quarantined", col(InboundMail.seen_at).is_not(None))
    newest_first = col(InboundMail.seen_at).desc(), col(InboundMail.id).desc()
    return session.execute(query.order_by(*newest_first).limit(most)).scalars().all()


def message_keys(session: Session, since: datetime) -> Sequence[tuple[int, str]]:
    """Ids and keys of the e-mails written since."""
    query = select(col(Message.id), col(Message.key)).where(col(Message.channel) == "email")
    query = query.where(col(Message.created_at) >= literal(since, UtcMoment()))
    return [(id, key) for id, key in session.execute(query)]


def case_ids(session: Session) -> Sequence[int]:
    return session.execute(select(col(Case.id))).scalars().all()


def attempt(session: Session, message: int, number: int | None = None) -> Attempt | None:
    """This attempt at a message; without a number, the last."""
    query = select(Attempt).where(col(Attempt.message_id) == message).order_by(col(Attempt.number).desc()).limit(1)
    if number is not None:
        query = query.where(col(Attempt.number) == number)
    return session.execute(query).scalar_one_or_none()


def was_written_to(session: Session, address: str) -> bool:
    query = select(col(Attempt.id)).where(func.lower(col(Attempt.address)) == address.lower()).limit(1)
    return session.execute(query).first() is not None


@dataclass(frozen=True)
class CaseCodes:
    """A case by the codes people use."""

    id: int
    unit: str
    organisation_id: int
    obligation: str
    period: str
    outcome: str | None  # why nothing more is awaited: waived, not_applicable …


def case_codes(session: Session, cases: Collection[int]) -> dict[int, CaseCodes]:
    query = (
        select(
            col(Case.id),
            col(Organisation.key),
            col(Case.organisation_id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Case.outcome),
        )
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Case.id).in_(cases))
    )
    return {row[0]: CaseCodes(*row) for row in session.execute(query)}


def cases_told_in(session: Session, message: int) -> list[int]:
    """The cases a message was about: its own, or those of the digest."""
    own = session.execute(select(col(Message.case_id)).where(col(Message.id) == message)).scalar_one_or_none()
    if own is not None:
        return [own]
    query = (
        select(col(Notice.case_id))
        .join(Message, carried())
        .where(col(Message.id) == message, col(Message.kind) == "digest", col(Notice.skipped).is_(None))
        .distinct()
        .order_by(col(Notice.case_id))
    )
    return list(session.execute(query).scalars())


def units_of_contact(session: Session, address: str, day: date) -> set[int]:
    """The organisations for which this address holds a post that day."""
    query = (
        select(col(Post.organisation_id))
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(func.lower(col(Person.email)) == address.lower())
        .where(holds_post_on(day))
    )
    return set(session.execute(query).scalars())


def person_of_contact(session: Session, address: str, day: date) -> int | None:
    """Who holds a post that day under this address."""
    query = (
        select(col(Person.id))
        .join(Tenure, col(Tenure.person_id) == col(Person.id))
        .where(func.lower(col(Person.email)) == address.lower())
        .where(holds_post_on(day))
        .order_by(col(Person.id))
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def files_of_last_submission(session: Session, case_id: int) -> set[str]:
    """SHA-256 of what was handed in last."""
    last = (
        select(col(Submission.id))
        .where(col(Submission.case_id) == case_id, stands(Submission))
        .order_by(col(Submission.version).desc())
        .limit(1)
    )
    query = select(col(SubmissionFile.sha256)).where(col(SubmissionFile.submission_id) == last.scalar_subquery())
    return set(session.execute(query).scalars())


def health(session: Session, channel: str, addresses: Collection[str]) -> Sequence[AddressHealth]:
    query = select(AddressHealth).where(col(AddressHealth.channel) == channel)
    return session.execute(query.where(col(AddressHealth.address).in_(addresses))).scalars().all()
