"""Every duty of the shipped plan is walked through: who records it, its colours, the report, the dashboard.

Three provinces: all silent, all handed in without the steps that follow, all done. What they show is compared with the
row of `rules.coverage`, which `kyhan plan coverage` and docs/duties.md print.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import a_home, an_office, the_catalogue
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from config.catalogue import SHIPPED
from config.forms import Forms
from models.database import id_of, reading, writing
from models.queries.cases import case_file
from models.queries.cases.selection import CASE_FILES, CaseFile
from models.queries.cases.status import counts_by_occurrence, step_facts
from models.queries.cases.steps import with_severity
from models.queries.plan.bindings import bindings_of
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence
from reports.facts import ReportFacts
from rules.access import Action, Holding, Role, may
from rules.activities import ActivityKind, Entry
from rules.content.grid import FileGrids, SheetGrid
from rules.content.judge import Surroundings, judge
from rules.coverage import (
    APPROVER,
    FIRST_PART,
    ITSELF,
    NEVER,
    NOTHING,
    SYSTEM,
    UNDATED,
    UNIT,
    can_be_overdue,
    coverage,
    is_dated,
    steps_of,
)
from rules.deadlines import late_from, start_of
from rules.office import Office
from rules.plan import Kind, Obligation
from rules.status import OCCURRENCE_COLOURS, Colour, colour, occurrence_status
from rules.step_records import StepRecord
from rules.steps import STANDINGS, StepState, step_state
from services.cases.activities import add as add_activity
from services.cases.case_file import case_page
from services.cases.hand_in import HandIn, hand_in
from services.cases.opening import open_cases
from services.cases.steps import Recorder, answer_review, record_step
from services.plan.amendments import Draft, propose
from services.plan.load import plan_ahead
from services.reports.facts import report_facts
from services.views.dashboard_projection import occurrence_views

PLAN = the_catalogue().plan
ANNEX_IV = UNDATED[Kind.EVENT][-1]
DATED = [item for item in PLAN.obligations if is_dated(item)]
FOLLOWED = {item.id: steps for item in DATED if (steps := steps_of(PLAN, item))}
BEGIN, END = datetime(2013, 10, 24, 1, tzinfo=UTC), datetime(2015, 12, 31, 1, tzinfo=UTC)
IN_MARCH = datetime(2014, 3, 10, 1, tzinfo=UTC)
LATER = timedelta(days=800)  # past every target and every last day of the first occurrences


class Life:
    """A province in which every first occurrence is open, and was answered as `acts` says."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self.engine, self.office = engine, office

    def colour(self, duty: str, now: datetime) -> Colour:
        with reading(self.engine) as session:
            counts = counts_by_occurrence(session, now)[id_of(self.first(session, duty))]
        return OCCURRENCE_COLOURS[occurrence_status(counts)]

    def bound(self, session: Session, duty: Obligation) -> list[int]:
        """Units that owe it."""
        row = session.exec(select(ObligationRow.id).where(ObligationRow.code == duty.id)).one()
        return [one.organisation_id for one in bindings_of(session, [row or 0])]

    def first(self, session: Session, duty: str) -> Occurrence:
        occurrence = self.opened(session, duty)
        assert occurrence is not None, duty
        return occurrence

    def opened(self, session: Session, duty: str) -> Occurrence | None:
        """Its first occurrence that has a day to open."""
        query = (
            select(Occurrence)
            .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
            .where(col(ObligationRow.code) == duty, col(Occurrence.opens_on).is_not(None))
            .order_by(col(Occurrence.target_day))
        )
        return session.exec(query).first()

    def cases(self, session: Session, duty: str) -> list[CaseFile]:
        occurrence = self.first(session, duty)
        rows = session.execute(CASE_FILES.where(col(Case.occurrence_id) == occurrence.id))
        return [CaseFile(*row) for row in rows]


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    yield from _lived(tmp_path_factory, steps=None)


