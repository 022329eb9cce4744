"""One-time links: asked for at the door, sent with an invitation, printed for the first administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, writing
from models.queries.cases.selection import unit_name
from models.queries.people import access as queries
from models.queries.people import links as link_queries
from models.tables.access import Grant, SignInLink
from models.tables.people import Person, Post
from notifications.kinds import MessageKind
from rules.access import Role
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.access.sessions import enter, held
from services.access.take_over import take_over
from services.access.throttle import Caller, no_guesses
from services.errors import Refused
from services.outbox.queue import queue_mails
from services.seals import derived, fresh, kept

ASKED = "link"  # the kind of try that asks for a link


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    FIRST_ADMINISTRATOR = "first_administrator"


OPEN_FOR = {
    Purpose.SIGN_IN: timedelta(minutes=15),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.FIRST_ADMINISTRATOR: timedelta(hours=24),
}


class LinkInvalid(Refused):
    """The link was used, withdrawn, has run out, or never was one; all four are answered alike."""

    def __init__(self) -> None:
        super().__init__("Liên kết đã dùng hoặc đã hết hạn. / The link was used or has expired.")


@dataclass(frozen=True)
class LinkPreview:
    """What somebody sees before confirming."""

    purpose: Purpose
    name: str = ""
    post_title: str = ""
    unit_name: str = ""
    from_day: date | None = None


@dataclass(frozen=True)
class NewSession:
    token: str  # of the session
    then: str  # the page that was asked for before


def link_url(base_url: str, token: str) -> str:
    return f"{base_url.rstrip('/')}/vao/{token}"


def send_link(session: Session, office: Office, email: str, now: datetime, then: str = "") -> bool:
    """Mail a way in to whoever holds something today. False, which the door does not tell, when nobody does.

    `then`: the page that was asked for, to come back to from the mail.
    """
    person = queries.person_by_email(session, email.strip())
    if person is None or person.id is None or not held(session, person.id, now):
        return False
    # those sent before stay good for their quarter of an hour: else anybody could spoil the one somebody waits for
    link = mailed_link(session, office, person, Purpose.SIGN_IN, now, by=person.name)
    link.then = then
    log.append(session, now, person.name, "access.link", f"person:{person.id}", {"link": link.id})
    return True


def mailed_link(
    session: Session,
    office: Office,
    person: Person,
    purpose: Purpose,
    now: datetime,
    *,
    by: str,
    post: Post | None = None,
    from_day: date | None = None,
) -> SignInLink:
    """The link and the message that brings it; the mail's token is derived anew whenever it is written."""
    salt = token_hex(16)
    link = SignInLink(
        token=kept(derived(office.key, purpose, salt)),
        salt=salt,
        person_id=person.id,
        purpose=purpose.value,
        post_id=post.id if post else None,
        from_day=from_day,
        created_at=now,
        created_by=by,
        expires_at=now + OPEN_FOR[purpose],
    )
    session.add(link)
    session.flush()
    assert person.id is not None
    queue_mails(session, MessageKind(purpose), {f"{purpose}:{link.id}": person.id}, {"link": link.id}, now)
    return link


def look_at(session: Session, token: str, now: datetime) -> LinkPreview:
    """For the page that asks for a confirmation: a preview that opens the link spends nothing. Raises LinkInvalid."""
    link = _live(session, token, now)
    person = session.get(Person, link.person_id) if link.person_id else None
    post = session.get(Post, link.post_id) if link.post_id else None
    return LinkPreview(
        purpose=Purpose(link.purpose),
        name=person.name if person else "",
        post_title=post.title if post else "",
        unit_name=unit_name(session, post.organisation_id, local_day(now)) if post else "",
        from_day=link.from_day,
    )


def redeem(session: Session, token: str, caller: Caller, now: datetime) -> NewSession:
    """Spend the link and begin a session. Raises LinkInvalid."""
    link = _live(session, token, now)
    if link.purpose == Purpose.FIRST_ADMINISTRATOR:
        raise LinkInvalid
    _spend(session, link, now)
    person = session.get_one(Person, link.person_id)
    if link.purpose == Purpose.INVITATION:
        take_over(session, link, person, now)
    elif not held(session, link.person_id or 0, now):
        raise LinkInvalid
    person.confirmed_at = now  # whoever opens the mail reads the mailbox
    session.add(person)
    no_guesses(session, ASKED, person.email)
    return NewSession(enter(session, person, _via(link), caller, now), link.then)


def _via(link: SignInLink) -> str:
    return "link" if link.purpose == Purpose.SIGN_IN else link.purpose


def _live(session: Session, token: str, now: datetime) -> SignInLink:
    link = link_queries.link_by_token(session, kept(token))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkInvalid
    return link


def _spend(session: Session, link: SignInLink, now: datetime) -> None:
    """One of two who press at once gets in."""
    if not link_queries.spend(session, id_of(link), now):
        raise LinkInvalid


def give_address(session: Session, person: Person, email: str, now: datetime) -> None:
    """A new address is not confirmed yet, and links sent to the old one open nothing."""
    person.email, person.confirmed_at = email.lower(), None
    link_queries.withdraw_links_of(session, id_of(person), now)
    session.add(person)


# --- the first administrator ----------------------------------------------------------------------------------------


def first_administrator_link(engine: Engine, base_url: str, now: datetime) -> str | None:
    """A way in for whoever installs the system; None once a real administrator exists. Replaces the one before."""
    with writing(engine) as session:
        if queries.somebody_holds(session, Role.ADMINISTRATOR, example=False):
            return None
        purpose = Purpose.FIRST_ADMINISTRATOR
        link_queries.withdraw_links_for(session, purpose.value, now)
        token = fresh()
        session.add(
            SignInLink(
                token=kept(token),
                purpose=purpose.value,
                created_at=now,
                created_by="kyhan",
                expires_at=now + OPEN_FOR[purpose],
            )
        )
        log.append(session, now, "kyhan", "access.first_administrator_link", "home", {})
    return link_url(base_url, token)


def become_first_administrator(
    session: Session, token: str, name: str, email: str, caller: Caller, now: datetime
) -> str:
    """Raises LinkInvalid, and Refused for an address that belongs to a made-up contact."""
    link = _live(session, token, now)
    if link.purpose != Purpose.FIRST_ADMINISTRATOR:
        raise LinkInvalid
    if queries.somebody_holds(session, Role.ADMINISTRATOR, example=False):
        raise LinkInvalid
    person = real_person(session, name, email)
    _spend(session, link, now)
    session.add(Grant(person_id=id_of(person), role=Role.ADMINISTRATOR.value))
    details = {"role": Role.ADMINISTRATOR.value, "email": person.email}
    log.append(session, now, person.name, "access.grant", f"person:{person.id}", details)
    return enter(session, person, Purpose.FIRST_ADMINISTRATOR.value, caller, now)


def real_person(session: Session, name: str, email: str) -> Person:
    """The person of this address, new or known. Raises Refused."""
    found = queries.person_by_email(session, email)
    if found is not None and found.example:
        raise Refused("Địa chỉ này là của một người ví dụ. / This address belongs to a made-up contact.")
    if found is None:
        found = Person(name=" ".join(name.split()), email=email.strip().lower())
        session.add(found)
        session.flush()
    return found
