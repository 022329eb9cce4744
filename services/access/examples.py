"""In a demonstration the made-up people may be tried on; once a real person holds a post, never again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.people import access as queries
from models.queries.people import examples as examples_queries
from models.queries.people.access import ExampleRow
from models.queries.systems import api as api_queries
from models.tables.access import Grant
from models.tables.people import Person
from rules.access import Role
from rules.deadlines import local_day
from services import log
from services.access.sessions import enter
from services.access.throttle import Caller
from services.errors import Refused

ENDED = "bản dùng thử đã kết thúc / the demonstration is over"
WITHOUT_POST = {
    Role.ADMINISTRATOR: ("Quản trị viên (ví dụ)", "quan-tri@example.vn"),
    Role.AUDITOR: ("Kiểm tra viên (ví dụ)", "kiem-tra@example.vn"),
}


def example_people(session: Session, now: datetime) -> Sequence[ExampleRow]:
    today = local_day(now)
    return queries.examples(session, today) if examples_queries.examples_count(session, today) else ()


def add_examples_without_post(session: Session, now: datetime) -> None:
    """An example administrator and auditor beside the example holders of posts; once."""
    if not examples_queries.examples_count(session, local_day(now)):
        return
    for role, (name, email) in WITHOUT_POST.items():
        if queries.somebody_holds(session, role, example=True):
            continue
        person = Person(name=name, email=email, example=True)
        session.add(person)
        session.flush()
        session.add(Grant(person_id=id_of(person), role=role.value))
        log.append(session, now, "kyhan", "access.grant", f"person:{person.id}", {"role": role.value, "example": True})


def enter_as_example(session: Session, person_id: int, caller: Caller, now: datetime) -> str:
    """Raises Refused where it is not a demonstration any more."""
    if person_id not in {row.person_id for row in example_people(session, now)}:
        raise Refused("Không còn người ví dụ này. / There is no such example person any more.")
    return enter(session, session.get_one(Person, person_id), "example", caller, now)


def end_examples(session: Session, by: str, now: datetime) -> int:
    """Nothing of a made-up person works any more. Returns how many posts they held until now."""
    for token in examples_queries.tokens_of_examples(session):
        api_queries.disable_webhooks(session, token, ENDED, now)
    ended = examples_queries.end_all(session, now, local_day(now))
    if ended:
        log.append(session, now, by, "people.examples_end", "people", ended)
    return ended.get("posts", 0)


def end_examples_when_over(session: Session, now: datetime) -> None:
    """For the housekeeper: a real person may have been given a post for a day that has come only now."""
    if examples_queries.in_demonstration(session) and not examples_queries.examples_count(session, local_day(now)):
        end_examples(session, "kyhan", now)
