"""Puts the values of the interpretations where a plan file refers to them: $A17.day → 20."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.plan_file import REFERENCE
from config.yaml_file import Loc

PATTERN = re.compile(REFERENCE)
LOOKS_LIKE_ONE = re.compile(r"^\$A\d")


@dataclass
class ResolvedReferences:
    data: Any
    unknown: list[tuple[Loc, str]] = field(default_factory=list)


def resolve(data: Any) -> ResolvedReferences:
    """The same tree with every reference replaced; those that lead nowhere are listed with their place."""
    values = dict(_values(data))
    unknown: list[tuple[Loc, str]] = []

    def walk(node: Any, loc: Loc) -> Any:
        if isinstance(node, dict):
            return {
                key: item if loc == () and key == "interpretations" else walk(item, (*loc, key))
                for key, item in node.items()
            }
        if isinstance(node, list):
            return [walk(item, (*loc, index)) for index, item in enumerate(node)]
        if isinstance(node, str) and LOOKS_LIKE_ONE.match(node):
            return follow(node, loc)
        return node

    def follow(reference: str, loc: Loc) -> Any:
        try:
            return _value(values, reference)
        except LookupError:
            unknown.append((loc, reference))
            return reference

    return ResolvedReferences(walk(data, ()), unknown)


def _values(data: Any) -> Iterator[tuple[str, Any]]:
    settings = data.get("interpretations") if isinstance(data, dict) else None
    if isinstance(settings, dict):
        for key, entry in settings.items():
            if isinstance(entry, dict) and "value" in entry:
                yield str(key), entry["value"]


def _value(values: Mapping[str, Any], reference: str) -> Any:
    """Raises LookupError."""
    if not PATTERN.match(reference):
        raise LookupError(reference)
    key, *path = reference.removeprefix("$").split(".")
    value = values[key]
    for name in path:
        if not isinstance(value, dict):
            raise LookupError(reference)
        value = value[name]
    return value
