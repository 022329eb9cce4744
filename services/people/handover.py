"""Another person at a known address takes over the posts, and nothing else of whoever was there before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.queries.people import posts as post_queries
from models.queries.people import roles as role_queries
from models.queries.people import ways_in as ways_in_queries
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
    post_queries.delete_absences_beyond(session, people.keys(), local_day(now))
    names = [(f"person:{id}", {"before": before, "after": after}) for id, (before, after) in people.items()]
    log.append_all(session, now, by, "people.handover", names)
    if ended:
        log.append(session, now, by, "access.end_all", "people", ended)


def _need_administrator(session: Session, people: Mapping[int, tuple[str, str]]) -> None:
    """Else nobody could give the role to anybody again."""
    real = role_queries.real_people_with(session, Role.ADMINISTRATOR.value)
    if real and real <= people.keys():
        name = people[min(real)][0]
        raise Refused(
            f"{name} là quản trị viên cuối cùng: trao quyền cho người khác trước, hoặc ghi rõ là cùng một người. "
            "/ The last administrator: grant the role to somebody else first, or say that it is the same person."
        )
