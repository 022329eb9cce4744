"""The status in SQL and the status in Python give the same answer to every case at every moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from builders import CALENDAR, IN_NOVEMBER, YEAR, a_case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from sqlmodel import Session, col, select

from models.database import table, writing
from models.queries.cases.status import counts_by_occurrence, status_case
from models.tables.cases import Case
from models.tables.plan import Binding, Occurrence, Term
from rules.office import Office
from rules.status import CaseFacts, Status, status_of

NOON = IN_NOVEMBER
# few moments, close together: equal ones must be common, for the mistakes are at the edges
MOMENTS = st.one_of(st.none(), st.integers(-3, 3).map(lambda step: NOON + timedelta(microseconds=step)))
FACTS = st.builds(
    CaseFacts,
    opens_at=MOMENTS,
    due_soon_at=MOMENTS,
    late_at=MOMENTS,
    received_at=MOMENTS,
    returned_at=MOMENTS,
    accepted_at=MOMENTS,
    outcome=st.sampled_from([None, None, "nil_return", "waived", "not_applicable", "superseded"]),
    outcome_at=MOMENTS,
)
MANY = st.lists(FACTS, min_size=60, max_size=60)


@given(facts=MANY, step=st.integers(-2, 2))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_status_in_sql_equals_the_status_in_python(engine: Engine, facts: list[CaseFacts], step: int) -> None:
    now = NOON + timedelta(microseconds=step)
    with Session(engine) as session:  # never committed
        cases = _store(session, facts)
        query = select(Case.id, status_case(now)).join(Term, col(Term.id) == col(Case.term_id))
        found = dict(session.exec(query.where(col(Case.id).in_(cases))).all())
    wrong = {item for id, item in cases.items() if found[id] != status_of(item, now)}
    assert wrong == set()


def test_every_status_is_met_somewhere() -> None:
    """Else the comparison above would prove less than it says."""
    met: set[Status] = set()

    @given(facts=MANY)
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def look(facts: list[CaseFacts]) -> None:
        met.update(status_of(item, NOON) for item in facts)

    look()
    assert met == set(Status)


def test_counts_add_up_to_the_cases_opened_by_then(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        occurrence = a_case(session, office, now=IN_NOVEMBER).occurrence.id or 0
        assert counts_by_occurrence(session, IN_NOVEMBER)[occurrence] == {Status.OPEN: 33}
        assert occurrence not in counts_by_occurrence(session, IN_NOVEMBER - timedelta(seconds=1))
        assert counts_by_occurrence(session, IN_NOVEMBER, flow="release-calendar").keys() == {occurrence}


def _store(session: Session, facts: list[CaseFacts]) -> dict[int, CaseFacts]:
    """One case and one term for each, in three statements."""
    obligation, organisation = session.exec(select(Binding.obligation_id, Binding.organisation_id)).first() or (0, 0)
    numbers = range(1_000, 1_000 + len(facts))
    session.execute(insert(table(Occurrence)), [_occurrence(number, obligation) for number in numbers])
    session.execute(insert(table(Term)), [_term(*pair) for pair in zip(numbers, facts, strict=True)])
    session.execute(insert(table(Case)), [_case(*pair, organisation) for pair in zip(numbers, facts, strict=True)])
    return dict(zip(numbers, facts, strict=True))


def _occurrence(number: int, obligation: int) -> dict[str, Any]:
    day = date(2013, 12, 31)
    return {
        "id": number,
        "obligation_id": obligation,
        "period": f"{CALENDAR}-{YEAR}-{number}",
        **{"target_day": day, "period_start": day, "period_end": day, "why": "", "deadline_phrase": ""},
        **{"soft": False, "strict_before": False, "worded": True},
    }


def _term(number: int, facts: CaseFacts) -> dict[str, Any]:
    return {
        **{"id": number, "occurrence_id": number, "role": "each", "agreed": "", "target_day": date(2013, 12, 31)},
        **{"opens_at": facts.opens_at, "due_soon_at": facts.due_soon_at, "late_at": facts.late_at},
    }


def _case(number: int, facts: CaseFacts, organisation: int) -> dict[str, Any]:
    return {
        **{"id": number, "occurrence_id": number, "organisation_id": organisation, "role": "each"},
        **{"statutory_term_id": number, "term_id": number, "opened_at": NOON},
        **{"received_at": facts.received_at, "returned_at": facts.returned_at, "accepted_at": facts.accepted_at},
        **{"outcome": facts.outcome, "outcome_at": facts.outcome_at},
    }
