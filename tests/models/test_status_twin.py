"""The standing in SQL and the standing in Python are the same for every case, with every step, at every moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from builders import CALENDAR, IN_NOVEMBER, YEAR, a_case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.database import table, writing
from models.queries.cases.status import counts_by_occurrence, standing_case, status_case, steps_case
from models.queries.cases.steps import of_cases, open_steps
from models.tables.cases import Case, Stage
from models.tables.plan import Binding, Occurrence, Term
from rules.office import Office
from rules.plan import Severity
from rules.status import CaseFacts, Status, status_of
from rules.steps import (
    FOLLOWED,
    OPEN_STEPS,
    ORDER,
    StepFacts,
    StepState,
    is_known,
    standing_of,
    step_state,
    steps_state,
)

NOON = IN_NOVEMBER
# few moments, close together: equal ones must be common, for the mistakes are at the edges
MOMENTS = st.one_of(st.none(), st.integers(-3, 3).map(lambda step: NOON + timedelta(microseconds=step)))
DAYS = st.one_of(st.none(), st.integers(-1, 1).map(lambda step: NOON.date() + timedelta(days=step)))
FACTS = st.builds(
    CaseFacts,
    opens_at=MOMENTS,
    due_soon_at=MOMENTS,
    late_at=MOMENTS,
    received_at=MOMENTS,
    returned_at=MOMENTS,
    return_by=DAYS,
    accepted_at=MOMENTS,
    outcome=st.sampled_from([None, None, "nil_return", "waived", "not_applicable", "superseded"]),
    outcome_at=MOMENTS,
)
CODES = {  # one step of the plan for each severity
    Severity.HARD: "I5-APPROVE",
    Severity.MEDIUM: "II2-REPORT",
    Severity.SOFT: "I4B-APPROVE",
    Severity.INFO: "I3-IMPLEMENT",
    None: "NO-LONGER-IN-THE-PLAN",
}
STEPS = st.builds(
    StepFacts,
    severity=st.sampled_from(sorted(CODES, key=str)),
    target_day=DAYS,
    applicable=st.sampled_from([True, True, True, False]),
    done_on=DAYS,
)


def _records(step: StepFacts, moments: list[datetime], others: list[StepFacts]) -> list[StepFacts]:
    """One step as it was recorded again and again: each record supersedes the one before."""
    written: list[datetime | None] = [None, *sorted(moments)]
    ends = [*written[1:], None]
    facts = [step, *(replace(other, severity=step.severity) for other in others)]
    return [
        replace(one, recorded_at=start, superseded_at=end)
        for one, start, end in zip(facts[: len(written)], written, ends, strict=True)
    ]


HISTORIES = st.builds(
    _records,
    STEPS,
    st.lists(st.integers(-3, 3).map(lambda step: NOON + timedelta(microseconds=step)), max_size=3),
    st.lists(STEPS, min_size=3, max_size=3),
)
Cases = list[tuple[CaseFacts, list[StepFacts]]]
MANY = st.lists(
    st.tuples(
        FACTS,
        st.lists(HISTORIES, max_size=3, unique_by=lambda records: records[0].severity).map(
            lambda histories: [record for records in histories for record in records]
        ),
    ),
    min_size=60,
    max_size=60,
)


@given(facts=MANY, step=st.integers(-2, 2))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_status_steps_and_standing_in_sql_equal_those_in_python(engine: Engine, facts: Cases, step: int) -> None:
    now = NOON + timedelta(microseconds=step)
    with Session(engine) as session:  # never committed
        cases = _store(session, facts)
        columns = (status_case(now), steps_case(now), standing_case(now))
        query = select_columns(col(Case.id), *columns).join(Term, col(Term.id) == col(Case.term_id))
        found = {id: values for id, *values in session.execute(query.where(col(Case.id).in_(cases)))}
        listed = {(one.case_id, one.code): one.state for one in open_steps(session, now, of_cases(cases))}
    for id, (item, steps) in cases.items():
        state = steps_state(item, steps, now)
        assert found[id] == [status_of(item, now), ORDER.index(state), standing_of(item, steps, now)], (item, steps)
    assert listed == {
        (id, CODES[step.severity]): step_state(step, item.late_at, now)
        for id, (item, steps) in cases.items()
        if status_of(item, now) in FOLLOWED
        for step in steps
        if is_known(step, now)
        if step_state(step, item.late_at, now) in OPEN_STEPS
    }


def test_every_status_is_met_somewhere() -> None:
    """Else the comparison above would prove less than it says."""
    met: set[Status | StepState] = set()

    @given(facts=MANY)
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def look(facts: Cases) -> None:
        met.update(standing_of(*item, NOON) for item in facts)
        met.update(steps_state(*item, NOON) for item in facts)

    look()
    assert met == {*Status, *StepState}


def test_counts_add_up_to_the_cases_opened_by_then(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        occurrence = a_case(session, office, now=IN_NOVEMBER).occurrence.id or 0
        assert counts_by_occurrence(session, IN_NOVEMBER)[occurrence] == {Status.OPEN: 33}
        assert occurrence not in counts_by_occurrence(session, IN_NOVEMBER - timedelta(seconds=1))
        assert counts_by_occurrence(session, IN_NOVEMBER, flow="release-calendar").keys() == {occurrence}


def _store(session: Session, facts: Cases) -> dict[int, tuple[CaseFacts, list[StepFacts]]]:
    """One case and one term for each, and their steps, in four statements."""
    obligation, organisation = session.exec(select(Binding.obligation_id, Binding.organisation_id)).first() or (0, 0)
    numbers = range(1_000, 1_000 + len(facts))
    session.execute(insert(table(Occurrence)), [_occurrence(number, obligation) for number in numbers])
    cases = dict(zip(numbers, facts, strict=True))
    session.execute(insert(table(Term)), [_term(number, item) for number, (item, _) in cases.items()])
    session.execute(insert(table(Case)), [_case(number, item, organisation) for number, (item, _) in cases.items()])
    stages = [_stage(number, step) for number, (_, steps) in cases.items() for step in steps]
    if stages:
        session.execute(insert(table(Stage)), stages)
    return cases


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
        **{"return_by": facts.return_by},
        **{"outcome": facts.outcome, "outcome_at": facts.outcome_at},
    }


def _stage(number: int, step: StepFacts) -> dict[str, Any]:
    return {
        **{"case_id": number, "code": CODES[step.severity], "position": 1, "applicable": step.applicable},
        **{"target_day": step.target_day, "done_on": step.done_on, "recorded_at": step.recorded_at},
        **{"superseded_at": step.superseded_at},
        **{"document_number": "", "place": "", "recorded_by": ""},
    }
