"""Posts are handed over: somebody is invited, confirms, and holds the post from a day on."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.people import links as link_queries
from models.tables.access import SignInLink
from models.tables.people import Post
from rules.access import Holder, Role, may_fill
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.access.links import Purpose, mailed_link, real_person
from services.errors import Refused


def may_hand_over(visitor: Holder, post: Post) -> bool:
    return may_fill(visitor, Role(post.role), post.organisation_id)


def invite(
    session: Session, office: Office, post: Post, name: str, email: str, from_day: date, by: str, now: datetime
) -> SignInLink:
    """Replaces an invitation to the same post that still waits. Raises Refused."""
    if from_day < local_day(now):
        raise Refused("Ngày nhận bàn giao không được ở trước hôm nay. / The first day must not lie in the past.")
    person = real_person(session, name, email)
    withdraw_invitations(session, post, now)
    link = mailed_link(session, office, person, Purpose.INVITATION, now, by=by, post=post, from_day=from_day)
    details = {"post": post.id, "role": post.role, "unit": post.organisation_id, "from_day": from_day}
    log.append(session, now, by, "access.invite", f"person:{person.id}", details)
    return link


def withdraw(session: Session, post: Post, by: str, now: datetime) -> None:
    if withdraw_invitations(session, post, now):
        log.append(session, now, by, "access.withdraw", f"post:{post.id}", {"role": post.role})


def withdraw_invitations(session: Session, post: Post, now: datetime) -> int:
    return link_queries.withdraw_invitations(session, id_of(post), now)
