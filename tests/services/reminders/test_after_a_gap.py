"""Nobody is forgotten after a gap: each step is sent or recorded, and no ladder of a late case ends in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    OVERDUE,
    UNIT,
    a_case,
    an_office,
    at,
    holder,
    messages,
    notices,
    passed_over,
    rows,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, update
from sqlmodel import Session, col, select

from models.database import connect, reading, writing
from models.tables.cases import Case
from models.tables.messages import LetterDraft, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Post, Tenure
from models.tables.plan import Binding, ObligationRow, Occurrence, StepDay
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.cases.decide import close_without_submission
from services.cases.opening import open_cases
from services.operations.tick import tick
from services.reminders.remind import SUPERSEDED, remind

LONG_AFTER = at("2014-02-10")  # 20 working days after the last day: all steps of the ladder have passed
OTHER = "I3-FORMS"


def look(engine: Engine, office: Office, *moments: datetime, duty: str | None = CALENDAR) -> None:
    """One a day; what was written leaves the same day."""
    for moment in moments:
        with writing(engine) as session:
            open_cases(session, office, moment, duty and [duty])
            remind(session, office, moment, duty and [duty])
            session.execute(update(Message).values(state="sent"))


def steps_of(engine: Engine, office: Office, unit: str = UNIT) -> list[tuple[str, date]]:
    """What was sent of the unit's case, each step once, in its order."""
    with reading(engine) as session:
        case = a_case(session, office, unit).case.id
    sent = {(row.step, row.on_day) for row in notices(engine, Notice.case_id == case)}
    return sorted(sent, key=lambda row: row[1])


def daily(first: str, days: int, every: int = 1) -> list[datetime]:
    start = at(first)
    return [start + timedelta(days=number) for number in range(0, days, every)]


# --- who starts late, or comes back late ------------------------------------------------------------------------------


def test_an_office_that_starts_long_after_a_last_day_urges_every_overdue_unit(engine: Engine, office: Office) -> None:
    look(engine, office, LONG_AFTER)
    assert {(row.step, row.message) for row in notices(engine)} == {("L3", "overdue")}
    assert len({row.case_id for row in notices(engine)}) == 33
    heads = {row.person_id for row in messages(engine, Message.kind == "digest")}
    with reading(engine) as session:
        assert {holder(session).id, holder(session, role="head").id} <= heads


def test_from_there_the_ladder_goes_on_at_its_own_pace(engine: Engine, office: Office) -> None:
    look(engine, office, *daily("2014-02-10", 50), at("2014-04-28"))
    assert steps_of(engine, office) == [
        ("L3", date(2014, 2, 10)),
        ("CV1", date(2014, 2, 14)),
        ("CV2", date(2014, 2, 21)),
        ("REP", date(2014, 2, 28)),
        ("LD", date(2014, 3, 14)),
        ("HT", date(2014, 3, 28)),
        ("HT.2", date(2014, 4, 28)),
    ]


def test_what_passed_before_the_last_day_is_recorded_with_the_reason(engine: Engine, office: Office) -> None:
    look(engine, office, LONG_AFTER)
    assert {(row.step, row.skipped) for row in passed_over(engine)} == {("L1", SUPERSEDED), ("L2", SUPERSEDED)}


def test_who_comes_back_goes_on_from_the_step_that_was_sent_last(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE, LONG_AFTER, at("2014-02-17"))
    assert steps_of(engine, office)[-3:] == [
        ("L3", OVERDUE.date()),
        ("CV1", LONG_AFTER.date()),
        ("CV2", date(2014, 2, 17)),
    ]
    assert passed_over(engine) == []


def test_no_second_letter_goes_out_before_the_first(engine: Engine, office: Office) -> None:
    for moment in (IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE, at("2014-01-16")):
        tick(engine, office, moment, CALENDAR)
    assert [row.step for row in rows(engine, LetterDraft)] == ["CV1"]


