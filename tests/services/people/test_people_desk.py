"""The register of people on both databases: found, corrected, placed from a table, kept between look and word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import IN_NOVEMBER, UNIT, holder
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.people import register
from models.tables.people import Person
from rules.access import Role
from rules.deadlines import local_day
from services import log
from services.errors import Refused
from services.files.staging import done_with, stage, staged
from services.people import administration
from services.people.import_people import import_people
from services.people.people_table import COLUMNS, read_people

TODAY = local_day(IN_NOVEMBER)
ROW = f"{UNIT},dau_moi,Chuyên viên,Đặng Thị Lan,lan@soctrang.example,0912345678\n"


def a_person(engine: Engine, email: str = "lan@soctrang.example") -> Person:
    with writing(engine) as session:
        return administration.add_person(session, "Đặng Thị Lan", email, "", "Hùng", IN_NOVEMBER)


@pytest.mark.parametrize("asked", ["lan@SOCTRANG", "Thị Lan", "đặng thị lan"])
def test_a_person_is_found_whatever_the_case(engine: Engine, asked: str) -> None:
    one = a_person(engine)
    with reading(engine) as session:
        found = register.people(session, asked, TODAY, 10, 0)
        assert one.id in {person.id for person in found}
        assert register.count_people(session, asked, TODAY) == len(found)


def test_a_unit_has_its_posts_counted_and_its_people_found(engine: Engine) -> None:
    with reading(engine) as session:
        one = holder(session)
        assert {person.email for person in register.people(session, UNIT.lower(), TODAY, 50, 0)} >= {one.email}
        [held] = register.held(session, [one.id or 0])
        assert register.post_counts(session, TODAY)[held.unit_id].empty == 0
        assert register.last_seen(session, [one.id or 0]) == {}


def test_a_table_places_people_on_either_database(engine: Engine) -> None:
    table = read_people((",".join(COLUMNS) + "\n" + ROW).encode())
    with writing(engine) as session:
        done = import_people(session, table, "CTK", "Hùng", IN_NOVEMBER)
    assert (done.taken_over, done.new_people, done.problems) == (1, 1, [])
    assert done.changes[0].before.endswith("(ví dụ)")
    with reading(engine) as session:
        assert log.verify(session).broken_at is None
    with writing(engine) as session:
        again = import_people(session, table, "CTK", "Hùng", IN_NOVEMBER)
    assert (again.taken_over, again.unchanged) == (0, 1)


def test_a_role_is_granted_once_and_the_last_administrator_keeps_it(engine: Engine) -> None:
    one = a_person(engine)
    with writing(engine) as session:
        person = session.get_one(Person, one.id)
        for _ in range(2):
            administration.grant(session, person, Role.ADMINISTRATOR, "Hùng", IN_NOVEMBER)
    with reading(engine) as session:
        assert register.grants(session, [one.id or 0]) == {one.id: ["administrator"]}
    with writing(engine) as session, pytest.raises(Refused, match="cuối cùng"):
        administration.take_back(session, session.get_one(Person, one.id), Role.ADMINISTRATOR, "Hùng", IN_NOVEMBER)


def test_a_staged_file_is_the_bringers_alone_and_gone_after_a_day(engine: Engine) -> None:
    one, other = a_person(engine), a_person(engine, "mai@soctrang.example")
    with writing(engine) as session:
        id = stage(session, "people", "a.csv", b"\x00\xff", one.id or 0, IN_NOVEMBER)
        assert staged(session, id, "people", other.id or 0) is None
        assert staged(session, id, "plan", one.id or 0) is None
        found = staged(session, id, "people", one.id or 0)
        assert found is not None
        assert found.content == b"\x00\xff"
        later = stage(session, "plan", "b", b"", other.id or 0, IN_NOVEMBER + timedelta(days=2))
        session.expire_all()
        assert staged(session, id, "people", one.id or 0) is None
        done_with(session, later)
