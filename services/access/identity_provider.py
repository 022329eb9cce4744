"""People whom an identity provider vouches for."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.people import access as queries
from models.queries.people import proofs as proof_queries
from models.tables.access import OutsideIdentity
from models.tables.people import Person
from services import log
from services.access.sessions import enter, held
from services.access.throttle import Caller
from services.errors import Refused


class UnknownIdentity(Refused):
    """Proven, but nobody who holds anything here."""

    def __init__(self) -> None:
        super().__init__("Tài khoản này chưa giữ vị trí nào. / This account holds no post here.")


class AnotherAccount(Refused):
    """The address is of somebody whom this provider knows by another account already."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        super().__init__("Địa chỉ này đã gắn với một tài khoản khác. / The address belongs to another account.")


def enter_from_outside(
    session: Session, issuer: str, subject: str, verified_email: str, caller: Caller, now: datetime
) -> str:
    """Known by the provider's own name for the person; the first time by the address.

    Raises UnknownIdentity, AnotherAccount.
    """
    person = _known(session, issuer, subject) or _first_time(session, issuer, subject, verified_email, now)
    if person is None or not held(session, id_of(person), now):
        raise UnknownIdentity
    return enter(session, person, "oidc", caller, now)


def _known(session: Session, issuer: str, subject: str) -> Person | None:
    identity = proof_queries.identity(session, issuer, subject)
    return session.get(Person, identity.person_id) if identity else None


def _first_time(session: Session, issuer: str, subject: str, email: str, now: datetime) -> Person | None:
    person = queries.person_by_email(session, email) if email else None
    if person is None or person.id is None or not held(session, person.id, now):
        return None
    if proof_queries.identity_at(session, issuer, person.id) is not None:
        raise AnotherAccount(person.id)
    session.add(OutsideIdentity(issuer=issuer, subject=subject, person_id=person.id))
    log.append(session, now, person.name, "access.identity", f"person:{person.id}", {"issuer": issuer})
    return person


def note_another_account(session: Session, person_id: int, issuer: str, caller: Caller, now: datetime) -> None:
    """For the administrators: either somebody has a new account, or the address has been given to somebody else."""
    details = {"issuer": issuer, "network": caller.network}
    log.append(session, now, "kyhan", "access.identity_refused", f"person:{person_id}", details)


def has_outside_account(session: Session, person_id: int) -> bool:
    return bool(proof_queries.identities_of(session, person_id))


def forget_outside_account(session: Session, person: Person, by: str, now: datetime) -> None:
    """The next account that proves this address is theirs."""
    for row in proof_queries.identities_of(session, id_of(person)):
        session.delete(row)
        log.append(session, now, by, "access.identity_end", f"person:{person.id}", {"issuer": row.issuer})
