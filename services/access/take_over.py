"""A post passes from one person to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.people import access as queries
from models.queries.people import posts as post_queries
from models.tables.access import SignInLink
from models.tables.people import Person, Post, Tenure
from rules.deadlines import local_day
from services import log
from services.access.examples import end_examples
from services.outbox.successor_mail import pass_on


def take_over(session: Session, link: SignInLink, person: Person, now: datetime) -> None:
    """From the day agreed, or from today when that has passed, the invited person holds the post."""
    post = session.get_one(Post, link.post_id)
    since = max(link.from_day or local_day(now), local_day(now))
    before = end_tenures(session, post, since)
    session.flush()
    session.add(Tenure(post_id=id_of(post), person_id=id_of(person), from_day=since))
    session.flush()
    details = {"post": post.id, "role": post.role, "from_day": since, "before": before, "invited_by": link.created_by}
    log.append(session, now, person.name, "access.take_over", f"person:{person.id}", details)
    show_out(session, before, now)
    if since <= local_day(now):
        gone = [one for one in before if one != person.id and not queries.roles_held(session, one, local_day(now))]
        pass_on(session, dict.fromkeys(gone, id_of(person)), now)
    if since <= local_day(now) and not person.example:
        end_examples(session, person.name, now)


def end_tenures(session: Session, post: Post, since: date) -> list[int]:
    """Whoever holds the post beyond that day holds it until then; who had not begun never does."""
    later = post_queries.tenures_beyond(session, since, id_of(post))
    for tenure in later:
        if tenure.from_day >= since:
            session.delete(tenure)
        else:
            tenure.to_day = since
            session.add(tenure)
    return [tenure.person_id for tenure in later]


def show_out(session: Session, people: Sequence[int], now: datetime) -> None:
    """Who holds nothing any more is not merely refused: the sessions end."""
    for person_id in people:
        if not queries.roles_held(session, person_id, local_day(now)):
            queries.revoke(session, person_id, now)
