"""Nothing of a plan can change without being told: every field of every kind of entry is changed and seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any, get_args, get_type_hints

import pytest
from builders import an_office, the_catalogue

from config.catalogue import SHIPPED
from config.forms import Forms
from rules.plan import Plan, Trigger
from services.plan.changes import NOT_TOLD, PlanContent, changes
from services.plan.words import FIELDS, in_words

Path = tuple[Any, ...]
PLAN = the_catalogue().plan
CONTENT = PlanContent(PLAN, dict(Forms(SHIPPED / "plans" / PLAN.id)), an_office().ladders)


def leaves(value: Any, path: Path = (), of: tuple[type, str] | None = None) -> Iterator[tuple[Path, tuple[type, str]]]:
    """Paths to every value that has no parts, with the class and the field that hold it."""
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), (*path, field.name), (type(value), field.name))
    elif isinstance(value, Mapping) and path[-1] != "value":
        for key, item in value.items():
            yield from leaves(item, (*path, key), of)
    elif isinstance(value, tuple) and any(map(is_dataclass, value)):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index), of)
    elif of is not None:
        yield path, of


def one_of_each() -> Iterator[Any]:
    """Of every field the first that has a value, else the first at all."""
    places: dict[tuple[type, str], Path] = {}
    for path, of in leaves(CONTENT):
        if of not in places or at_path(CONTENT, places[of]) in (None, (), ""):
            places[of] = path
    for (kind, name), path in places.items():
        yield pytest.param(path, kind, id=f"{kind.__name__}.{name}")


def at_path(value: Any, path: Path) -> Any:
    for part in path:
        value = getattr(value, part) if isinstance(part, str) and is_dataclass(value) else value[part]
    return value


def with_other(value: Any, path: Path, hint: Any = None) -> Any:
    """The same with another value at the end of the path."""
    if not path:
        return other(value, hint)
    part, rest = path[0], path[1:]
    if is_dataclass(value):
        hints = get_type_hints(type(value))
        return replace(value, **{part: with_other(getattr(value, part), rest, hints[part])})  # type: ignore[type-var]
    if isinstance(value, Mapping):
        return {**value, part: with_other(value[part], rest)}
    return (*value[:part], with_other(value[part], rest), *value[part + 1 :])


def other(value: Any, hint: Any) -> Any:
    if value is None:
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        plain = {date: date(2030, 1, 1), int: 7, float: 7.5, str: "KHÁC"}
        return plain[kinds[0]] if kinds[0] in plain else one_that_has(kinds)
    if isinstance(value, Enum):
        return next(one for one in type(value) if one is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value} khác"
    if isinstance(value, tuple):
        return (*value, value[-1] if value else "KHÁC")
    return {**value, "khac": 1}


def one_that_has(kinds: list[Any]) -> Any:
    holders = (*PLAN.obligations, *CONTENT.forms.values())
    values = (getattr(item, field.name) for item in holders for field in fields(item))
    return next(value for value in values if isinstance(value, tuple(kinds)))


@pytest.mark.parametrize(("path", "kind"), list(one_of_each()))
def test_every_field_that_changes_is_told_in_words(path: Path, kind: type) -> None:
    told = changes(CONTENT, with_other(CONTENT, path))
    if path[-1] in NOT_TOLD and kind is Plan:
        assert told == []
        return
    assert told
    for change in told:
        assert change.lines
        for one in change.changed:
            assert one.old != one.new
            assert not any(name in FIELDS and FIELDS[name].vi == name for name in one.path)


def test_every_field_has_a_vietnamese_name() -> None:
    names = {name for _, (_, name) in leaves(CONTENT)} - set(NOT_TOLD)
    assert names - {"obligations", "triggers", "interpretations", "plan", "forms", "ladders"} <= FIELDS.keys()


def told(plan: Plan) -> list[str]:
    return [line for change in changes(CONTENT, replace(CONTENT, plan=plan)) for line in change.lines]


def test_a_trigger_that_has_not_fired_is_told() -> None:
    [trigger] = PLAN.triggers
    lines = told(replace(PLAN, triggers=(replace(trigger, fired_on=None),)))
    assert lines == ["~ BKHDT-REGULATION: ngày có văn bản: 28/05/2014 → –"]


def test_triggers_and_interpretations_that_come_and_go_are_told() -> None:
    lines = told(replace(PLAN, triggers=(Trigger("MOI", None, "Nghị định mới"),), interpretations=()))
    assert "+ MOI: thêm điều kiện bắt đầu (Nghị định mới)" in lines
    assert any(line.startswith("- BKHDT-REGULATION: bỏ điều kiện bắt đầu") for line in lines)
    assert any(line.startswith("- A22: bỏ cách hiểu") for line in lines)


def test_a_form_that_comes_or_goes_is_told() -> None:
    without = replace(CONTENT, forms={})
    assert {change.entry for change in changes(CONTENT, without)} == {"form"}
    assert {change.kind for change in changes(without, CONTENT)} == {"added"}


def test_another_wording_is_told_as_a_whole() -> None:
    calendar, report = PLAN.obligation("I5-CALENDAR"), PLAN.obligation("II2-REPORT")
    other = replace(report, when=calendar.when)
    lines = told(replace(PLAN, obligations=tuple(other if one is report else one for one in PLAN.obligations)))
    assert lines == [
        "~ II2-REPORT: thời hạn: báo cáo định kỳ, các kỳ Q1; Q2; H1; Q3; Q4; Y, ngày 20, ngày chốt số liệu 14, "
        "dùng cho cả các kỳ H1; Q2; Y; Q4 → "
        "theo quý hằng năm, quý 4, năm đầu tiên 2013, số năm tính cho sau 1"
    ]


def test_nothing_of_a_value_is_left_out_of_its_words() -> None:
    follows = PLAN.obligation("I5-REPORT-MINISTRY").follows
    assert in_words(follows) == (
        "theo sau I5-CALENDAR, thứ tự 3, tháng của mốc phấn đấu 12, ngày của mốc phấn đấu 14, "
        "cùng ngày với I5-REPORT-UBND, không áp dụng với districts"
    )
