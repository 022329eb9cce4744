"""Whoever reads the log reads words: every action that is written has a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from the_house import modules, parsed, place

from rules.answers import Answer
from rules.log_words import ACTIONS
from services.cases.decide import OUTCOMES
from services.inbound.receive import FOLDERS
from services.outbox.address_health import DEAD, SUSPECT
from services.reminders import urging_letters
from services.reports import road

WRITERS = {"append", "append_all"}
ACTION = 3  # among the arguments of services.log.append
ENDINGS = {  # what may stand in an action's braces
    "address.": {DEAD, SUSPECT},
    "case.": {"accept", "return", "reopen", "extend", *OUTCOMES},
    "case.ask_": {Answer.EXTENSION, Answer.NIL_RETURN},
    "mail.": set(FOLDERS),
    "organisations.": {"merge", "split"},
}


def test_every_action_that_is_written_has_words() -> None:
    bare = {action: where for where, action in written() if action not in ACTIONS}
    assert bare == {}


def test_many_actions_are_found() -> None:
    assert len({action for _, action in written()}) > 80


@cache
def written() -> tuple[tuple[str, str], ...]:
    """(where, action), each way an action may read."""
    return tuple(_written())


def _written() -> Iterator[tuple[str, str]]:
    for path in modules():
        for node in ast.walk(parsed(path)):
            for argument in _actions(node):
                for action in _readings(argument):
                    yield place(path, argument.lineno), action


def _actions(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    match node.func:
        case ast.Attribute(value=ast.Name(id="log"), attr=name) if name in WRITERS:
            yield node.args[ACTION]
        case ast.Name(id="_log"):
            yield node.args[ACTION]


def _readings(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(action)):
            yield action
        case ast.JoinedStr(values=[ast.Constant(value=str(begin)), _]):
            yield from (begin + ending for ending in ENDINGS[begin])
        case ast.Subscript(value=ast.Attribute(attr="actions")):
            yield from (action for one in (urging_letters.ROAD, road.ROAD) for action in one.actions.values())
        case ast.IfExp(body=one, orelse=other):
            yield from (*_readings(one), *_readings(other))
        case ast.Name(id=name):
            for value in _values(name):
                yield from _readings(value)
        case _:
            raise AssertionError(f"no action can be read from {ast.unparse(argument)}")


def _values(name: str) -> Iterator[ast.expr]:
    """Whatever the house calls by this name and shapes like an action."""
    for path in modules():
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    yield from _shaped([value])
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                    called = zip(names, values, strict=True) if len(names) == len(values) else ()
                    yield from _shaped(v for n, v in called if isinstance(n, ast.Name) and n.id == name)
                case ast.keyword(arg=found, value=value) if found == name:
                    yield from _shaped([value])


def _shaped(values) -> Iterator[ast.expr]:
    for value in values:
        match value:
            case ast.Constant(value=str(text)) if "." in text and text.replace(".", "").replace("_", "").isalpha():
                yield value
            case ast.IfExp():
                yield value
