"""Who hands in for a duty without occurrences is told where it is recorded."""

from __future__ import annotations

import pytest
from builders import LAST_DAY, SIGNED, a_case
from sqlalchemy import Engine

from models.database import writing
from rules.office import Office
from services.errors import Refused
from services.operations.tick import tick

WHERE = {
    "II2-GUIDE-CHECK-URGE": "sổ hoạt động",
    "I5-PUBLISH": "bước theo sau I5-CALENDAR",
    "I3-IMPLEMENT": "chưa có kỳ nào",
}


@pytest.mark.parametrize(("code", "where"), WHERE.items(), ids=WHERE)
def test_the_refusal_says_where_it_is_recorded(engine: Engine, office: Office, code: str, where: str) -> None:
    with writing(engine) as session, pytest.raises(Refused, match=where):
        a_case(session, office, "CTK", code, "2013", SIGNED)


def test_a_pass_over_a_duty_without_occurrences_says_so(engine: Engine, office: Office) -> None:
    assert [result.text for result in tick(engine, office, LAST_DAY, "II1-GUIDE")] == ["không có kỳ"]
    assert [result.text for result in tick(engine, office, LAST_DAY, "I3-IMPLEMENT")] == ["chưa mở kỳ nào"]
