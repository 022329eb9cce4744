"""Another person at a known address takes over the posts and nothing else; on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import IN_NOVEMBER, UNIT, real_people
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.queries.people.ways_in import count, ways_in
from models.tables.access import Credential, Grant, OutsideIdentity
from models.tables.log import LogEntry
from models.tables.people import ContactAddress, Person
from models.tables.zalo import LinkCode
from rules.text.names import same_name
from services.access.sessions import enter, who
from services.access.throttle import Caller
from services.errors import Refused
from services.people.administration import WHO_IS_IT, correct_person
from services.people.handover import hand_over
from services.people.import_people import ImportResult, import_people
from services.people.people_table import COLUMNS, SAME_PERSON, read_people

NOW = IN_NOVEMBER
LAN = f"{UNIT},dau_moi,Chuyên viên,Nguyễn Thị Lan,lan@soctrang.example,0911222333"


def imported(engine: Engine, row: str, same: str = "") -> ImportResult:
    head = ",".join((*COLUMNS, SAME_PERSON))
    with writing(engine) as session:
        return import_people(session, read_people(f"{head}\n{row},{same}\n".encode()), "CTK", "Hùng", NOW)


@pytest.fixture
def cookie(engine: Engine) -> str:
    """Of somebody who has every way in."""
    imported(engine, LAN)
    with writing(engine) as session:
        person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
        id = person.id or 0
        session.add(Credential(person_id=id, password="x", totp="x", set_at=NOW))
        session.add(OutsideIdentity(issuer="https://id.example.vn", subject="u-1", person_id=id))
        session.add(ContactAddress(kind="bot", address="chat-cu", person_id=id, since=NOW))
        session.add(LinkCode(code_hash="x", person_id=id, expires_at=NOW + timedelta(minutes=9)))
        session.add(Grant(person_id=id, role="auditor"))
        person.confirmed_at = NOW
        return enter(session, person, "link", Caller("203.0.113.0/24", "Firefox"), NOW)


def ways(engine: Engine) -> int:
    with reading(engine) as session:
        person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
        return sum(count(session, ways_in([person.id], NOW)).values())


def comes_in(engine: Engine, cookie: str) -> bool:
    with reading(engine) as session:
        return who(session, cookie, NOW) is not None


def actions(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(LogEntry.action).where(LogEntry.action == "people.handover")))


def test_another_name_at_a_known_address_is_another_person(engine: Engine, cookie: str) -> None:
    assert (comes_in(engine, cookie), ways(engine)) == (True, 6)
    done = imported(engine, LAN.replace("Nguyễn Thị Lan", "Trần Thị Mới").replace("0911222333", ""))
    assert [(one.kind, one.before, one.name) for one in done.changes] == [
        ("handed_over", "Nguyễn Thị Lan", "Trần Thị Mới")
    ]
    assert (done.handed_over, comes_in(engine, cookie), ways(engine)) == (1, False, 0)
    with reading(engine) as session:
        person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
        assert (person.phone, person.confirmed_at) == ("", None)
    assert actions(engine) == ["people.handover"]


def test_another_spelling_said_to_be_one_changes_the_name_alone(engine: Engine, cookie: str) -> None:
    done = imported(engine, LAN.replace("Lan", "Lân"), "x")
    assert (done.handed_over, done.corrected, comes_in(engine, cookie), ways(engine)) == (0, 1, True, 6)
    done = imported(engine, LAN.replace("Nguyễn Thị Lan", "NGUYỄN THỊ LÂN"))
    assert (done.handed_over, comes_in(engine, cookie)) == (0, True)


def test_the_administrator_is_asked_on_the_page(engine: Engine, cookie: str) -> None:
    def corrected(same: bool | None) -> None:
        with writing(engine) as session:
            person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
            correct_person(session, person, "Trần Thị Mới", person.email, "", "Hùng", NOW, same)

    with pytest.raises(Refused, match=WHO_IS_IT[:20]):
        corrected(None)
    assert comes_in(engine, cookie)
    corrected(False)
    assert (comes_in(engine, cookie), ways(engine), actions(engine)) == (False, 0, ["people.handover"])


def test_the_last_administrator_is_not_handed_over_unawares(engine: Engine, cookie: str) -> None:
    real_people(engine)
    with writing(engine) as session:
        person = session.exec(select(Person).where(Person.email == "lan@soctrang.example")).one()
        session.add(Grant(person_id=person.id or 0, role="administrator"))
        session.flush()
        with pytest.raises(Refused, match="cuối cùng"):
            hand_over(session, {person.id or 0: ("Lan", "Mới")}, "Hùng", NOW)
    assert comes_in(engine, cookie)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Lê  Thị An", "LÊ THỊ AN", True), ("Lê Thị An", "Lê Thị Ân", False), ("Lan", "Trần Lan", False)],
)
def test_only_capitals_and_spaces_make_no_other_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
