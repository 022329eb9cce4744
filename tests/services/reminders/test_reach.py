"""Before it matters: nobody to remind is told in time, posts are asked once a quarter, too much at once is seen."""

from __future__ import annotations

import json
from datetime import date

from builders import CALENDAR, UNIT, at, counted, holder, messages, real_people
from sqlalchemy import Engine, update

from models.database import reading, writing
from models.tables.people import Person, Tenure
from rules.office import Office
from services.operations.tick import tick
from services.outbox import address_health
from services.reminders.reach import ask_still_you, burden, confirm, look_ahead

TEN_BEFORE = at("2013-12-17")  # of 31/12/2013
ELEVEN_BEFORE = at("2013-12-16")


def everybody_confirmed(engine: Engine) -> None:
    real_people(engine)
    with writing(engine) as session:
        session.execute(update(Person).values(confirmed_at=at("2013-12-01")))


def told(engine: Engine, kind: str) -> list[list[str]]:
    return [json.loads(row.facts or "")["lines"] for row in messages(engine) if row.kind == kind]


def test_coordinators_are_told_ten_working_days_before_who_has_no_confirmed_recipient(
    engine: Engine, office: Office
) -> None:
    tick(engine, office, ELEVEN_BEFORE, CALENDAR)
    everybody_confirmed(engine)
    with writing(engine) as session:
        holder(session).confirmed_at = None
        other = holder(session, "H-KESACH").email
        address_health.mark(session, "email", other, address_health.DEAD, "550 5.1.1", ELEVEN_BEFORE)
        assert look_ahead(session, office, ELEVEN_BEFORE, [CALENDAR]) == 0
    for _ in range(2):
        with writing(engine) as session:
            look_ahead(session, office, TEN_BEFORE, [CALENDAR])
    [lines] = told(engine, "unreachable")
    assert len(lines) == 2
    assert any("chưa xác nhận" in line for line in lines)
    assert any("không nhận được thư" in line for line in lines)


def test_an_office_of_examples_is_not_told(engine: Engine, office: Office) -> None:
    tick(engine, office, TEN_BEFORE, CALENDAR)
    with writing(engine) as session:
        assert look_ahead(session, office, TEN_BEFORE) == 0


def test_each_person_is_asked_once_a_quarter_unless_they_have_confirmed(engine: Engine, office: Office) -> None:
    everybody_confirmed(engine)
    with writing(engine) as session:
        mine = holder(session).id or 0
        confirm(session, mine, at("2014-01-02"), "Hùng")
    with writing(engine) as session:
        assert ask_still_you(session, office, at("2014-01-01")) == 0  # a day off
        first = ask_still_you(session, office, at("2014-01-02", "08:00"))
        assert first > 60
        assert ask_still_you(session, office, at("2014-02-20")) == 0
        assert ask_still_you(session, office, at("2014-04-01")) == first + 1
    [asked] = [row for row in messages(engine) if row.kind == "still_you" and row.person_id == mine]
    assert asked.on_day.month == 4


def test_however_many_people_are_asked_in_one_statement(engine: Engine, office: Office) -> None:
    real_people(engine)
    with counted(engine) as asked, writing(engine) as session:
        assert ask_still_you(session, office, at("2014-01-02", "08:00")) > 60
    assert len([one for one in asked if one.startswith("INSERT INTO message")]) == 1


def test_who_has_just_been_entered_is_not_asked_before_the_next_quarter(engine: Engine, office: Office) -> None:
    real_people(engine)
    with writing(engine) as session:
        session.execute(update(Tenure).values(from_day=date(2014, 2, 19)))
    with writing(engine) as session:
        assert ask_still_you(session, office, at("2014-02-20")) == 0
        assert ask_still_you(session, office, at("2014-04-01")) > 60


def test_to_confirm_makes_an_address_count_again(engine: Engine, office: Office) -> None:
    real_people(engine)
    with writing(engine) as session:
        person = holder(session, UNIT)
        address_health.mark(session, "email", person.email, address_health.DEAD, "550", TEN_BEFORE)
        confirm(session, person.id or 0, TEN_BEFORE, "Hùng")
        assert person.confirmed_at == TEN_BEFORE
        assert address_health.is_dead(session, "email", [person.email], TEN_BEFORE) == {}


def test_a_week_with_too_many_requests_comes_with_a_hint(engine: Engine, office: Office) -> None:
    tick(engine, office, TEN_BEFORE)
    with reading(engine) as session:
        weeks = burden(session, office, date(2013, 12, 1), date(2014, 12, 31), most=2)
    assert [len(week.requests) for week in weeks] == sorted((len(week.requests) for week in weeks), reverse=True)
    assert "có thể gộp" in weeks[0].hint
    assert all(bool(week.hint) == (len(week.requests) > 2) for week in weeks)
