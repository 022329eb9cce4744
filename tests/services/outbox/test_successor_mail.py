"""Mail that waits for the holder of a post goes to whoever holds it next; on either database."""

from __future__ import annotations

import pytest
from builders import IN_NOVEMBER, UNIT, holder, messages
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.messages import Message
from models.tables.people import Person
from services.outbox.successor_mail import OF_AN_EXAMPLE, OF_THE_POST
from services.people.import_people import import_people
from services.people.people_table import COLUMNS, read_people

NOW = IN_NOVEMBER
LAN = f"{UNIT},dau_moi,Chuyên viên,Nguyễn Thị Lan,lan@soctrang.example,"
MAI = f"{UNIT},thu_truong,Giám đốc,Trần Thị Mai,mai@soctrang.example,"


def a_mail(engine: Engine, kind: str, state: str = "pending", reason: str = "") -> int:
    """For the example who holds the post."""
    with writing(engine) as session:
        person = holder(session).id or 0
        mail = Message(
            key=f"{kind}:{state}:{person}",
            person_id=person,
            channel="email",
            kind=kind,
            on_day=NOW.date(),
            created_at=NOW,
            not_before=NOW,
            state=state,
            reason=reason,
        )
        session.add(mail)
        session.flush()
        return mail.id or 0


def lan_comes(engine: Engine) -> int:
    with writing(engine) as session:
        import_people(session, read_people(f"{','.join(COLUMNS)}\n{LAN}\n{MAI}\n".encode()), "CTK", "Hùng", NOW)
    with reading(engine) as session:
        return session.exec(select(Person.id).where(Person.email == "lan@soctrang.example")).one() or 0


@pytest.mark.parametrize("kind", OF_THE_POST)
def test_what_waits_for_the_post_goes_to_the_successor(engine: Engine, kind: str) -> None:
    mail = a_mail(engine, kind)
    lan = lan_comes(engine)
    assert [(row.person_id, row.state) for row in messages(engine, Message.id == mail)] == [(lan, "pending")]


@pytest.mark.parametrize("kind", ["sign_in", "invitation", "still_you", "digest"])
def test_what_is_about_a_person_stays_with_that_person(engine: Engine, kind: str) -> None:
    mail = a_mail(engine, kind)
    lan = lan_comes(engine)
    assert [row.person_id == lan for row in messages(engine, Message.id == mail)] == [False]


def test_a_draft_that_was_kept_from_an_example_reaches_the_real_person(engine: Engine) -> None:
    kept = a_mail(engine, "report_draft", "suppressed", OF_AN_EXAMPLE)
    old = a_mail(engine, "returned", "suppressed", OF_AN_EXAMPLE)
    lan = lan_comes(engine)
    rows = {row.id: (row.person_id, row.state) for row in messages(engine)}
    assert rows[kept] == (lan, "pending")
    assert rows[old][1] == "suppressed"


def test_what_has_left_stays_where_it_went(engine: Engine) -> None:
    mail = a_mail(engine, "report_draft", "sent")
    lan = lan_comes(engine)
    assert [row.person_id == lan for row in messages(engine, Message.id == mail)] == [False]