def test_a_step_that_reaches_nobody_holds_up_none_that_follow(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        session.execute(delete(Tenure))  # nobody holds any post but the one who writes the letters
        session.add(Tenure(post_id=_coordinator(session), person_id=1, from_day=date(2013, 1, 1)))
    look(engine, office, *daily("2014-01-02", 10))
    assert {row.step for row in notices(engine)} == {"CV1"}


def _coordinator(session: Session) -> int:
    return session.exec(select(Post.id).where(Post.role == "coordinator")).one() or 0


# --- which looks count ------------------------------------------------------------------------------------------------


def test_the_look_of_another_duty_is_none(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER)
    look(engine, office, *daily("2013-12-09", 60, 7), duty=OTHER)
    look(engine, office, LONG_AFTER)
    assert {row.step for row in passed_over(engine, _of_duty(engine, CALENDAR))} == {"L1", "L2"}
    assert {row.step for row in notices(engine, _of_duty(engine, CALENDAR))} == {"L3"}


def test_a_day_off_is_none(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, at("2014-02-01"), at("2014-02-02"), LONG_AFTER)
    assert {row.step for row in passed_over(engine)} == {"L1", "L2"}
    assert {row.step for row in notices(engine)} == {"L3"}


def test_a_year_without_a_look_loses_nothing(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, at("2014-02-03"), at("2015-03-04"))
    of_2014 = Notice.case_id == _case(engine, office)
    assert {row.step for row in passed_over(engine, of_2014)} == {"L1", "L2"}
    assert {(row.step, row.on_day) for row in notices(engine, of_2014)} == {("L3", date(2015, 3, 4))}


def _case(engine: Engine, office: Office) -> int:
    with reading(engine) as session:
        return a_case(session, office).id


def _of_duty(engine: Engine, duty: str) -> object:
    with reading(engine) as session:
        query = select(Case.id).join(Occurrence, col(Occurrence.id) == Case.occurrence_id)
        query = query.join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
        return col(Notice.case_id).in_(session.exec(query.where(ObligationRow.code == duty)).all())


# --- until when -------------------------------------------------------------------------------------------------------


CLIMBED = [FIRST_REMINDER, DUE_SOON, OVERDUE, *map(at, ("2014-01-08", "2014-01-15", "2014-01-22", "2014-02-12"))]
EACH_MONTH = [date(2014, 2, 26), date(2014, 3, 26), date(2014, 4, 26), date(2014, 5, 26)]  # 26/4: worked for 2/5


def months(engine: Engine, office: Office, unit: str = UNIT) -> list[date]:
    return [day for step, day in steps_of(engine, office, unit) if step.startswith("HT")]


def test_a_silent_unit_is_reminded_each_month_until_it_is_taken_off(engine: Engine, office: Office) -> None:
    for day in EACH_MONTH:
        look(engine, office, *(CLIMBED if day.month == 2 else ()), at(f"{day}"), at(f"{day + timedelta(days=3)}"))
    assert months(engine, office) == EACH_MONTH
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office), "waive", "Lan", at("2014-06-02"), "đã giải thể")
    look(engine, office, at("2014-06-26"), at("2014-06-27"))
    assert (months(engine, office), months(engine, office, "STC")) == (EACH_MONTH, [*EACH_MONTH, date(2014, 6, 26)])


def test_a_home_from_before_the_monthly_step_gets_it(engine: Engine, office: Office) -> None:
    look(engine, office, *CLIMBED)
    with writing(engine) as session:
        session.execute(delete(StepDay).where(col(StepDay.step) == "HT"))
        session.execute(update(ObligationRow).values(looked_on=None))
    look(engine, office, at("2014-06-02"))
    assert steps_of(engine, office)[-1] == ("HT", date(2014, 6, 2))


# --- whatever happens -------------------------------------------------------------------------------------------------

GAPS = st.lists(st.integers(1, 60), min_size=2, max_size=14)
OFF = st.lists(st.integers(0, 250), max_size=12)
DUTIES = st.lists(st.sampled_from([CALENDAR, CALENDAR, OTHER]), min_size=14, max_size=14)


@settings(max_examples=10)
@given(start=st.integers(0, 300), gaps=GAPS, off=OFF, duties=DUTIES)
def test_each_step_is_sent_once_or_recorded_and_no_overdue_case_is_without_a_step(
    sqlite_home: Path, start: int, gaps: list[int], off: list[int], duties: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        copyfile(sqlite_home, Path(folder) / "kyhan.db")
        engine = connect(f"sqlite:///{folder}/kyhan.db")
        days_off = [Override(date(2013, 11, 1) + timedelta(days=day), False, "nghỉ") for day in off]
        office = replace(an_office(Path(folder)), calendar=WorkCalendar(days_off))
        _few_units(engine)
        moment = at("2013-10-24") + timedelta(days=start)
        for gap, duty in zip(gaps, duties, strict=False):
            moment += timedelta(days=gap)
            look(engine, office, moment, duty=duty)
            if duty == CALENDAR and office.calendar.is_working_day(moment.date()):
                _nothing_is_lost(engine, moment.date())
        engine.dispose()


def _few_units(engine: Engine) -> None:
    with writing(engine) as session:
        few = select(Organisation.id).where(col(Organisation.key).in_([UNIT, "STC"]))
        session.execute(delete(Binding).where(col(Binding.organisation_id).not_in(few)))


def _nothing_is_lost(engine: Engine, today: date) -> None:
    with reading(engine) as session:
        query = select(Case.id, Case.term_id, Occurrence.late_after).join(
            Occurrence, col(Occurrence.id) == Case.occurrence_id
        )
        query = query.join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
        cases = session.exec(query.where(ObligationRow.code == CALENDAR)).all()
        laid_out, ledger = _by_term(session), _by_case(session)
        twice = select(func.count()).select_from(Notice).group_by(Notice.case_id, Notice.step, Notice.person_id)  # type: ignore[arg-type]
        assert set(session.exec(twice).all()) <= {1}
    for case, term, late_after in cases:
        sent, skipped = ledger[case, False], ledger[case, True]
        due = {step for step, day in laid_out[term].items() if day <= today}
        assert due == sent.keys() | skipped.keys()
        assert not sent.keys() & skipped.keys()
        assert not {"L3", "CV1", "CV2", "REP", "LD", "HT"} & skipped.keys()
        if late_after is not None and late_after < today:
            to_come = [day for day in laid_out[term].values() if day > today]
            lately = [day for day in sent.values() if day > today - timedelta(days=31)]
            assert to_come or lately, (today, laid_out[term], sent)


def _by_term(session: Session) -> dict[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for term, step, day in session.exec(select(StepDay.term_id, StepDay.step, StepDay.on_day)):
        found[term][step] = day
    return found


def _by_case(session: Session) -> dict[tuple[int, bool], dict[str, date]]:
    found: dict[tuple[int, bool], dict[str, date]] = defaultdict(dict)
    rows: Sequence[Notice] = session.exec(select(Notice)).all()
    for row in rows:
        found[row.case_id, row.skipped is not None][row.step] = row.on_day
    return found
