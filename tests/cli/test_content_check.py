"""kyhan content check: the verdicts of the portal, before anything is sent."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kyhan
from tests.content.every_file import every_file
from tests.content.sheet_judging import difference_of

SHEETS = Path(__file__).parents[1] / "content" / "sheets"
KEYS = ["sheet", "row", "column_title", "kind", "level", "stands", "expected", "how"]


def test_every_table_gets_by_command_the_verdict_that_is_right(kyhan: Kyhan, tmp_path: Path) -> None:
    wrong = {}
    for case in every_file():
        file = tmp_path / case.name
        file.write_bytes(case.content)
        unit, obligation = case.duty
        asked = (obligation, file, "--period", case.expected["period"], "--unit", unit)
        answer = kyhan("content", "check", *asked, "--as-of", "2026-11-30", "--json").json
        assert list(answer) == ["verdict", "rows_taken", "findings"]
        assert all(list(finding) == KEYS and finding["how"] for finding in answer["findings"])
        if difference := difference_of(answer["verdict"], answer["rows_taken"], answer["findings"], case.expected):
            wrong[case.name] = difference
    assert wrong == {}


def test_people_read_a_table_of_what_to_mend(kyhan: Kyhan) -> None:
    file = SHEETS / "calendar" / "calendar-dates-as-text.xlsx"
    told = kyhan("content", "check", "I5-CALENDAR", file, "--period", "2027", "--unit", "STC").out
    assert "đạt một phần, dùng được 8 dòng" in told
    assert "«29/02/2027» không phải là thời gian hợp lệ" in told


def test_a_duty_without_a_form_is_refused_with_those_that_have_one(kyhan: Kyhan) -> None:
    file = SHEETS / "calendar" / "calendar-good.xls"
    answer = kyhan("content", "check", "I3-FORMS", file, "--period", "2027")
    assert answer.code == 1
    assert "mẫu cho nhiệm vụ" in answer.err
