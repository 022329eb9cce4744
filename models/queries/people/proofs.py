"""Named queries about what people prove themselves with: codes, counted tries, accounts at a provider."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.tables.access import Credential, OutsideIdentity, SignInAttempt


def use_code(session: Session, person_id: int, counter: int) -> bool:
    """False when this code, or a later one, was used before."""
    unused = (col(Credential.person_id) == person_id, col(Credential.last_counter) < counter)
    return session.connection().execute(update(Credential).where(*unused).values(last_counter=counter)).rowcount == 1


def count_as_succeeded(session: Session, kind: str, subject: str) -> None:
    """Every try of this kind at this address; `subject`: its digest."""
    tries = (col(SignInAttempt.subject) == subject, col(SignInAttempt.kind) == kind)
    session.connection().execute(update(SignInAttempt).where(*tries).values(succeeded=True))


def identity(session: Session, issuer: str, subject: str) -> OutsideIdentity | None:
    query = select(OutsideIdentity).where(OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject)
    return session.exec(query).first()


def identity_at(session: Session, issuer: str, person_id: int) -> OutsideIdentity | None:
    query = select(OutsideIdentity).where(OutsideIdentity.issuer == issuer, OutsideIdentity.person_id == person_id)
    return session.exec(query).first()


def identities_of(session: Session, person_id: int) -> Sequence[OutsideIdentity]:
    return session.exec(select(OutsideIdentity).where(OutsideIdentity.person_id == person_id)).all()
