"""Filled files of forms that an office made itself: several sheets, fixed rows, totals, marks for yes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from office_forms import FOLDERS, FORMS_AT, described, office_form
from openpyxl import load_workbook
from sheet_judging import difference, judged

CASES = [(folder, case) for folder in FOLDERS for case in described(folder)["files"]]


@pytest.mark.parametrize(("folder", "case"), CASES, ids=[f"{folder}-{case['file']}" for folder, case in CASES])
def test_a_filled_form_gets_its_verdict_and_each_of_its_findings(folder: str, case: dict[str, Any]) -> None:
    content = (FORMS_AT / folder / case["file"]).read_bytes()
    judgement = judged(content, case["file"], office_form(folder), case["period"], case["unit"], {})
    assert difference(judgement, case) == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_empty_form_is_empty(folder: str) -> None:
    form = described(folder)["form"]["file"]
    judgement = judged((FORMS_AT / folder / form).read_bytes(), form, office_form(folder), "2026", "SNV", {})
    assert [finding.kind.value for finding in judgement.findings if finding.level == "file"][:1] == ["empty"]


def test_a_sheet_that_is_not_there_or_empty_makes_the_table_incomplete() -> None:
    folder = "staff-and-facilities"
    book = load_workbook(FORMS_AT / folder / "filled-good.xlsx", data_only=True)
    del book["2. Trụ sở"]
    book["3. Trang thiết bị"].delete_rows(7, 20)
    whole = BytesIO()
    book.save(whole)
    judgement = judged(whole.getvalue(), "x.xlsx", office_form(folder), "2026", "SNV", {})
    assert judgement.verdict == "partly"
    assert {(one.kind, one.level, one.sheet) for one in judgement.findings if one.level != "row"} == {
        ("empty", "table", "2. Trụ sở"),
        ("empty", "table", "3. Trang thiết bị"),
    }
