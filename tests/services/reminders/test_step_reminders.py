"""Whoever owes a step after a hand-in is reminded of it until it is recorded, by the ladder the plan names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from builders import (
    CALENDAR,
    IN_NOVEMBER,
    UNIT,
    a_case,
    an_answer,
    an_office,
    at,
    body,
    by_mail,
    header,
    holder,
    messages,
    notices,
    passed_over,
    rows,
    steps_done,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_server import MailServer
from sqlalchemy import Engine, func, update
from sqlmodel import col, select

from models.database import connect, reading, writing
from models.queries.plan.step_terms import counts_now
from models.tables.cases import Case, Stage
from models.tables.messages import Message, Notice
from models.tables.plan import StepDay, Term
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.cases.decide import return_for_completion
from services.cases.opening import open_cases
from services.delivery.dispatch import dispatch
from services.operations.tick import tick
from services.reminders.remind import remind

PAST = at("2013-12-20")
CATALOGUE = "I4B-CATALOGUE"
TARGET_OF_APPROVAL = date(2013, 11, 29)


def look(engine: Engine, office: Office, *days: str | datetime, duty: str = CALENDAR) -> None:
    for day in days:
        tick(engine, office, at(day) if isinstance(day, str) else day, duty)
        with writing(engine) as session:  # what was written leaves the same day
            session.execute(update(Message).values(state="sent"))


def of_steps(engine: Engine, person: int | None = None) -> list[tuple[str, date]]:
    """What was sent of steps, each once; to one person, or to anybody."""
    own = [] if person is None else [Notice.person_id == person]
    sent = {(row.step, row.on_day) for row in notices(engine, Notice.message == "open_step", *own)}
    return sorted(sent, key=lambda row: (row[1], row[0]))


def person(engine: Engine, unit: str = UNIT, role: str = "focal_point") -> int:
    with reading(engine) as session:
        return holder(session, unit, role).id or 0


def test_a_step_is_reminded_of_before_on_and_after_its_target_and_then_goes_up(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    days = ["2013-11-21", "2013-11-22", "2013-11-28", "2013-11-29", "2013-12-04", "2013-12-13", "2013-12-27"]
    look(engine, office, *days, "2014-01-27", "2014-02-28")
    focal, head, lead = person(engine), person(engine, role="head"), person(engine, "CTK", "coordinator")
    step = "@I5-APPROVE@2013-11-29"
    assert of_steps(engine, focal) == [
        (f"B1{step}", date(2013, 11, 22)),
        (f"B2{step}", TARGET_OF_APPROVAL),
        (f"B3{step}", date(2013, 12, 4)),
        (f"B4{step}", date(2013, 12, 13)),
        (f"BT{step}", date(2014, 1, 27)),
        (f"BT.2{step}", date(2014, 2, 28)),
    ]
    assert [name.partition("@")[0] for name, _ in of_steps(engine, head)] == ["B4", "B5", "BT", "BT.2"]
    assert [name.partition("@")[0] for name, _ in of_steps(engine, lead)] == ["B5"]
    assert passed_over(engine, Notice.message == "open_step") == []


def test_a_step_that_is_recorded_is_left_in_peace_and_the_next_one_comes(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    look(engine, office, "2013-11-22")
    steps_done(engine, at("2013-11-25"), UNIT, CALENDAR, "I5-APPROVE")
    look(engine, office, "2013-11-29", "2013-12-06", "2013-12-09", "2013-12-13")
    assert {step.split("@")[1] for step, day in of_steps(engine) if day > date(2013, 11, 25)} == {"I5-REPORT-UBND"}
    steps_done(engine, at("2013-12-13"))
    before = of_steps(engine)
    look(engine, office, "2013-12-18", "2013-12-27", "2014-02-28")
    assert of_steps(engine) == before


def test_nothing_is_said_of_steps_before_the_hand_in_or_while_it_is_returned(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, "2013-11-22", "2013-11-29")
    an_answer(engine, office, at("2013-12-02"))
    with writing(engine) as session:
        file = a_case(session, office)
        return_for_completion(session, file, "Lan", at("2013-12-02"), "thiếu biểu", date(2013, 12, 9))
    look(engine, office, "2013-12-04", "2013-12-13")
    assert of_steps(engine) == []


def test_a_step_that_does_not_apply_is_passed_over(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER, "H-KESACH")
    steps_done(engine, IN_NOVEMBER, "H-KESACH", CALENDAR, "I5-APPROVE", "I5-REPORT-UBND")
    look(engine, office, "2013-12-09", PAST)
    assert {step.split("@")[1] for step, _ in of_steps(engine)} == {"I5-PUBLISH"}


def test_who_hands_in_after_the_target_begins_with_the_gentlest_step(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, "2013-12-10", "2013-12-26")
    an_answer(engine, office, at("2014-01-15"))
    look(engine, office, "2014-01-16", "2014-01-17", "2014-01-27", "2014-02-17", "2014-03-17")
    sent = [(step.partition("@")[0], day) for step, day in of_steps(engine, person(engine))]
    assert sent == [
        ("B3", date(2014, 1, 16)),
        ("B4", date(2014, 1, 27)),
        ("BT", date(2014, 3, 17)),
    ]


def test_the_approval_of_a_body_above_is_asked_of_that_body(engine: Engine, office: Office) -> None:
    an_answer(engine, office, at("2014-09-25"), "CTK", CATALOGUE, "2015")
    look(engine, office, "2014-10-24", duty=CATALOGUE)
    assert {row.person_id for row in notices(engine, Notice.message == "open_step")} == {person(engine, "UBND")}


def test_a_target_that_moves_begins_a_ladder_of_its_own(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    look(engine, office, "2013-11-22")
    with writing(engine) as session:
        session.execute(update(Stage).where(col(Stage.code) == "I5-APPROVE").values(target_day=date(2013, 12, 13)))
    look(engine, office, "2013-11-29", "2013-12-06")
    assert of_steps(engine, person(engine))[1:] == [("B1@I5-APPROVE@2013-12-13", date(2013, 12, 6))]


# --- what the mail says -----------------------------------------------------------------------------------------------


def mails(engine: Engine, office: Office, server: MailServer, day: str, to: str) -> list[bytes]:
    tick(engine, office, at(day), CALENDAR)
    dispatch(engine, office, by_mail(server.port), at(day, "09:00"))
    own = [letter for letter in server.mails if f"<{to}@" in header(letter, "To")]
    return [letter for letter in own if "Bước" in header(letter, "Subject")]


def test_a_target_that_has_passed_is_no_deadline(engine: Engine, office: Office, mail: MailServer) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    case = a_case_id(engine, office)
    (letter,) = mails(engine, office, mail, "2013-12-04", "dau-moi.skhdt")
    text = body(letter)
    assert header(letter, "Subject").startswith("[Bước quá mốc phấn đấu]")
    assert "Mốc phấn đấu: ngày 29/11/2013, đã qua 3 ngày làm việc" in text
    assert f"/ho-so/{case}/buoc/I5-APPROVE" in text
    assert "số, ký hiệu văn bản" in text
    assert "quá hạn" not in text.casefold()
    assert "Thời hạn" not in text


def test_a_step_whose_last_day_has_passed_is_overdue(engine: Engine, office: Office, mail: MailServer) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    (letter,) = mails(engine, office, mail, "2014-01-08", "dau-moi.skhdt")
    assert header(letter, "Subject").startswith("[Bước quá hạn]")
    assert "Thời hạn: ngày 31/12/2013, quá 5 ngày làm việc" in body(letter)


def test_a_mail_written_before_the_step_was_recorded_says_nothing(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    tick(engine, office, at("2013-12-04"), CALENDAR)
    steps_done(engine, at("2013-12-04"))
    dispatch(engine, office, by_mail(mail.port), at("2013-12-04", "09:00"))
    assert [letter for letter in mail.mails if "Bước" in header(letter, "Subject")] == []
    assert {row.state for row in messages(engine, Message.kind == "digest")} == {"expired"}


def a_case_id(engine: Engine, office: Office) -> int:
    with reading(engine) as session:
        return a_case(session, office).id


# --- whatever happens -------------------------------------------------------------------------------------------------

EVENTS = st.lists(st.tuples(st.integers(1, 50), st.sampled_from(["look", "look", "record", "other"])), max_size=14)


@settings(max_examples=10)
@given(answers=st.tuples(st.integers(0, 120), st.integers(0, 120)), events=EVENTS, off=st.lists(st.integers(0, 250)))
def test_each_step_of_a_ladder_is_sent_once_or_recorded_until_what_it_asks_for_is_done(
    sqlite_home: Path, answers: tuple[int, int], events: list[tuple[int, str]], off: list[int]
) -> None:
    """Of both units that have handed in: sent + skipped + superseded = due, and nobody is forgotten."""
    with TemporaryDirectory() as folder:
        copyfile(sqlite_home, Path(folder) / "kyhan.db")
        engine = connect(f"sqlite:///{folder}/kyhan.db")
        days_off = [Override(date(2013, 11, 1) + timedelta(days=day), False, "nghỉ") for day in off]
        office = replace(an_office(Path(folder)), calendar=WorkCalendar(days_off))
        for unit, day in zip((UNIT, "STC"), answers, strict=True):
            an_answer(engine, office, at("2013-10-28") + timedelta(days=day), unit)
        moment, dated = at("2013-10-28"), dict[int, date]()
        for days, event in events:
            moment += timedelta(days=days)
            if event == "record":
                steps_done(engine, moment, UNIT, CALENDAR, *_next_step(engine))
            _remind(engine, office, moment, "I3-FORMS" if event == "other" else CALENDAR)
            if event != "other" and office.calendar.is_working_day(moment.date()):
                _nothing_is_lost(engine, moment, dated)
        engine.dispose()


def _next_step(engine: Engine) -> list[str]:
    with reading(engine) as session:
        case = a_case(session, an_office(), UNIT).id
    open_ones = [row.code for row in rows(engine, Stage, Stage.case_id == case) if row.done_on is None]
    return open_ones[:1] or ["none"]


def _remind(engine: Engine, office: Office, moment: datetime, duty: str) -> None:
    with writing(engine) as session:
        open_cases(session, office, moment, [duty])
        remind(session, office, moment, [duty])
        session.execute(update(Message).values(state="sent"))


def _nothing_is_lost(engine: Engine, now: datetime, dated: dict[int, date]) -> None:
    """`dated`: step → the first look at which it could be recorded; what its ladder asked for before is not due."""
    today = now.date()
    with reading(engine) as session:
        owed = session.exec(select(Stage).join(Case).join(Term, col(Term.id) == Case.term_id).where(counts_now(now)))
        for stage in owed.all():
            assert stage.term_id is not None, (stage.code, today)
            since = dated.setdefault(stage.id or 0, today)
            days = session.exec(select(StepDay).where(StepDay.term_id == stage.term_id)).all()
            ledger = session.exec(select(Notice).where(Notice.case_id == stage.case_id)).all()
            own = [row for row in ledger if row.step in {day.step for day in days}]
            sent, skipped = ({row.step for row in own if (row.skipped is None) is one} for one in (True, False))
            assert {day.step for day in days if day.on_day <= today and day.until_day > since} == sent | skipped
            assert not sent & skipped
            if stage.target_day is not None and stage.target_day < today:
                lately = [row for row in own if row.on_day > today - timedelta(days=31)]
                assert lately or any(day.on_day > today for day in days), (stage.code, today)
        twice = select(func.count()).select_from(Notice).group_by(Notice.case_id, Notice.step, Notice.person_id)  # type: ignore[arg-type]
        assert set(session.exec(twice).all()) <= {1}