@pytest.fixture(scope="module")
def without_steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    yield from _lived(tmp_path_factory, steps=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    yield from _lived(tmp_path_factory, steps=True)


@pytest.fixture(scope="module")
def lives(silent: Life, without_steps: Life, whole: Life) -> tuple[Life, ...]:
    return silent, without_steps, whole


def _lived(tmp_path_factory: pytest.TempPathFactory, *, steps: bool | None) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("duties")
    office, engine = an_office(folder), a_home(folder, BEGIN)
    life = Life(engine, office)
    with writing(engine) as session:
        plan_ahead(session, office, END)
        _open(session, life)
        for duty in DATED if steps is not None else ():
            received = _answer(session, life, duty, steps=bool(steps))
            open_cases(session, office, received + timedelta(days=1))  # what waited for it
        for duty in PLAN.obligations if steps else ():
            _record_undated(session, life, duty)
    yield life
    engine.dispose()


def _record_undated(session: Session, life: Life, duty: Obligation) -> None:
    """What belongs to no occurrence: an entry of each kind in its register, or a proposal to amend the plan."""
    units = life.bound(session, duty)
    for number, kind in enumerate(duty.register.kinds if duty.register else ()):
        people = 40 if kind in (ActivityKind.MEETING, ActivityKind.USERS) else None
        entry = Entry(kind, date(2014, 3, 3), "Hướng dẫn thực hiện Kế hoạch", f"{number}/CV", people)
        add_activity(session, life.office, duty.id, units[0], entry, "Lan", IN_MARCH)
    if duty == PLAN.amendment:
        propose(session, life.office, units[0], Draft("", "Khó khăn", duty.title.vi), "Lan", IN_MARCH)


def _answer(session: Session, life: Life, duty: Obligation, *, steps: bool) -> datetime:
    """Each unit the day after the opening, then its steps; returns when."""
    occurrence = life.first(session, duty.id)
    assert occurrence.opened_at is not None
    received = occurrence.opened_at + timedelta(days=1, hours=3)
    for file in life.cases(session, duty.id):
        hand_in(session, file, HandIn(received, document_number="12/BC"), received)
        if duty.reviews:
            answer_review(session, life.office, file, adjusted=True, by=Recorder("Lan"), now=received)
        for step in case_file.stages(session, file.id) if steps else ():
            if step.applicable:
                day = received.date() + timedelta(days=3)
                record = StepRecord(step.code, done_on=day, document_number="7/QĐ", place="https://example.vn/lich")
                record_step(session, life.office, file, record, Recorder("Lan"), received + timedelta(days=9))
    return received


def _open(session: Session, life: Life) -> None:
    """Day by day, as the daily check does."""
    days = session.exec(select(col(Occurrence.opens_on)).where(col(Occurrence.opened_at).is_(None)).distinct()).all()
    for day in sorted(day for day in days if day is not None and day <= END.date()):
        open_cases(session, life.office, max(start_of(day) + timedelta(hours=1), BEGIN))


def _after(session: Session, life: Life, duty: str) -> datetime:
    """The first moment after everything that was set for its first occurrence."""
    occurrence = life.first(session, duty)
    return late_from(max(occurrence.late_after or date.min, occurrence.target_day))


@pytest.mark.parametrize("duty", DATED, ids=lambda duty: duty.id)
def test_a_silent_duty_is_red_if_it_has_a_last_day_and_else_yellow_for_ever(silent: Life, duty: Obligation) -> None:
    if duty.waits_for:
        return  # nothing opens while nothing is handed in: see the test of what waits
    with reading(silent.engine) as session:
        occurrence, late = silent.first(session, duty.id), _after(session, silent, duty.id)
    opened = max(start_of(occurrence.opens_on or date.min), BEGIN) + timedelta(hours=8)
    assert silent.colour(duty.id, opened) is Colour.YELLOW
    overdue = can_be_overdue(PLAN, duty)
    assert silent.colour(duty.id, late) is (Colour.RED if overdue else Colour.YELLOW)
    assert silent.colour(duty.id, late + LATER) is (Colour.RED if overdue else Colour.YELLOW)


@pytest.mark.parametrize("duty", DATED, ids=lambda duty: duty.id)
def test_what_was_handed_in_is_green_unless_steps_follow_it(without_steps: Life, duty: Obligation) -> None:
    with reading(without_steps.engine) as session:
        late = _after(session, without_steps, duty.id)
    steps = FOLLOWED.get(duty.id, [])
    bound = any(can_be_overdue(PLAN, step) for step in steps)
    expected = Colour.RED if bound else Colour.YELLOW if steps else Colour.GREEN
    assert without_steps.colour(duty.id, late + LATER) is expected


@pytest.mark.parametrize("duty", DATED, ids=lambda duty: duty.id)
def test_a_duty_with_all_its_steps_is_green(whole: Life, duty: Obligation) -> None:
    with reading(whole.engine) as session:
        late = _after(session, whole, duty.id)
    assert whole.colour(duty.id, late + LATER) is Colour.GREEN


def test_what_waits_for_a_document_opens_with_it(silent: Life, whole: Life) -> None:
    waiting = [item.id for item in DATED if item.waits_for]
    assert waiting
    for duty in waiting:
        with reading(silent.engine) as session:
            assert silent.opened(session, duty) is None
        with reading(whole.engine) as session:
            assert whole.opened(session, duty) is not None


# --- one walk over every duty: the row of rules.coverage beside what the product does ---------------------------------

ROWS = {row.obligation: row for row in coverage(PLAN)}
EVERY_DUTY = pytest.mark.parametrize("duty", PLAN.obligations, ids=lambda duty: duty.id)


def test_every_duty_of_the_plan_has_its_row() -> None:
    assert list(ROWS) == [item.id for item in PLAN.obligations]
    assert len(ROWS) == 31


@EVERY_DUTY
def test_a_duty_turns_the_colours_of_its_row_and_no_others(lives: tuple[Life, ...], duty: Obligation) -> None:
    row = ROWS[duty.id]
    words = {Colour.YELLOW: row.yellow, Colour.RED: row.red, Colour.GREEN: row.green}
    assert {colour for life in lives for colour in _colours(life, duty)} == {
        colour for colour, said in words.items() if said != NEVER
    }


def _colours(life: Life, duty: Obligation) -> Iterator[Colour]:
    deliverable = duty.follows.deliverable if duty.follows else duty.id
    with reading(life.engine) as session:
        occurrence = life.opened(session, deliverable)
        if occurrence is None or occurrence.opened_at is None:
            return
        opened, late = occurrence.opened_at, _after(session, life, deliverable)
        moments = (
            opened + timedelta(hours=8),
            opened + timedelta(days=2),
            late,
            late + LATER,
        )
        files = [file for file in life.cases(session, deliverable) if file.case.received_at is not None]
        stages = [(file.term.late_at, *pair) for file in files for pair in with_severity(session, file.id)]
    if duty.follows is None:
        yield from (life.colour(duty.id, moment) for moment in moments)
    for late_at, stage, severity in stages:
        for moment in moments if stage.code == duty.id and stage.applicable else ():
            state = step_state(step_facts(stage, severity), late_at, moment)
            yield Colour.GREEN if state is StepState.DONE else colour(STANDINGS[state])


@EVERY_DUTY
def test_a_duty_is_recorded_by_those_of_its_row_and_nobody_else(whole: Life, duty: Obligation) -> None:
    acts = _acts(duty)
    with reading(whole.engine) as session:
        owner = min(whole.bound(session, duty), default=0)
        if duty.follows is not None:
            [page] = [case_page(session, whole.office, END, whole.cases(session, duty.follows.deliverable)[0].id)]
            assert page is not None
            step = page.step(duty.id)
            assert step is not None
            assert (step.owner_id == page.organisation_id) is (ROWS[duty.id].by == UNIT)
            owner = step.owner_id
    assert bool(acts) is (ROWS[duty.id].by in (UNIT, APPROVER))
    for by_unit, on_behalf in acts:
        assert may(Somebody(Role.FOCAL_POINT, owner), by_unit, owner)
        assert not may(Somebody(Role.FOCAL_POINT, owner + 1), by_unit, owner)
        assert may(Somebody(Role.COORDINATOR, 1), on_behalf, owner)


def _acts(duty: Obligation) -> list[tuple[Action, Action]]:
    """What the unit does, and what a coordinator does in its place."""
    if duty.follows is not None:
        return [(Action.RECORD_STEP, Action.RECORD_STEP)]
    if duty.register is not None:
        return [(Action.RECORD_ACTIVITY, Action.RECORD_ACTIVITY)]
    return [(Action.HAND_IN, Action.REGISTER)] if is_dated(duty) or duty == PLAN.amendment else []


class Somebody:
    def __init__(self, role: Role, unit: int) -> None:
        self.holdings = (Holding(role, unit),)


@pytest.fixture(scope="module")
def reports(whole: Life) -> list[ReportFacts]:
    with reading(whole.engine) as session:
        return [report_facts(session, whole.office, f"{y}-Y", date(y, 12, 14)) for y in (2013, 2014, 2015)]


@EVERY_DUTY
def test_a_duty_stands_in_the_yearly_report_where_its_row_says(reports: list[ReportFacts], duty: Obligation) -> None:
    title = duty.title.vi.removesuffix(" năm kế tiếp").removesuffix(" năm")
    rows = [row.title for facts in reports for row in facts.annex_i]
    recorded = {one.title for facts in reports for clause in facts.clauses for one in clause.activities}
    own = duty.register is not None and duty.register.in_report
    told = {
        ITSELF: duty.report is not None,
        FIRST_PART: own and any(facts.guidance.inspections and facts.guidance.letters for facts in reports),
        ANNEX_IV: any(title in row.proposal for facts in reports for row in facts.annex_iv or ()),
        **dict.fromkeys(SECTIONS, any(title in one for one in rows) or duty.title.vi in recorded),
        NOTHING: not any(title in one for one in [*rows, *recorded]),
    }
    if duty.follows is not None:
        assert any(title in one for one in rows)
        assert ROWS[duty.id].report.en == f"with {duty.follows.deliverable}"
    else:
        assert told[ROWS[duty.id].report]


SECTIONS = {row.report for row in ROWS.values()} - {ITSELF, FIRST_PART, ANNEX_IV, NOTHING}


@EVERY_DUTY
def test_a_duty_is_on_the_dashboard_under_the_title_of_its_row(without_steps: Life, duty: Obligation) -> None:
    """Each under its flow; what has occurrences as a run, a step in the text of the run of what it follows."""
    assert bool(ROWS[duty.id].dashboard) is (duty.flow is not None)
    assert ROWS[duty.id].dashboard in {"", *(item.flow_title for item in PLAN.obligations)}
    deliverable = duty.follows.deliverable if duty.follows else duty.id
    with reading(without_steps.engine) as session:
        occurrence = without_steps.opened(session, deliverable)
        if occurrence is None:
            assert not is_dated(duty)
            return
        [view] = occurrence_views(session, _after(session, without_steps, deliverable), ids=[occurrence.id or 0])
    assert deliverable in view.tags
    assert view.flow == duty.flow
    assert "bước sau khi nộp" in view.text if duty.follows else True


# what a form demands or offers: nobody records it, the form that is handed in does
OF_FORMS = {
    "I2A-TIMES": ("I2A-DEMAND-LIST", ("period", "moment"), ()),
    "I4A-PRODUCTS": ("I4B-CATALOGUE", ("frequency",), ("năm", "không định kỳ")),
    "I5-EXTRA-INFO": ("I5-CALENDAR", ("basis",), ("Điều 5", "bổ sung")),
}


def test_what_the_system_checks_stands_in_the_forms() -> None:
    assert {row.obligation for row in ROWS.values() if row.by == SYSTEM} == OF_FORMS.keys()
    forms = Forms(SHIPPED / "plans" / PLAN.id)
    for code, (form, names, choices) in OF_FORMS.items():
        columns = {column.id: column for column in forms[form].columns}
        wrong = ["" if column.required and not choices else "sai" for column in columns.values()]
        sheet = SheetGrid("Bảng", [[column.title for column in columns.values()], wrong])
        findings = judge(forms[form], FileGrids((sheet,)), Surroundings()).findings
        for name in names:
            assert set(choices) <= set(columns[name].choices), code
            assert columns[name].title in {finding.column_title for finding in findings}, code
