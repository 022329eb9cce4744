"""What one plan calls its obligations, units and flows is written in its own files; code takes it from there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from the_house import ROOT, modules, parsed, place

from config.catalogue import load_catalogue
from flows.by_plan import STORIES

EXAMPLES = ("cli/bench/", "cli/demo")  # made-up data for the shipped plan
STORY_TABLE = "flows/by_plan.py"
FOR_READERS = {"examples", "help"}  # arguments that show a reader what such a name looks like


def test_no_code_names_an_obligation_or_a_unit_of_the_shipped_plan() -> None:
    catalogue = load_catalogue()
    names = {item.id for item in catalogue.plan.obligations} | {entry.key for entry in catalogue.organisations}
    assert list(_spoken(names)) == []


def test_only_its_story_names_a_flow_of_the_shipped_plan() -> None:
    flows = {item.flow for item in load_catalogue().plan.obligations if item.flow}
    assert [where for where in _spoken(flows) if not where.startswith((STORY_TABLE, *_stories()))] == []


def test_a_name_in_code_would_be_seen() -> None:
    tree = ast.parse('f(examples=["I1-X"])\nf(key="tick:I1-X", to=["Y"])\ncode.startswith("I1-")')
    assert list(_constants(tree, {"I1-X", "Y"})) == [(2, "tick:I1-X"), (2, "Y"), (3, "I1-")]


def test_every_story_belongs_to_a_flow_of_the_plan_and_says_which() -> None:
    assert set(STORIES) <= {item.flow for item in load_catalogue().plan.obligations}
    modules = {import_module(story.__module__).FLOW: story for story in STORIES.values()}
    assert modules == STORIES
    assert {path.name for path in (ROOT / "flows").rglob("*.py") if "\nFLOW = " in path.read_text("utf-8")} == {
        Path(path).name for path in _stories()
    }


def test_flows_fit_on_one_screen() -> None:
    assert len(list((ROOT / "flows").glob("*.py"))) <= 25


def _stories() -> list[str]:
    return [f"{story.__module__.replace('.', '/')}.py" for story in STORIES.values()]


def _spoken(names: set[str]) -> Iterator[str]:
    for path in modules():
        if not place(path).startswith(EXAMPLES):
            yield from (f"{place(path, line)} {text}" for line, text in _constants(parsed(path), names))


def _constants(node: ast.AST, names: set[str]) -> Iterator[tuple[int, str]]:
    """Texts that are such a name, «kind:name», or its beginning."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword) and child.arg in FOR_READERS:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            name = child.value.rpartition(":")[2]
            if name in names or (name[:-1].isalnum() and name.endswith("-") and _begins(name, names)):
                yield child.lineno, child.value
        else:
            yield from _constants(child, names)


def _begins(text: str, names: set[str]) -> bool:
    return any(name.startswith(text) for name in names)
