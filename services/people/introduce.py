"""The first letter people get of the system: sent when the administrator says so, to each person once."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.people import reach as reach_queries
from notifications.kinds import MessageKind
from rules.access import Role
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.outbox.queue import Note, queue_note

KIND = MessageKind.INTRODUCTION


def introduce(session: Session, office: Office, by: str, now: datetime) -> int:
    """To every real person who holds a post. Returns to how many it is new."""
    today = local_day(now)
    held = reach_queries.posts_held(session, list(Role), today, today + timedelta(days=1))
    names = cases_queries.names_on(session, {post.organisation_id for _, post in held}, today)
    told = 0
    for person, posts in groupby(held, key=lambda row: row[0]):
        lines = [f"{post.title}, {names[post.organisation_id].name}" for _, post in posts]
        told += queue_note(session, KIND, {f"{KIND}:{person.id}": id_of(person)}, Note(office.plan.number, lines), now)
    if told:
        log.append(session, now, by, "people.introduce", f"day:{today}", {"people": told})
    return told
