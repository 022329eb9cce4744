"""kyhan content check: the verdicts of the portal, before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Kyhan

SHEETS = Path(__file__).parents[1] / "content" / "sheets"
KEYS = ["sheet", "row", "column_title", "kind", "level", "stands", "expected", "how"]


def test_every_sheet_gets_by_command_the_verdict_that_is_right(kyhan: Kyhan) -> None:
    wrong = {}
    for case in json.loads((SHEETS / "expected.json").read_text()):
        file = SHEETS / case["file"].partition("-")[0] / case["file"]
        asked = (case["obligation"], file, "--period", case["period"], "--unit", case["unit"])
        answer = kyhan("content", "check", *asked, "--as-of", "2026-11-30", "--json").json
        assert list(answer) == ["verdict", "rows_taken", "findings"]
        assert all(list(finding) == KEYS and finding["how"] for finding in answer["findings"])
        said = [{key: finding[key] for key in KEYS[:6]} for finding in answer["findings"]]
        missing = [one for one in case["findings"] if not any(one.items() <= finding.items() for finding in said)]
        told = (answer["verdict"], answer["rows_taken"], len(said), missing)
        if told != (case["verdict"], case["rows_taken"], len(case["findings"]), []):
            wrong[case["file"]] = told
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
