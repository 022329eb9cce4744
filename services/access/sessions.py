"""Who is at the door, and the sessions people hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.people import access as queries
from models.tables.access import WebSession
from models.tables.people import Person
from rules.access import Holding, Role
from rules.deadlines import local_day
from services import log
from services.access.throttle import Caller
from services.seals import fresh, kept

IDLE = timedelta(hours=12)  # unseen for so long, a session ends
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # a page is read far more often than it is worth writing down
TRIES_KEPT = timedelta(days=1)
ENDED_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class SignedInPerson:
    """A person who came in and holds something today."""

    session_id: int
    person_id: int
    name: str
    email: str
    example: bool
    holdings: frozenset[Holding]
    entered_at: datetime
    seen_at: datetime


def who(session: Session, token: str, now: datetime) -> SignedInPerson | None:
    """Nobody, when the session ended or the person holds no post and no role any more."""
    row = queries.live_session(session, kept(token), now, now - IDLE)
    holdings = held(session, row.person_id, now) if row else frozenset()
    if row is None or not holdings:
        return None
    return SignedInPerson(
        row.id, row.person_id, row.name, row.email, row.example, holdings, row.created_at, row.last_seen_at
    )


def held(session: Session, person_id: int, now: datetime) -> frozenset[Holding]:
    roles = queries.roles_held(session, person_id, local_day(now))
    return frozenset(Holding(Role(role), unit) for role, unit in roles)


def enter(session: Session, person: Person, via: str, caller: Caller, now: datetime) -> str:
    """Begin a session; returns its token, which is shown to the browser alone."""
    token = fresh()
    begun = WebSession(
        token=kept(token),
        person_id=id_of(person),
        via=via,
        created_at=now,
        last_seen_at=now,
        expires_at=now + LONGEST,
        agent=caller.agent[:200],
        network=caller.network,
    )
    session.add(begun)
    session.flush()
    _log(session, now, person, "access.sign_in", {"via": via, "session": begun.id})
    return token


def seen(session: Session, visitor: SignedInPerson, now: datetime) -> None:
    session.get_one(WebSession, visitor.session_id).last_seen_at = now


def sessions_of(session: Session, person_id: int, now: datetime) -> Sequence[WebSession]:
    """Those still open, the one seen last first."""
    return queries.live_sessions(session, person_id, now, now - IDLE)


def leave(session: Session, visitor: SignedInPerson, now: datetime) -> None:
    revoke(session, visitor, visitor.session_id, now, "access.sign_out")


def revoke(
    session: Session, visitor: SignedInPerson, session_id: int, now: datetime, action: str = "access.revoke"
) -> bool:
    """End one of one's own sessions; False when there is no such session of this person."""
    row = session.get(WebSession, session_id)
    if row is None or row.person_id != visitor.person_id:
        return False
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _log(session, now, session.get_one(Person, visitor.person_id), action, {"session": session_id})
    return True


def revoke_others(session: Session, visitor: SignedInPerson, now: datetime) -> int:
    ended = queries.revoke(session, visitor.person_id, now, keep=visitor.session_id)
    if ended:
        _log(session, now, session.get_one(Person, visitor.person_id), "access.revoke", {"sessions": ended})
    return ended


def forget_old(session: Session, now: datetime) -> None:
    """For the housekeeper: tries, links and sessions that no longer say anything. The log keeps who came in."""
    queries.forget(session, now - TRIES_KEPT, now - ENDED_KEPT)


def _log(session: Session, now: datetime, person: Person, action: str, details: dict[str, object]) -> None:
    log.append(session, now, person.name, action, f"person:{person.id}", details)
