"""Whoever contributes to what another body consolidates is late after the plan's last day, by a ladder of their own."""

from __future__ import annotations

from datetime import date, datetime

from builders import DUE_SOON, IN_NOVEMBER, LAST_DAY, OVERDUE, UNIT, URGING, a_case, at, holder, notices, rows
from sqlalchemy import Engine, delete, update
from sqlmodel import col, select

from models.database import reading, writing
from models.queries.cases.case_file import stages
from models.queries.cases.status import counts_by_occurrence
from models.tables.messages import LetterDraft, Message, Notice
from models.tables.plan import StepDay, Term
from rules.office import Office
from rules.status import Status
from services.operations.tick import tick
from services.plan.amend import move_dates

LIST = "I2A-DEMAND-LIST"
BEFORE_THE_LEAD = at("2013-11-22")  # a week after their soft target, more than a month before the plan's last day


def look(engine: Engine, office: Office, *moments: datetime) -> None:
    for moment in moments:
        tick(engine, office, moment, LIST)
        with writing(engine) as session:
            session.execute(update(Message).values(state="sent"))


def reached(engine: Engine, office: Office, unit: str = UNIT) -> list[tuple[str, date]]:
    with reading(engine) as session:
        case = a_case(session, office, unit, LIST).id
    return sorted({(row.step, row.on_day) for row in notices(engine, Notice.case_id == case)}, key=lambda row: row[1])


def counts(engine: Engine, office: Office, now: datetime) -> dict[Status, int]:
    with reading(engine) as session:
        return counts_by_occurrence(session, now)[a_case(session, office, UNIT, LIST).occurrence.id or 0]


def test_they_escalate_to_their_heads_before_the_leads_day_and_then_as_everybody(
    engine: Engine, office: Office
) -> None:
    look(engine, office, IN_NOVEMBER, at("2013-11-12"), BEFORE_THE_LEAD, DUE_SOON, OVERDUE, URGING)
    assert reached(engine, office) == [
        ("L1", IN_NOVEMBER.date()),
        ("L2", date(2013, 11, 12)),
        ("PH1", BEFORE_THE_LEAD.date()),
        ("PH2", DUE_SOON.date()),
        ("L3", OVERDUE.date()),
        ("CV1", URGING.date()),
    ]
    assert [draft.units for draft in rows(engine, LetterDraft)] == [32]  # none to the lead itself
    with reading(engine) as session:
        head = holder(session, role="head").id
    assert {row.step for row in notices(engine, Notice.person_id == head)} == {"PH1", "PH2", "L3"}


def test_all_33_are_overdue_after_the_plans_own_last_day_and_none_before(engine: Engine, office: Office) -> None:
    look(engine, office, IN_NOVEMBER, LAST_DAY)
    assert Status.OVERDUE not in counts(engine, office, at("2013-12-31", "23:59"))
    assert counts(engine, office, at("2014-01-01", "00:00")) == {Status.OVERDUE: 33}


def test_terms_laid_out_without_a_last_day_are_corrected_where_dates_are_moved(engine: Engine, office: Office) -> None:
    """As a calendar that changes, or a plan that is loaded, does."""
    look(engine, office, IN_NOVEMBER)
    with writing(engine) as session:
        own = select(Term.id).where(Term.role == "contributor")
        late = col(StepDay.step).not_in(["L1", "L2"])
        session.execute(delete(StepDay).where(col(StepDay.term_id).in_(own), late))
        without = {"late_after": None, "late_at": None, "ladder": "default"}
        session.execute(update(Term).where(Term.role == "contributor").values(**without))  # type: ignore[arg-type]
        move_dates(session, office, at("2013-11-20"))
    look(engine, office, BEFORE_THE_LEAD, OVERDUE)
    assert [step for step, _ in reached(engine, office)] == ["L1", "PH1", "L3"]
    assert counts(engine, office, OVERDUE) == {Status.OVERDUE: 33}


def test_units_contribute_their_parts_of_the_catalogue_before_the_office_submits_it(
    engine: Engine, office: Office
) -> None:
    for duty in ("I4B-CATALOGUE", "I4B-COMPILE-PLAN"):
        for moment in (at("2014-09-03"), at("2014-09-10"), at("2014-09-22"), at("2014-09-25"), at("2014-10-01")):
            tick(engine, office, moment, duty)
        with reading(engine) as session:
            lead, unit = (a_case(session, office, key, duty, "2015") for key in ("CTK", UNIT))
            followed = [stages(session, one.id) for one in (lead, unit)]
        assert (lead.case.role, unit.case.role) == ("lead", "contributor")
        assert [bool(steps) for steps in followed] == [duty == "I4B-CATALOGUE", False]  # the whole is approved, no part
        assert (unit.term.target_day, unit.term.late_after) == (date(2014, 9, 15), lead.term.late_after)
        steps = [row.step for row in notices(engine, Notice.case_id == unit.id)]
        assert list(dict.fromkeys(steps)) == ["L1", "L2", "PH1", "PH2", "L3"]
