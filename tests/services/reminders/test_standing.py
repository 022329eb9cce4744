"""Which of the urged units go into one letter."""

from __future__ import annotations

from itertools import groupby

from models.queries.messages.urging_letters import UrgedCase
from services.standing import Standing


def urged(case: int, organisation: int, role: str = "each", step: str = "CV1") -> UrgedCase:
    return UrgedCase(1, step, case, organisation, 7, role)


def test_units_share_a_letter_and_superiors_and_contributors_have_their_own() -> None:
    standing = Standing(lead=1, above=frozenset({8, 9}))
    rows = [urged(1, 2), urged(2, 8), urged(3, 3), urged(4, 9), urged(5, 4, "contributor"), urged(6, 2, step="CV2")]
    letters = [
        [row.case_id for row in some] for _, some in groupby(sorted(rows, key=standing.letter_of), standing.letter_of)
    ]
    assert sorted(letters) == [[1, 3], [2], [4], [5], [6]]
