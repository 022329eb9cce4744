"""Another person at a known address takes over the posts, and nothing else of whoever was there before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from models.queries.people import ways_in as ways_in_queries
from models.tables.access import Grant
from models.tables.people import Absence, Person
from rules.access import Role
from rules.deadlines import local_day
from services import log
from services.errors import Refused


def hand_over(session: Session, people: Mapping[int, tuple[str, str]], by: str, now: datetime) -> None:
    """`people`: id → the name before and after. Sessions, proofs, roles, links and codes end. Raises Refused."""
    if not people:
        return
    _need_administrator(session, people)
    ended = ways_in_queries.end(session, ways_in_queries.ways_in(list(people), now))
    coming = (col(Absence.person_id).in_(people), col(Absence.to_day) > local_day(now))
    session.execute(delete(Absence).where(*coming))
    names = [(f"person:{id}", {"before": before, "after": after}) for id, (before, after) in people.items()]
    log.append_all(session, now, by, "people.handover", names)
    if ended:
        log.append(session, now, by, "access.end_all", "people", ended)


def _need_administrator(session: Session, people: Mapping[int, tuple[str, str]]) -> None:
    """Else nobody could give the role to anybody again."""
    query = select(col(Grant.person_id), col(Person.example)).join(Person, col(Person.id) == col(Grant.person_id))
    found = session.execute(query.where(col(Grant.role) == Role.ADMINISTRATOR.value)).all()
    real = {id for id, example in found if not example}
    if real and real <= people.keys():
        name = people[min(real)][0]
        raise Refused(
            f"{name} là quản trị viên cuối cùng: trao quyền cho người khác trước, hoặc ghi rõ là cùng một người. "
            "/ The last administrator: grant the role to somebody else first, or say that it is the same person."
        )
