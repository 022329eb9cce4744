"""One thing wrong, one thing said, at its cell."""

from __future__ import annotations

import pytest
from sheet_judging import FORMS, difference, judged
from wrong_files import FILES, HEADS, PERIOD, WrongFile


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_file_wrong_in_one_way_is_told_of_that_alone(file: WrongFile) -> None:
    judgement = judged(file.content(), "x.xlsx", FORMS[file.obligation], PERIOD, "SYT")
    assert difference(judgement, file.expected) == {}


@pytest.mark.parametrize("obligation", sorted(HEADS))
def test_before_the_one_thing_the_table_is_good(obligation: str) -> None:
    good = WrongFile("good", obligation, "", "remark", None, None, lambda *_: None)
    judgement = judged(good.content(), "x.xlsx", FORMS[obligation], PERIOD, "SYT")
    assert (judgement.findings, len(judgement.rows)) == ((), 4)
