"""The register of the shipped configuration as the judge wants it, and a judge that needs no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from config.forms import Forms
from reports.reading.grids import grids_of
from rules.content.findings import Finding, Judgement
from rules.content.judge import Surroundings, judge
from rules.content.units import UnitNames, register
from rules.forms import SheetForm
from services.forms.near_names import near_pairs

HERE = Path(__file__).parent
FORMS = Forms(Path("config/plans/70-KH-UBND"))


@cache
def units(own: str) -> UnitNames:
    entries = yaml.safe_load(Path("config/organisations.yaml").read_text())
    names = [
        (entry["key"], name[part]) for entry in entries for name in entry["names"] for part in ("name", "abbreviation")
    ]
    parents = {entry["key"]: entry.get("parent") for entry in entries}
    above, parent = set(), parents.get(own)
    while parent:
        above.add(parent)
        parent = parents.get(parent)
    return register([*names, *((key, key) for key in parents)], own, above)


def judged(
    content: bytes, name: str, form: SheetForm, period: str, unit: str, forms: Mapping[str, SheetForm] = FORMS
) -> Judgement:
    around = Surroundings(units(unit), forms, near_pairs)
    return judge(replace(form, period=period), grids_of(content, name.rpartition(".")[2]), around)


def as_expected(finding: Finding) -> dict[str, Any]:
    return {
        "sheet": finding.sheet,
        "row": finding.row,
        "column_title": finding.column_title,
        "kind": finding.kind.value,
        "level": finding.level.value,
        "stands": finding.stands,
    }


def difference(judgement: Judgement, expected: Mapping[str, Any]) -> dict[str, Any]:
    """What is missing, what is said beyond, and a verdict or a count that is another; empty when all is right."""
    said = [as_expected(finding) for finding in judgement.findings]
    return difference_of(judgement.verdict, len(judgement.rows), said, expected)


def difference_of(
    verdict: str, rows_taken: int, said: Sequence[Mapping[str, Any]], expected: Mapping[str, Any]
) -> dict[str, Any]:
    """The same of what a program was answered; `said`: its findings, perhaps with more fields."""
    may = [*expected["findings"], *expected.get("may", ())]
    verdicts = {expected["verdict"]} | (
        {"ok_with_remarks"} if expected["verdict"] == "ok" and expected.get("may") else set()
    )
    return {
        name: value
        for name, value in {
            "missing": [one for one in expected["findings"] if not any(_fits(one, finding) for finding in said)],
            "beyond": [finding for finding in said if not any(_fits(one, finding) for one in may)],
            "verdict": "" if verdict in verdicts else str(verdict),
            "rows_taken": "" if rows_taken == expected["rows_taken"] else rows_taken,
        }.items()
        if value not in ([], "")
    }


def _fits(expected: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    return all(finding[name] == value for name, value in expected.items())
