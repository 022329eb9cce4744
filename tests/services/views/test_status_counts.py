"""The board, the lists behind it and the leader's desk count the same cases, on both databases."""

from __future__ import annotations

from collections import Counter, defaultdict

from builders import DUE_SOON, FIRST_REMINDER, OVERDUE, an_answer, an_office
from sqlalchemy import Engine

from models.database import reading
from models.queries.cases.board import Span, tallies
from models.queries.cases.lists import Selection
from rules.deadlines import local_day
from rules.status import ANSWERED, Status
from services.operations.tick import tick
from services.views.board import Board, board
from services.views.case_counts import RANK, Period, tally_of
from services.views.case_filter import CaseFilter
from services.views.case_lists import CaseLine, case_lines
from services.views.status_counts import MatrixCell, together

OFFICE, YEAR = an_office(), Period(2013)
CALENDARS = CaseFilter(duties=frozenset({"I5-CALENDAR"}), statuses=frozenset({Status.OVERDUE}))


def lived_through(engine: Engine) -> tuple[Board, list[CaseLine]]:
    for moment in (FIRST_REMINDER, DUE_SOON, OVERDUE):
        tick(engine, OFFICE, moment)
    an_answer(engine, OFFICE, OVERDUE, "SYT")
    with reading(engine) as session:
        return board(session, OFFICE, OVERDUE, YEAR), case_lines(session, OFFICE, OVERDUE, YEAR, Selection())


def test_every_figure_of_the_board_is_the_number_of_lines_behind_it(engine: Engine):
    facts, lines = lived_through(engine)
    assert Counter(line.status for line in lines) == Counter(facts.tally.counts)
    assert facts.tally.due == sum(line.has_come for line in lines)
    assert facts.overdue_everywhere == sum(line.status is Status.OVERDUE for line in lines) > 20
    for row in facts.matrix.rows:
        own = [line for line in lines if line.unit.key == row.unit.key]
        unopened = sum(cell.cases for cell in row.cells if cell and cell.status is Status.NOT_OPEN and not cell.case_id)
        assert sum(row.tally.counts.values()) == len(own) + unopened
        answered = sum(cell.answered for cell in row.cells if cell)
        assert (row.tally.done, answered) == (sum(line.status in ANSWERED for line in own),) * 2


def test_a_cell_of_one_case_knows_it_and_one_of_several_shows_the_most_urgent(engine: Engine):
    facts, lines = lived_through(engine)
    owed: dict[tuple[str, str], list[CaseLine]] = defaultdict(list)
    for line in lines:
        owed[line.unit.key, line.duty.id].append(line)
    cells = {
        (row.unit.key, duty.id): cell
        for row in facts.matrix.rows
        for duty, cell in zip(facts.matrix.duties, row.cells, strict=True)
        if cell
    }
    sizes = set()
    for place, of_it in owed.items():
        cell = cells[place]
        sizes.add(len(of_it))
        assert cell.case_id == (of_it[0].case_id if cell.cases == 1 else None)
        shown, urgent = RANK[cell.status], min(RANK[line.status] for line in of_it)
        assert shown == urgent if cell.cases == len(of_it) else shown <= urgent  # what has not opened counts too
        assert cell.answered == sum(line.status in ANSWERED for line in of_it)
    assert len(sizes) > 1


def test_what_is_asked_for_alone_is_counted(engine: Engine):
    lived_through(engine)
    with reading(engine) as session:
        narrow = board(session, OFFICE, OVERDUE, YEAR, CALENDARS)
    assert set(narrow.tally.counts) == {Status.OVERDUE}
    assert {duty.id for duty in narrow.matrix.duties} == {"I5-CALENDAR"}
    assert "SYT" not in {row.unit.key for row in narrow.matrix.rows}
    assert narrow.tally.overdue == len(narrow.matrix.rows) == narrow.overdue_everywhere


def test_the_leaders_figures_are_the_boards(engine: Engine):
    facts, _ = lived_through(engine)
    span = Span(OFFICE.plan.id, YEAR.first, YEAR.last)
    with reading(engine) as session:
        rows = tallies(session, span, OVERDUE, local_day(OVERDUE))
    assert tally_of((row.status, row.cases, row.come) for row in rows) == facts.tally


def test_the_more_urgent_of_two_speaks_for_both():
    late, done = MatrixCell(Status.OVERDUE, 1, 0, 7), MatrixCell(Status.ACCEPTED, 1, 1, 8)
    assert together(late, done) == together(done, late) == MatrixCell(Status.OVERDUE, 2, 1)


def test_what_has_not_come_is_not_counted_as_due(engine: Engine):
    tick(engine, OFFICE, DUE_SOON)
    with reading(engine) as session:
        facts = board(session, OFFICE, DUE_SOON, YEAR)
        lines = case_lines(session, OFFICE, DUE_SOON, YEAR, Selection())
    assert facts.tally.due == sum(line.has_come for line in lines) < len(lines)
