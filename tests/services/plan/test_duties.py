"""Every duty of the shipped plan is played: silent, handed in without its steps, and whole; as rules.coverage says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import a_home, an_office, the_catalogue
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import id_of, reading, writing
from models.queries.cases import case_file
from models.queries.cases.selection import CASE_FILES, CaseFile
from models.queries.cases.status import counts_by_occurrence
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence
from rules.coverage import can_be_overdue, coverage, is_dated, steps_of
from rules.deadlines import late_from, start_of
from rules.office import Office
from rules.plan import Kind, Obligation
from rules.status import OCCURRENCE_COLOURS, Colour, occurrence_status
from rules.step_records import StepRecord
from services.cases.hand_in import HandIn, hand_in
from services.cases.opening import open_cases
from services.cases.steps import Recorder, answer_review, record_step
from services.plan.load import plan_ahead
from services.reports.facts import report_facts
from services.views.dashboard_projection import occurrence_views

PLAN = the_catalogue().plan
DATED = [item for item in PLAN.obligations if is_dated(item)]
FOLLOWED = {
    item.id: steps for item in DATED if (steps := [one for one in steps_of(PLAN, item) if one.kind is Kind.STAGE])
}
REPORTED = [item for item in DATED if item.report is None]
BEGIN, END = datetime(2013, 10, 24, 1, tzinfo=UTC), datetime(2015, 12, 31, 1, tzinfo=UTC)
LATER = timedelta(days=800)  # past every target and every last day of the first occurrences


class Life:
    """A province in which every first occurrence is open, and was answered as `acts` says."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self.engine, self.office = engine, office

    def colour(self, duty: str, now: datetime) -> Colour:
        with reading(self.engine) as session:
            counts = counts_by_occurrence(session, now)[id_of(self.first(session, duty))]
        return OCCURRENCE_COLOURS[occurrence_status(counts)]

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
    yield life
    engine.dispose()


def _answer(session: Session, life: Life, duty: Obligation, *, steps: bool) -> datetime:
    """Each unit the day after the opening, then its steps; returns when."""
    occurrence = life.first(session, duty.id)
    assert occurrence.opens_on is not None
    received = start_of(occurrence.opens_on) + timedelta(days=1, hours=3)
    for file in life.cases(session, duty.id):
        hand_in(session, file, HandIn(received, document_number="12/BC"), received)
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


def test_a_change_that_a_review_finds_opens_its_steps(without_steps: Life) -> None:
    [review] = [item for item in DATED if item.reviews]
    with reading(without_steps.engine) as session:
        late = _after(session, without_steps, review.id)
    with writing(without_steps.engine) as session:
        [file] = without_steps.cases(session, review.id)
        answer_review(session, without_steps.office, file, adjusted=True, by=Recorder("Lan"), now=late)
    assert without_steps.colour(review.id, late + LATER) is Colour.YELLOW


@pytest.mark.parametrize("duty", REPORTED, ids=lambda duty: duty.id)
def test_the_yearly_report_names_the_duty_and_the_dashboard_shows_it(whole: Life, duty: Obligation) -> None:
    with reading(whole.engine) as session:
        occurrence = whole.first(session, duty.id)
        day = min(_after(session, whole, duty.id).date(), END.date())
        year = next(year for year in range(day.year, END.year + 2) if day <= date(year, 12, 14))
        window = report_facts(session, whole.office, f"{year}-Y", min(date(year, 12, 14), END.date()))
        views = occurrence_views(session, start_of(occurrence.target_day) + timedelta(hours=8))
    assert any(duty.title.vi in row.title for row in window.annex_i)
    assert duty.id in {tag for view in views for tag in view.tags}


def test_every_duty_of_the_plan_is_covered() -> None:
    rows = coverage(PLAN)
    assert [row.obligation for row in rows] == [item.id for item in PLAN.obligations]
    assert len(rows) == 31
    never = {row.obligation for row in rows if row.red.en == "never"}
    assert never == {item.id for item in PLAN.obligations if not can_be_overdue(PLAN, item)}
