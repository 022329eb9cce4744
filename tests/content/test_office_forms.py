"""Filled files of forms that an office made itself: several sheets, fixed rows, totals, marks for yes."""

from __future__ import annotations

from typing import Any

import pytest
from office_forms import FOLDERS, FORMS_AT, described, office_form
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
