"""Whoever was asked to complete something is reminded once the day for it has passed, until it is completed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from builders import CALENDAR, IN_NOVEMBER, UNIT, a_case, an_answer, at, body, by_mail, header, holder, notices
from mail_server import MailServer
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.queries.cases.lists import PageOfCases
from models.tables.messages import Message, Notice
from models.tables.plan import Term
from rules.office import Office
from services.cases.decide import accept, return_for_completion
from services.delivery.dispatch import dispatch
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.plan.ladder_change import change_ladder, preview
from services.views.case_filter import CaseFilter
from services.views.chasing import chasing

RETURNED = at("2013-11-27")
BY = date(2013, 12, 4)  # a Wednesday


def returned(engine: Engine, office: Office, until: date = BY, moment: datetime = RETURNED) -> None:
    with writing(engine) as session:
        return_for_completion(session, a_case(session, office), "Lan", moment, "thiếu biểu 2", until)


def look(engine: Engine, office: Office, *days: str) -> None:
    for day in days:
        tick(engine, office, at(day), CALENDAR)
        with writing(engine) as session:  # what was written leaves the same day
            session.execute(update(Message).values(state="sent"))


def sent(engine: Engine, role: str = "focal_point", unit: str = UNIT) -> list[tuple[str, date]]:
    with reading(engine) as session:
        person = holder(session, unit, role).id or 0
    found = notices(engine, Notice.message == "completion", Notice.person_id == person)
    return sorted(((row.step.partition("@")[0], row.on_day) for row in found), key=lambda row: row[1])


def test_it_begins_after_the_day_goes_up_and_does_not_end_in_silence(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    days = ["2013-11-28", "2013-12-04", "2013-12-05", "2013-12-06", "2013-12-11", "2013-12-18"]
    look(engine, office, *days, "2014-01-16", "2014-02-17")
    assert sent(engine) == [
        ("BS1", date(2013, 12, 5)),
        ("BS2", date(2013, 12, 11)),
        ("BST", date(2014, 1, 16)),
        ("BST.2", date(2014, 2, 17)),
    ]
    assert [step for step, _ in sent(engine, "head")] == ["BS2", "BS3", "BST", "BST.2"]
    assert [step for step, _ in sent(engine, "coordinator", "CTK")] == ["BS3"]


def test_the_ordinary_ladder_is_silent_meanwhile(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office, date(2013, 12, 27))
    look(engine, office, "2013-12-10", "2013-12-26", "2013-12-30", "2014-01-02", "2014-01-09")
    with reading(engine) as session:
        case = a_case(session, office).id
    assert {row.message for row in notices(engine, Notice.case_id == case)} == {"completion"}


def test_it_stops_when_it_is_completed_or_accepted(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    look(engine, office, "2013-11-28", "2013-12-05")
    an_answer(engine, office, at("2013-12-06"))
    look(engine, office, "2013-12-11", "2013-12-18")
    assert [step for step, _ in sent(engine)] == ["BS1"]
    returned(engine, office, date(2013, 12, 20), at("2013-12-18"))  # again, by another day
    look(engine, office, "2013-12-19", "2013-12-23")
    assert [step for step, _ in sent(engine)] == ["BS1", "BS1"]
    with writing(engine) as session:
        accept(session, a_case(session, office), "Lan", at("2013-12-24"))
    look(engine, office, "2013-12-27", "2014-01-06")
    assert len(sent(engine)) == 2


def test_a_changed_ladder_moves_what_is_still_to_come_and_says_nothing_twice(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    look(engine, office, "2013-11-28", "2013-12-05")
    ladder = office.ladders["returns"]
    sooner = replace(ladder, steps=tuple(replace(one, offset=3) if one.id == "BS2" else one for one in ladder.steps))
    now = at("2013-12-06")
    with writing(engine) as session:
        (moved,) = preview(session, office, sooner, now).moved
        change_ladder(session, office, sooner, "Nhắc sớm hơn", "Lan", now)
        changed = office_now(session, office)
    assert (moved.step, moved.old, moved.new, len(moved.units)) == ("BS2", date(2013, 12, 11), date(2013, 12, 9), 1)
    look(engine, changed, "2013-12-06", "2013-12-09", "2013-12-11")
    assert sent(engine) == [("BS1", date(2013, 12, 5)), ("BS2", date(2013, 12, 9))]


def test_after_a_gap_the_gentlest_comes_first(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    look(engine, office, "2013-12-20", "2013-12-26")  # nobody looked for three weeks
    assert [step for step, _ in sent(engine)] == ["BS1", "BS2"]


def test_the_letter_says_what_is_missing_and_how_to_answer(engine: Engine, office: Office, mail: MailServer) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    with writing(engine) as session:
        session.execute(update(Message).values(state="sent"))
    tick(engine, office, at("2013-11-28"), CALENDAR)
    tick(engine, office, at("2013-12-06"), CALENDAR)  # two working days after
    with_links = replace(office, key=b"k" * 32)
    dispatch(engine, with_links, by_mail(mail.port), at("2013-12-06") + timedelta(hours=3))
    letters = {header(one, "Subject"): " ".join(body(one).split()) for one in mail.mails}
    subject = next(one for one in letters if one.startswith("[Quá hạn bổ sung 2 ngày làm việc]"))
    assert subject.endswith("hạn bổ sung 04/12/2013")
    assert "Hạn bổ sung: hết thứ Tư 04/12/2013, quá 2 ngày làm việc" in letters[subject]
    assert "thiếu biểu 2" in letters[subject]
    assert "không cần đăng nhập: http" in letters[subject]


def test_the_chasing_list_counts_it(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    returned(engine, office)
    look(engine, office, "2013-11-28", "2013-12-05")
    with reading(engine) as session:
        case = a_case(session, office).id
        lines = chasing(session, office, at("2013-12-06"), CaseFilter(), PageOfCases())
        [line] = [one for one in lines if one.case.case_id == case]
        assert (line.case.day, line.case.working_days_late, line.reminders) == (BY, 2, 1)
        assert session.exec(select(Term).where(col(Term.role) == "return")).one().target_day == BY
