"""Every interpretation the plan shows as in force is in force: another value changes dates, who is bound, or a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import an_office, the_catalogue

from config.catalogue import SHIPPED, load_plan_file
from rules.plan import Bound, Kind, PeriodicReport, Plan, Trigger
from rules.recurrence import contributor_target, occurrences, stage_target
from rules.reporting import satisfied_periods
from rules.working_days import WorkCalendar
from services.views.board_notices import province_merged_on

FILE = SHIPPED / "plans" / "70-KH-UBND" / "plan.yaml"
PLAN = the_catalogue().plan
CALENDAR = WorkCalendar(the_catalogue().overrides)
FIRST, LAST = date(2013, 10, 1), date(2016, 12, 31)
REVIEWED = date(2015, 7, 21)  # and found that something is adjusted

OTHER: dict[tuple[str, str], Any] = {
    ("A2", "approver"): "UBND",
    ("A2", "hand_in"): "Báo cáo đánh giá chính thức",
    ("A7", "units"): ["STC"],
    ("A8", "lead"): ["STC"],
    ("A8", "contributors"): ["districts"],
    ("A9", "approver"): "UBND",
    ("A9", "copy_to"): ["STC"],
    ("A11", "units"): ["districts"],
    ("A12", "groups"): ["departments"],
    ("A13", "trigger"): "OTHER",
    ("A15", "periods"): ["Q1", "Y"],
    ("A15", "satisfies"): {"Y": ["Q4"]},
    ("A20", "units"): ["departments"],
    ("A21", "in_force_to"): date(2014, 12, 31),
    ("A22", "flow"): "regulation",
    ("A25", "contributors"): ["districts"],
}


def values() -> Iterator[Any]:
    for item in PLAN.interpretations:
        assert isinstance(item.value, dict)
        for name, value in item.value.items():
            yield pytest.param(item.key, name, other(item.key, name, value), id=f"{item.key}.{name}")


def other(key: str, name: str, value: Any) -> Any:
    if (key, name) in OTHER:
        return OTHER[key, name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if re.fullmatch(r"\d+/\d+", str(value)):
        return "07/" + str(value).partition("/")[2]
    return date.fromisoformat(str(value)).replace(day=7)


def with_value(folder: Path, key: str, name: str, value: Any) -> Plan:
    plan = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    plan["interpretations"][key]["value"][name] = value
    plan["triggers"].append({"id": "OTHER", "fired_on": date(2014, 7, 1), "document": "Quy chế khác"})
    path = folder / "plan.yaml"
    path.write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load_plan_file(path)


def effect(plan: Plan) -> list[object]:
    """All that an office sees of the plan, without the interpretations themselves."""
    seen: list[object] = [plan.in_force_to, province_merged_on(an_office(plan=plan), date(2025, 7, 5))]
    directive = Trigger("I6-DIRECTIVE", date(2014, 12, 8), "Văn bản chỉ đạo")  # handed in
    dated = occurrences(replace(plan, triggers=(*plan.triggers, directive)), CALENDAR, FIRST, LAST)
    for item in plan.obligations:
        own = [one for one in dated if one.obligation == item.id]
        seen += [replace(one, worded=True) for one in own]
        seen += [contributor_target(bound, one, CALENDAR) for one in own for bound in item.bound]
        if item.follows:
            followed = [one for one in dated if one.obligation == item.follows.deliverable]
            seen += [stage_target(item.follows, one, CALENDAR) for one in followed]
            seen.append(item.follows.not_applicable_to)
        if isinstance(item.when, PeriodicReport):
            seen += [satisfied_periods(item.when, one.period) for one in own]
        if item.target_working_days:
            seen.append(CALENDAR.add(REVIEWED, item.target_working_days))
        seen += [item.id, units(item.bound), item.hand_in, item.approver, item.recipients, item.flow]
    return seen


def units(bound: tuple[Bound, ...]) -> list[tuple[str, ...]]:
    return [(one.role, *the_catalogue().units(one.units)) for one in bound]


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    value = next(item.value for item in PLAN.interpretations if item.key == "A17")
    assert isinstance(value, dict)
    return effect(with_value(tmp_path_factory.mktemp("plan"), "A17", "day", value["day"]))


@pytest.mark.parametrize(("key", "name", "value"), list(values()))
def test_another_value_changes_what_the_office_sees(
    tmp_path: Path, as_it_is: list[object], key: str, name: str, value: Any
) -> None:
    assert effect(with_value(tmp_path, key, name, value)) != as_it_is


def test_that_successors_are_written_to_is_no_choice() -> None:
    """Reports always do: a value would be one that nothing reads."""
    assert {item.key for item in PLAN.interpretations if not item.value} == {"A19"}


def test_every_interpretation_shapes_an_entry_that_names_it_or_the_plan_as_a_whole() -> None:
    named = {key for item in PLAN.obligations for key in item.interpretations}
    assert {item.key for item in PLAN.interpretations} - named == {"A21"}


def test_the_gap_in_the_plan_is_called_one_and_asks_for_nothing() -> None:
    gap = PLAN.obligation("I6-EVALUATE")
    assert (gap.kind, gap.when, gap.bound, gap.flow, gap.ladder) == (Kind.GAP, None, (), None, None)
    text = next(item.text.vi for item in PLAN.interpretations if item.key == "A22")
    assert "khoảng trống, không theo dõi" in text
