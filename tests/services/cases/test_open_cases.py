"""Cases exist from the day their occurrence opens, one for every bound unit."""

from __future__ import annotations

from collections import Counter
from datetime import date

from builders import CALENDAR, DISTRICT, IN_NOVEMBER, SIGNED, UNIT, a_case, at, rows, together
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.office import Office
from services import log
from services.cases.opening import open_cases


def opened(engine: Engine, office: Office, now=IN_NOVEMBER, duties: list[str] | None = None):
    with writing(engine) as session:
        return open_cases(session, office, now, duties)


def roles(session: Session, duty: str) -> Counter[str]:
    query = select(Case.role).join(Occurrence, col(Occurrence.id) == Case.occurrence_id).join(ObligationRow)
    return Counter(session.exec(query.where(ObligationRow.code == duty)))


def test_each_of_33_units_owes_a_release_calendar(engine: Engine, office: Office) -> None:
    opened(engine, office)
    with reading(engine) as session:
        assert roles(session, CALENDAR) == {"each": 33}


def test_the_demand_list_has_one_lead_and_32_contributors_with_an_earlier_soft_target(
    engine: Engine, office: Office
) -> None:
    opened(engine, office)
    with reading(engine) as session:
        assert roles(session, "I2A-DEMAND-LIST") == {"lead": 1, "contributor": 32}
        lead = a_case(session, office, "CTK", "I2A-DEMAND-LIST").term
        contributor = a_case(session, office, UNIT, "I2A-DEMAND-LIST").term
    assert (lead.target_day, lead.late_after) == (date(2013, 12, 31), date(2013, 12, 31))
    assert (contributor.target_day, contributor.late_after) == (date(2013, 11, 15), date(2013, 12, 31))
    assert (contributor.late_at, contributor.ladder) == (at("2014-01-01", "00:00"), "contributors")


def test_a_district_has_no_ministry_to_report_to(engine: Engine, office: Office) -> None:
    opened(engine, office)
    with reading(engine) as session:
        query = select(Organisation.kind, Stage.applicable).join(Case, col(Case.organisation_id) == Organisation.id)
        found = Counter(session.exec(query.join(Stage).where(Stage.code == "I5-REPORT-MINISTRY")))
    districts = {kind: count for (kind, applicable), count in found.items() if not applicable}
    assert sum(districts.values()) == 11
    assert len(districts) == 1
    assert sum(found.values()) == 33


def test_a_release_calendar_is_followed_by_its_stages_in_order_with_their_targets(
    engine: Engine, office: Office
) -> None:
    opened(engine, office)
    with reading(engine) as session:
        case = a_case(session, office, DISTRICT).case
        stages = session.exec(select(Stage).where(Stage.case_id == case.id).order_by(col(Stage.position))).all()
    assert [(stage.code, stage.target_day, stage.applicable) for stage in stages] == [
        ("I5-APPROVE", date(2013, 11, 29), True),
        ("I5-REPORT-UBND", date(2013, 12, 13), True),
        ("I5-REPORT-MINISTRY", date(2013, 12, 13), False),
        ("I5-PUBLISH", date(2013, 12, 13), True),
    ]


def test_opening_twice_adds_nothing(engine: Engine, office: Office) -> None:
    assert opened(engine, office).cases > 100
    before = rows(engine, Case), rows(engine, Stage)
    again = opened(engine, office)
    assert (again.occurrences, again.cases) == (0, 0)
    assert (rows(engine, Case), rows(engine, Stage)) == before


def test_opening_at_the_same_moment_opens_each_case_once(engine: Engine, office: Office) -> None:
    with together(*[lambda: opened(engine, office)] * 3) as done:
        assert sum(one.cases for one in done) == len(rows(engine, Case)) > 0
    with reading(engine) as session:
        assert log.verify(session).broken_at is None
        assert roles(session, CALENDAR) == {"each": 33}


def test_nothing_opens_before_its_day(engine: Engine, office: Office) -> None:
    opened(engine, office, SIGNED)
    assert not any(row.opened_at for row in rows(engine, Occurrence, Occurrence.opens_on > date(2013, 10, 23)))


def test_what_waits_for_a_trigger_stays_closed(engine: Engine, office: Office) -> None:
    opened(engine, office, at("2014-05-27"))
    with reading(engine) as session:
        assert roles(session, "I6-DIRECTIVE") == {}
    opened(engine, office, at("2014-05-28"))
    with reading(engine) as session:
        assert roles(session, "I6-DIRECTIVE") == {"lead": 1}


def test_only_the_named_obligation_opens(engine: Engine, office: Office) -> None:
    opened(engine, office, duties=[CALENDAR])
    with reading(engine) as session:
        assert roles(session, "II1-PLAN") == {}
        assert roles(session, CALENDAR) == {"each": 33}


def test_a_unit_dissolved_by_then_owes_nothing(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        unit = session.exec(select(Organisation).where(Organisation.key == UNIT)).one()
        unit.dissolved_on = IN_NOVEMBER.date()
    opened(engine, office)
    with reading(engine) as session:
        assert roles(session, CALENDAR) == {"each": 32}


def test_a_case_is_held_to_the_statutory_term(engine: Engine, office: Office) -> None:
    opened(engine, office)
    assert all(case.term_id == case.statutory_term_id for case in rows(engine, Case))
    assert len(rows(engine, Term, Term.agreed != "")) == 0
