"""Made-up people count in a demonstration alone; afterwards nothing of them works, on either database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import IN_NOVEMBER, UNIT, holder
from sqlalchemy import Engine, func
from sqlmodel import Session, SQLModel, col, select

from models.database import NO_DEMONSTRATION, reading, table, writing
from models.queries.people import examples as examples_queries
from models.queries.people import ways_in as ways_in_queries
from models.tables.access import Credential, Grant, OutsideIdentity, SignInLink, WebSession
from models.tables.answers import AnswerLink, AnswerRequest
from models.tables.api import ApiToken
from models.tables.calendar import CalendarFeed
from models.tables.channels import ChannelOptOut
from models.tables.log import LogEntry
from models.tables.messages import Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Absence, ContactAddress, Person, Post, Tenure
from models.tables.portfolios import PortfolioEntry
from models.tables.staging import StagedFile
from models.tables.uploads import Upload
from models.tables.zalo import LinkCode
from rules.deadlines import local_day
from rules.office import Office
from rules.systems.scopes import Scope
from services.access.examples import add_examples_without_post, end_examples_when_over, enter_as_example, example_people
from services.access.links import send_link
from services.access.sessions import enter, held, who
from services.access.throttle import Caller
from services.calendar.feeds import renew
from services.checkup.examples import examples
from services.errors import Refused
from services.people.import_people import import_people
from services.people.people_table import COLUMNS, read_people
from services.systems import api_tokens
from services.systems.api_tokens import InvalidToken

NOW = IN_NOVEMBER
TODAY = local_day(NOW)
PC = Caller("203.0.113.0/24", "Firefox")
REAL = f"{UNIT},dau_moi,Chuyên viên,Đặng Thị Lan,lan@soctrang.example,0912345678\n"
# what a row about a person does not let anybody in by: facts, and files only a session of theirs can reach
HARMLESS = {ChannelOptOut, AnswerLink, AnswerRequest, Message, Notice, Absence, PortfolioEntry, StagedFile, Upload}
GUARDED = {Tenure, WebSession, SignInLink, CalendarFeed, *ways_in_queries.DELETED}


@pytest.fixture
def keyed(office: Office) -> Office:
    return replace(office, key=b"only for tests, and long enough to seal")


def a_demonstration(engine: Engine, office: Office) -> tuple[str, str, int]:
    """An example administrator's session and API token, and their id; they have one of everything."""
    with writing(engine) as session:
        add_examples_without_post(session, NOW)
        administrator = session.exec(select(Person).where(Person.email == "quan-tri@example.vn")).one()
        id = administrator.id or 0
        cookie = enter_as_example(session, id, PC, NOW)
        scopes = [Scope.CASES_READ]
        _, token = api_tokens.make(session, "ioffice", scopes, None, timedelta(days=90), administrator.name, NOW)
        unit = session.exec(select(Organisation).where(Organisation.key == UNIT)).one()
        renew(session, office, id, unit.id or 0, administrator.name, NOW)
        session.add(Credential(person_id=id, password="x", totp="x", set_at=NOW))
        session.add(OutsideIdentity(issuer="https://id.example.vn", subject="u-1", person_id=id))
        session.add(ContactAddress(kind="bot", address="chat", person_id=id, since=NOW))
        session.add(LinkCode(code_hash="x", person_id=id, expires_at=NOW + timedelta(minutes=9)))
        post = session.exec(select(Post).where(Post.organisation_id == unit.id)).first()
        assert post is not None
        invitation = {"purpose": "invitation", "post_id": post.id, "created_at": NOW, "created_by": administrator.name}
        session.add(SignInLink(token="by-example", person_id=None, expires_at=NOW + timedelta(days=14), **invitation))
        assert send_link(session, office, administrator.email, NOW)
    return cookie, token, id


def going_live(engine: Engine) -> None:
    with writing(engine) as session:
        done = import_people(session, read_people((",".join(COLUMNS) + "\n" + REAL).encode()), "CTK", "Hùng", NOW)
    assert done.examples_retired > 200


def without_demonstration(engine: Engine) -> Engine:
    return engine.execution_options(**NO_DEMONSTRATION)


