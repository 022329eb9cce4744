"""Where the cells of the board lead, and that nothing written in them can become markup."""

from __future__ import annotations

from portal.matrix_cells import MatrixCells
from rules.status import Status
from services.views.status_counts import MatrixCell

BEGINS = dict.fromkeys(Status, '<td><a href="')
ENDS = {status: f'">{status}' for status in Status}


def written(*row: MatrixCell | None, key: str = "SYT") -> str:
    addresses = [f"/nhiem-vu/{n}" for n in range(len(row))]
    return MatrixCells(BEGINS, ENDS, addresses, "?lang=en").row(row, key)


def test_a_cell_of_one_case_leads_to_that_case():
    assert 'href="/ho-so/77?lang=en">overdue</a>' in written(MatrixCell(Status.OVERDUE, 1, 0, 77))


def test_a_cell_of_several_cases_counts_them_and_leads_to_the_unit_in_its_column():
    assert 'href="/nhiem-vu/1#SYT">overdue2/3</a>' in written(None, MatrixCell(Status.OVERDUE, 3, 2))


def test_what_a_unit_does_not_owe_is_an_empty_cell():
    assert written(None) == "<td></td>\n"


def test_a_hostile_key_stays_text():
    assert "<b>" not in written(MatrixCell(Status.OVERDUE, 3, 2), key='"><b>')
