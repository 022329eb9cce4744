"""Tables as clerks send them are judged right, whatever their kind and shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sheet_judging import FORMS, difference, judged

SHEETS = Path(__file__).parent / "sheets"
CASES = json.loads((SHEETS / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_table_gets_its_verdict_and_each_of_its_findings(case: dict[str, Any]) -> None:
    content = (SHEETS / case["file"].partition("-")[0] / case["file"]).read_bytes()
    judgement = judged(content, case["file"], FORMS[case["obligation"]], case["period"], case["unit"])
    assert difference(judgement, case) == {}
