"""Loading a plan and laying out its occurrences."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from builders import CALENDAR, IN_NOVEMBER, OVERDUE, SIGNED, an_office, at, prepared, rows, the_catalogue
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.queries.cases.lists import WHOLE
from models.queries.plan import occurrences as plan_queries
from models.tables.log import LogEntry
from models.tables.plan import Binding, ObligationRow, Occurrence, PlanVersion, StepDay, Term
from models.tables.projection import Projection
from rules.office import Office
from rules.plan import ADDED, PeriodicReport, Plan, Proof
from services.cases.opening import open_cases
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.plan.load import load_plan, plan_ahead, restore_plan, tracking_start
from services.views.case_filter import EVERYTHING
from services.views.chasing import chasing

REPORT = "II2-REPORT"
DECEMBER = at("2013-12-02")  # the report of Quarter IV is open, that of Quarter I is not


def a_changed_plan() -> Plan:
    """Reports fall due on the 25th in place of the 20th."""
    plan = the_catalogue().plan
    report = plan.obligation(REPORT)
    assert isinstance(report.when, PeriodicReport)
    later = replace(report, when=replace(report.when, day=25))
    return replace(plan, obligations=tuple(later if item.id == REPORT else item for item in plan.obligations))


def occurrences(session: Session, duty: str) -> dict[str, Occurrence]:
    query = (
        select(Occurrence).join(ObligationRow).where(ObligationRow.code == duty).order_by(col(Occurrence.target_day))
    )
    return {row.period: row for row in session.exec(query)}


def test_the_same_plan_again_changes_nothing(engine: Engine) -> None:
    before = [rows(engine, model) for model in (PlanVersion, ObligationRow, Binding)]
    entries = len(log_of(engine))
    with writing(engine) as session:
        load_plan(session, the_catalogue().plan, IN_NOVEMBER)
    assert [rows(engine, model) for model in (PlanVersion, ObligationRow, Binding)] == before
    assert len(log_of(engine)) == entries


def test_the_plan_comes_back_as_it_was_loaded(engine: Engine) -> None:
    assert restore_plan(rows(engine, PlanVersion)[0]) == the_catalogue().plan


def test_a_plan_stored_before_it_named_flows_and_lists_takes_them_from_the_same_plan_as_shipped(
    engine: Engine, office: Office
) -> None:
    with writing(engine) as session:
        version = session.exec(select(PlanVersion)).one()
        version.document = in_the_first_form(version.document)
        session.add(version)
        assert restore_plan(version).periodic_report is None
    with reading(engine) as session:
        assert office_now(session, office).plan == the_catalogue().plan


def test_a_plan_stored_before_steps_had_proof_takes_that_alone_from_the_shipped_one(
    engine: Engine, office: Office
) -> None:
    with writing(engine) as session:
        version = session.exec(select(PlanVersion)).one()
        own = version.document.replace("I.3 Biểu mẫu báo cáo", "I.3 Các biểu mẫu báo cáo")
        version.document = in_form(2, own)
        session.add(version)
    with reading(engine) as session:
        plan = office_now(session, office).plan
    assert plan.obligation("I3-FORMS").flow_title == "I.3 Các biểu mẫu báo cáo thống kê"
    assert plan.obligation("I5-PUBLISH").proof == (Proof.ADDRESS,)
    assert plan.obligation("I4-ADJUST-REPORT").target_working_days == 5


def test_a_plan_stored_before_steps_had_ladders_takes_those_alone_from_the_shipped_one(
    engine: Engine, office: Office
) -> None:
    with writing(engine) as session:
        version = session.exec(select(PlanVersion)).one()
        plan = json.loads(version.document) | {"form": 3}
        for item in plan["obligations"]:
            item["ladder"] = "soft" if item["ladder"] == "default" else None
        version.document = json.dumps(plan)
        session.add(version)
    with reading(engine) as session:
        plan = office_now(session, office).plan
    assert plan.obligation("I5-PUBLISH").ladder == "steps"
    assert plan.obligation("I5-CALENDAR").ladder == "soft"
    assert plan.obligation("II1-PLAN").ladder is None


def in_the_first_form(document: str) -> str:
    return in_form(1, document)


def in_form(form: int, document: str) -> str:
    """Without the fields that later forms added."""
    plan = json.loads(document) | {"form": form}
    for item in plan["obligations"]:
        for key in (key for number, keys in ADDED.items() if number > form for key in keys):
            del item[key]
    return json.dumps(plan)


def test_a_plan_loaded_in_an_earlier_form_takes_only_what_that_form_could_not_say() -> None:
    shipped = the_catalogue().plan
    items = (replace(item, duty=None, hand_in="năm kế tiếp", flow_title="Tên riêng") for item in shipped.obligations)
    completed = replace(shipped, obligations=tuple(items), form=2, issuer="").completed(shipped)
    assert completed.issuer == "UBND"
    assert {item.flow_title for item in completed.obligations} == {"Tên riêng"}
    assert [(item.duty, item.hand_in) for item in completed.obligations] == [
        (item.duty, item.hand_in) for item in shipped.obligations
    ]


def test_a_plan_loaded_in_the_present_form_takes_nothing_from_the_shipped_one() -> None:
    shipped = the_catalogue().plan
    own = replace(shipped, obligations=tuple(replace(item, flow_title="") for item in shipped.obligations))
    assert own.completed(shipped) == own


def test_every_obligation_binds_its_units(engine: Engine) -> None:
    with reading(engine) as session:
        ids = {code: row.id for code, row in plan_queries.obligations(session, 1).items()}
        bound = session.exec(select(Binding.obligation_id, Binding.role)).all()
    assert bound.count((ids[CALENDAR], "each")) == 33
    assert (bound.count((ids["I2A-DEMAND-LIST"], "lead")), bound.count((ids["I2A-DEMAND-LIST"], "contributor"))) == (
        1,
        32,
    )
    assert bound.count((ids["II1-PLAN"], "each")) == 29


def test_a_changed_plan_keeps_open_occurrences_and_plans_the_others_anew(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, DECEMBER)
        before = occurrences(session, REPORT)
    changed = replace(office, plan=a_changed_plan())
    with writing(engine) as session:
        load_plan(session, changed.plan, DECEMBER)
        plan_ahead(session, changed, DECEMBER)
        after = occurrences(session, REPORT)
    assert after["2013-Q4"].id == before["2013-Q4"].id
    assert after["2013-Q4"].target_day == date(2013, 12, 20)
    assert (before["2014-Q1"].target_day, after["2014-Q1"].target_day) == (date(2014, 3, 20), date(2014, 3, 25))
    assert before.keys() <= after.keys()


def test_the_cases_of_a_changed_plan_open_once(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        assert open_cases(session, office, IN_NOVEMBER).cases > 0
    changed = replace(office, plan=a_changed_plan())
    with writing(engine) as session:
        load_plan(session, changed.plan, IN_NOVEMBER)
        assert open_cases(session, changed, IN_NOVEMBER).cases == 0


def test_a_duty_the_plan_dropped_is_still_known_behind_the_others(engine: Engine, office: Office) -> None:
    kept = tuple(item for item in office.plan.obligations if item.id != CALENDAR)
    tick(engine, office, OVERDUE)
    with writing(engine) as session:
        load_plan(session, replace(office.plan, obligations=kept), OVERDUE)
    with reading(engine) as session:
        now = office_now(session, office)
        listed = chasing(session, now, OVERDUE, EVERYTHING, WHOLE)
    *others, last = now.obligations.values()
    assert (tuple(others), last.title) == (kept, office.plan.obligation(CALENDAR).title)
    assert last in {line.case.duty for line in listed}


def test_a_changed_plan_is_a_new_version_and_the_old_one_says_since_when(engine: Engine) -> None:
    with writing(engine) as session:
        load_plan(session, a_changed_plan(), IN_NOVEMBER)
    first, second = rows(engine, PlanVersion)
    assert (first.version, first.superseded_at) == (1, IN_NOVEMBER)
    assert (second.version, second.superseded_at, second.tracked_from) == (2, None, first.tracked_from)


def test_a_changed_plan_may_replace_an_occurrence_that_is_on_the_screen_already(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, IN_NOVEMBER)
        shown = occurrences(session, REPORT)["2014-Q1"].id
        assert shown is not None
        session.add(Projection(occurrence_id=shown, screen_id="a"))
    with writing(engine) as session:
        load_plan(session, a_changed_plan(), IN_NOVEMBER)
        assert session.get(Projection, shown) is None


def test_planning_ahead_reaches_more_than_a_year_and_is_done_once(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        assert plan_ahead(session, office, SIGNED) > 0
        assert plan_ahead(session, office, SIGNED) == 0
        assert occurrences(session, CALENDAR).keys() == {"2014"}
        plan_ahead(session, office, at("2014-01-02"))
        assert occurrences(session, CALENDAR).keys() == {"2014", "2015"}


def test_a_step_that_ends_where_the_next_begins_leaves_no_day_with_two(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        plan_ahead(session, office, SIGNED)
        term = occurrences(session, CALENDAR)["2014"].id
        query = select(StepDay).join(Term).where(Term.occurrence_id == term, StepDay.reaches == "focal_point")
        days = {row.step: (row.on_day, row.until_day) for row in session.exec(query)}
    assert days == {
        "L1": (date(2013, 12, 10), date(2013, 12, 26)),
        "L2": (date(2013, 12, 26), date(2014, 1, 1)),
        "L3": (date(2014, 1, 2), date(2014, 1, 8)),
        "HT": (date(2014, 2, 26), date(2014, 3, 5)),
    }


# --- from when duties are followed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2013, 10, 23), date(2013, 10, 23)),
        (date(2014, 12, 31), date(2013, 10, 23)),
        (date(2015, 1, 1), date(2015, 1, 1)),
        (date(2026, 6, 30), date(2026, 1, 1)),
    ],
)
def test_an_office_follows_duties_from_the_year_it_begins(today: date, start: date) -> None:
    assert tracking_start(the_catalogue().plan, today) == start


def test_an_office_that_begins_years_later_is_not_met_by_years_of_arrears(empty_engine: Engine) -> None:
    late = at("2016-03-01")
    prepared(empty_engine, late)
    with writing(empty_engine) as session:
        open_cases(session, an_office(), late)
        due = session.exec(select(Occurrence.target_day)).all()
    assert min(due) >= date(2016, 1, 1)


def log_of(engine: Engine) -> list[LogEntry]:
    with reading(engine) as session:
        return list(session.exec(select(LogEntry)).all())