def works(engine: Engine, office: Office, cookie: str, token: str, id: int) -> list[str]:
    """Which of their ways in still lead in."""
    ways: dict[str, Callable[[Session], Any]] = {
        "cookie": lambda session: who(session, cookie, NOW),
        "token": lambda session: api_tokens.who(session, token, NOW),
        "held": lambda session: held(session, id, NOW),
        "post": lambda session: held(session, holder(session).id or 0, NOW),
        "link": lambda session: send_link(session, office, "quan-tri@example.vn", NOW),
        "list": lambda session: example_people(session, NOW),
        "tried on": lambda session: enter_as_example(session, id, PC, NOW),
    }
    return [name for name, way in ways.items() if _leads_in(engine, way)]


def _leads_in(engine: Engine, way: Callable[[Session], Any]) -> bool:
    try:
        with writing(engine) as session:
            found = bool(way(session))
            session.rollback()
            return found
    except (Refused, InvalidToken):
        return False


def test_when_a_real_person_takes_a_post_nothing_of_an_example_works(engine: Engine, keyed: Office) -> None:
    before = a_demonstration(engine, keyed)
    assert len(works(engine, keyed, *before)) == 7
    going_live(engine)
    assert works(engine, keyed, *before) == []
    with reading(engine) as session:
        assert examples_queries.still_have(session, NOW, TODAY) == {}
        ended = session.exec(select(LogEntry).where(LogEntry.action == "people.examples_end")).one()
        assert '"tokens":1' in ended.details.replace(" ", "")


def test_every_table_that_names_a_person_is_empty_of_examples_or_lets_nobody_in(engine: Engine, keyed: Office) -> None:
    named = {mapper.class_ for mapper in SQLModel._sa_registry.mappers if "person_id" in table(mapper.class_).columns}
    assert named == HARMLESS | GUARDED
    *_, id = a_demonstration(engine, keyed)
    going_live(engine)
    with reading(engine) as session:
        for model in ways_in_queries.DELETED:
            query = select(func.count()).select_from(model).where(col(model.person_id) == id)
            assert session.exec(query).one() == 0, model


@pytest.mark.parametrize("kind", ["settings", "a post not cleaned"])
def test_what_was_not_cleaned_does_not_work_and_doctor_counts_it(engine: Engine, keyed: Office, kind: str) -> None:
    before = a_demonstration(engine, keyed)
    missing = []
    if kind == "settings":
        engine, missing = without_demonstration(engine), [("KYHAN_BASE_URL", "máy khác vào được", "is public")]
    else:
        with writing(engine) as session:
            session.add(person := Person(name="Lê Thị An", email="an@soctrang.gov.vn"))
            session.flush()
            post = session.exec(select(Post).where(Post.role == "leader")).one()
            tenure = session.exec(select(Tenure).where(Tenure.post_id == post.id)).one()
            tenure.to_day = TODAY
            session.add(Tenure(post_id=post.id or 0, person_id=person.id or 0, from_day=TODAY))
    assert works(engine, keyed, *before) == []
    found = examples(engine, missing, "demo", NOW)
    assert not found.ok
    assert "1 khóa API" in found.vi
    assert "KYHAN_ENVIRONMENT=production" in found.todo_vi or kind != "settings"
    with writing(engine) as session:
        end_examples_when_over(session, NOW)
    assert examples(engine, missing, "demo", NOW).ok == (kind != "settings")


def test_an_invited_person_who_has_not_come_ends_nothing(engine: Engine, keyed: Office) -> None:
    """Neither is the list hidden while sessions go on, nor the other way round."""
    before = a_demonstration(engine, keyed)
    with writing(engine) as session:
        session.add(Person(name="Trần Thị Mới", email="moi@soctrang.gov.vn"))
    assert len(works(engine, keyed, *before)) == 7


def test_a_session_of_a_real_person_goes_on(engine: Engine, keyed: Office) -> None:
    going_live(engine)
    with writing(engine) as session:
        person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
        cookie = enter(session, person, "link", PC, NOW)
        assert who(session, cookie, NOW) is not None
        assert session.exec(select(Grant)).all() == []
        assert session.exec(select(ApiToken)).all() == []
